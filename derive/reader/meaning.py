"""What is one word for NumPy and another for PyTorch, decided by the file's imports.

`x.transpose(0, 1)`, `x.var()`, `x.max(1)` and `x.split(2)` differ between the libraries.  Where
the imports do not tell and the two would differ, the model is refused rather than guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.algebra.nodes import Node
from derive.arrays import elementwise, layout, linear, pieces, quotients, reduce
from derive.arrays.einsum import einsum as labelled_product
from derive.arrays.fault import Refused
from derive.arrays.values import NUMBERS, Operand, as_float, as_truth, kind_of, node
from derive.dims import Dim, dim, size_of
from derive.reader.numbers import tidy
from derive.reader.session import Session
from derive.reader.values import Copy, Opaque


def same(x: Operand, rest: object = None) -> Operand:
    """Return the array itself: a device or a memory layout changes no value; a dtype may."""
    return _as_dtype(x, rest)


def copied(x: Operand, rest: object = None) -> object:
    """Return a copy, which may be changed in place."""
    value = _as_dtype(x, rest)
    return Copy(value) if isinstance(value, Node) else value


def _as_dtype(x: Operand, dtype: object) -> Operand:
    """Return the entries as the dtype that a word names; floats of any width are floats."""
    parts = dtype if isinstance(dtype, list | tuple) else [dtype]
    words = [p.word if isinstance(p, Opaque) else getattr(p, "name", "") for p in parts]
    word = words[0].rpartition(".")[2] if words else ""
    if not isinstance(x, Node) or not word or word == "dtype":
        return x
    if word.startswith("bool"):
        return as_truth(x)
    if word.startswith(("int", "uint", "long")):
        return cast_int(x)
    return as_float(x) if word.startswith(("float", "double", "half", "single")) else x


def as_array(x: Any) -> Operand:
    """Return a nested list of numbers and arrays as one array."""
    return pieces.stack([as_array(item) for item in x]) if isinstance(x, list | tuple) else x


def detached(x: Any) -> Operand:
    """Return torch.tensor(x): a new array, taken as a constant where it is made of arrays."""
    value = as_array(x)
    return layout.stop(value) if isinstance(value, Node) else value


def new_array(x: Any) -> object:
    """Return np.array(x), a copy of an array."""
    return copied(as_array(x))


def cast_float(x: Operand) -> Operand:
    """Return the entries as floats."""
    return as_float(x) if isinstance(x, Node) else x


def cast_int(x: Operand) -> Operand:
    """Return integers; a float array would lose its gradient by rounding."""
    if isinstance(x, Node) and not kind_of(x):
        raise Refused("rounding floats to integers has no gradient")
    return x


def product(x: Any, axis: Any = None, keepdims: bool = False) -> Operand:
    """Return the product of entries; of a shape, the number of entries that it has."""
    if isinstance(x, list | tuple) and all(isinstance(d, int | Dim) for d in x):
        return tidy(size_of(dim(d) for d in x))
    return reduce.product(as_array(x), axis, keepdims)


def einsum(parts: Sequence[Any]) -> Node:
    """Return the labelled product of a string and its operands."""
    if not parts or not isinstance(parts[0], str):
        raise Refused("einsum is read with its string first")
    rest = parts[1] if len(parts) == 2 and isinstance(parts[1], list) else parts[1:]
    return labelled_product(parts[0], *rest)


def divide(session: Session, x: Operand, y: Operand, rounding_mode: object = None) -> object:
    """Return x / y."""
    if rounding_mode is not None:
        raise Refused("a division that rounds has no gradient")
    if isinstance(x, NUMBERS) and isinstance(y, NUMBERS):
        return elementwise.divide(x, y)
    return quotients.quotient(session, x, y)


def numpy_transpose(x: Operand, axes: Sequence[int] | None = None) -> Node:
    """Return np.transpose(x, axes)."""
    return linear.transpose(x) if axes is None else linear.permute(x, axes)


def transpose(session: Session, x: Operand, axes: Sequence[int] | None = None) -> Node:
    """Return x.transpose(...): two axes exchanged in PyTorch, all reordered in NumPy."""
    x = node(x)
    if not axes:
        return linear.transpose(x)
    if session.library == "numpy":
        return linear.permute(x, axes)
    if session.library == "torch" or len(axes) != x.rank:
        if len(axes) != 2:
            raise Refused("transpose of two axes is read; use permute for more")
        return linear.swapaxes(x, *axes)
    if x.rank == 2:
        swapped, ordered = linear.swapaxes(x, *axes), linear.permute(x, axes)
        if swapped != ordered:
            raise Refused(_differ("transpose"), "write .T, permute or swapaxes")
        return swapped
    return linear.permute(x, axes)


def _differ(word: str) -> str:
    return f"{word} means one thing in NumPy and another in PyTorch, and no import tells which"


def moment(
    of: Callable[..., Node],
    session: Session,
    x: Operand,
    axis: Any,
    correction: Any,
    keepdims: bool,
    unbiased: Any,
) -> Node:
    """Return x.var(…) or x.std(…): divided by n in NumPy, by n - 1 in PyTorch."""
    if correction is None and unbiased is None:
        if not session.library:
            word = "var" if of is reduce.variance else "std"
            raise Refused(_differ(word), "give correction=0 or correction=1")
        correction = int(session.library == "torch")
    return torch_moment(of, x, axis, correction, keepdims, unbiased)


def torch_moment(
    of: Callable[..., Node], x: Operand, axis: Any, correction: Any, keepdims: bool, unbiased: Any
) -> Node:
    """Return torch.var or torch.std."""
    return of(x, axis, correction if unbiased is None else int(bool(unbiased)), keepdims)


def with_mean(of: Callable[..., Node], x: Operand, axis: Any, **told: Any) -> tuple[Node, Node]:
    """Return torch.var_mean or torch.std_mean."""
    return torch_moment(of, x, axis, **told), reduce.mean(x, axis, told["keepdims"])
