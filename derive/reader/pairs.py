"""What PyTorch gives as a pair of values and indices: sorted, largest and middle entries.

NumPy gives the values alone; a method with one name for both follows the file's imports.
"""

from __future__ import annotations

from typing import Any

from derive.algebra.nodes import Node
from derive.arrays import elementwise, ordering, select
from derive.arrays.fault import Refused
from derive.arrays.values import Operand
from derive.reader.session import Session
from derive.reader.statics import check_static
from derive.reader.values import Pair

_EXTREMES = {
    "max": (select.largest, ordering.first_largest, "maximum"),
    "min": (select.smallest, ordering.first_smallest, "minimum"),
}


def torch_sort(x: Operand, axis: int = -1, descending: bool = False) -> Pair:
    """Return torch.sort(x, dim): the entries in order and their places."""
    return Pair(ordering.in_order(x, axis, descending))


def sort(session: Session, x: Operand, axis: int = -1, descending: bool = False) -> Pair:
    """Return x.sort(dim) of PyTorch; NumPy's sorts in place."""
    if session.library == "numpy":
        raise Refused("x.sort() of NumPy sorts in place", "write np.sort(x)")
    return torch_sort(x, axis, descending)


def topk(x: Operand, k: Any, axis: int = -1, largest: bool = True) -> Pair:
    """Return torch.topk(x, k)."""
    return Pair(ordering.outermost(x, k, axis, largest))


def kthvalue(x: Operand, k: int, axis: int = -1, keepdims: bool = False) -> Pair:
    """Return torch.kthvalue(x, k)."""
    return Pair(ordering.nth_smallest(x, k, axis, keepdims))


def median(x: Operand, axis: int | None = None, keepdims: bool = False) -> object:
    """Return torch.median: of all entries, or along an axis with their places."""
    found = ordering.lower_median(x, axis, keepdims)
    return found[0] if axis is None else Pair(found)


def extreme(
    word: str, x: Operand, y: Any = None, axis: Any = None, keepdims: bool = False
) -> object:
    """Return torch.max or torch.min: of two arrays, of all entries, or along an axis."""
    of_all, first, of_two = _EXTREMES[word]
    if isinstance(y, Node):
        return elementwise.each(of_two, x, y)
    axis = y if axis is None else axis
    check_static(word, "axis", axis)
    return of_all(x, None, keepdims) if axis is None else Pair(first(x, axis, keepdims))


def extreme_method(
    word: str, session: Session, x: Operand, y: Any = None, axis: Any = None, keepdims: Any = False
) -> object:
    """Return x.max(…) or x.min(…), whose result along an axis differs between the libraries."""
    if isinstance(y, Node) or session.library == "torch":
        return extreme(word, x, y, axis, keepdims)
    axis = y if axis is None else axis
    check_static(word, "axis", axis)
    if axis is None or session.library == "numpy":
        return _EXTREMES[word][0](x, axis, keepdims)
    text = f"{word} means one thing in NumPy and another in PyTorch, and no import tells which"
    raise Refused(text, f"write a{word}")
