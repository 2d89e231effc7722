"""Operations as SymPy matrix expressions: each carries on paper what it was told.

What SymPy has a word for is said with it: a slice is a MatrixSlice, arrays side by side and an
array among zeros are a BlockMatrix, a cumulative sum is a product with a triangle of ones.  The
others are an `Operation` with the name that paper has for them, along rows or columns where it
matters.  Arguments of rank one are columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from sympy import Determinant, Identity, Inverse, OneMatrix, Rational, Trace, Transpose, ZeroMatrix

from derive.algebra.nodes import Apply, Node
from derive.dims import ONE
from derive.formulas.matrices.kinds import Operation, dimension, is_matrix
from derive.formulas.matrices.ordered import blocks, sliced, times, transposed
from derive.operations.array_operations import ARRAY_OPERATIONS

_View = Callable[[Apply, Sequence[Any]], Any]
_Range = tuple[Any, Any, int]

_AXES: dict[str, Callable[[tuple], tuple[int, ...]]] = {
    **dict.fromkeys(
        ("softmax", "log_softmax", "logsumexp", "norm", "max", "min", "any", "all", "flip"),
        lambda params: params,
    ),
    **dict.fromkeys(
        ("prod", "prod_others", "cumprod", "cumsum", "gather", "scatter"),
        lambda params: params[:1],
    ),
    **dict.fromkeys(("argsort", "argmax", "argmin"), lambda params: params[1:2]),
    "power_norm": lambda params: params[1:],
}
"""The axes along which an operation works, by its parameters."""


def axes_of(node: Apply) -> tuple[int, ...]:
    """Return the axes along which an operation works."""
    return _AXES[node.rule](node.params) if node.rule in _AXES else ()


def shape2(node: Node) -> tuple[sympy.Expr, sympy.Expr]:
    """Return rows and columns; a 1-d array is a column."""
    return dimension(node.shape[0]), dimension(node.shape[1] if node.rank == 2 else ONE)


def _along(node: Apply) -> str:
    """Return "rows" or "columns" where a matrix's operation works on each alone, else ""."""
    axes = axes_of(node)
    if len(axes) != 1 or node.args[0].rank < 2:
        return ""
    return "columns" if axes == (0,) else "rows"


def unreshaped(node: Node) -> Node:
    """Return the array whose entries, in row order, the node holds in a new shape."""
    while isinstance(node, Apply) and node.rule == "reshape":
        (node,) = node.args
    return node


def _named(name: str) -> _View:
    """Return the view of an operation that paper has a name for and SymPy has not."""

    def view(node: Apply, operands: Sequence[Any]) -> Any:
        if not node.rank:
            return sympy.Function(name, real=True)(*operands)
        return Operation(name, _along(node), *shape2(node), *operands)

    return view


def _inverse(matrix: Any) -> Any:
    """Return the inverse, of a transpose the transpose of the inverse."""
    return Transpose(Inverse(matrix.arg)) if isinstance(matrix, Transpose) else Inverse(matrix)


def _reshape(node: Apply, operands: Sequence[Any]) -> Any:
    (x,) = operands
    if not node.rank:
        return Trace(x) if is_matrix(x) else x
    rows, cols = shape2(node)
    if not is_matrix(x):
        return times([x], [OneMatrix(rows, cols)])
    if x.shape == (rows, cols):
        return x
    if 1 in x.shape and x.shape == (cols, rows):
        return transposed(x)
    name = "vec" if cols == 1 else "unvec" if x.shape[1] == 1 else "reshape"
    return Operation(name, "", rows, cols, x)


def _ranges(params: Sequence[tuple]) -> list[_Range]:
    """Return the ranges of rows and of columns; a vector has one column."""
    found = [(dimension(start), dimension(stop), step) for start, stop, step in params]
    return found if len(found) == 2 else [*found, (sympy.Integer(0), sympy.Integer(1), 1)]


def _slice(node: Apply, operands: Sequence[Any]) -> Any:
    return sliced(operands[0], _ranges(node.params))


def _place(node: Apply, operands: Sequence[Any]) -> Any:
    """Return the array among blocks of zeros, or between parts of identities where it has gaps."""
    (x,) = operands
    ranges, sizes = _ranges(node.params[:-1]), shape2(node)
    if any(step != 1 for _, _, step in ranges):
        sides = [sliced(Identity(n), [r, (0, n, 1)]) for n, r in zip(sizes, ranges, strict=True)]
        left, right = ([] if isinstance(side, Identity) else [side] for side in sides)
        return times((), [*map(transposed, left), x, *right])
    (heights, widths) = (
        [size for size in (start, stop - start, whole - stop) if size != 0]
        for (start, stop, _), whole in zip(ranges, sizes, strict=True)
    )
    at = tuple(int(start != 0) for start, _, _ in ranges)
    return blocks(
        [
            [x if (i, j) == at else ZeroMatrix(height, width) for j, width in enumerate(widths)]
            for i, height in enumerate(heights)
        ]
    )


def _concatenate(node: Apply, operands: Sequence[Any]) -> Any:
    return blocks([operands] if node.params == (1,) else [[x] for x in operands])


def _stack(node: Apply, operands: Sequence[Any]) -> Any:
    if not node.args[0].rank:
        return Operation("entries", "", *shape2(node), *operands)
    if node.params == (1,):
        return blocks([operands])
    return blocks([[transposed(x)] for x in operands])


def _cumulative_sum(node: Apply, operands: Sequence[Any]) -> Any:
    """Return T x, where T is a triangle of ones, or X T for sums along the rows."""
    (x,) = operands
    axis, from_end = node.params
    size = dimension(node.shape[axis])
    name = "tril" if (axis == 1) == from_end else "triu"
    ones = Operation(name, "", size, size, OneMatrix(size, size))
    return times((), [x, ones] if axis == 1 else [ones, x])


def _triangle(node: Apply, operands: Sequence[Any]) -> Any:
    lower, k = node.params
    offset = [sympy.Integer(k)] if k else []
    name = "tril" if lower else "triu"
    return Operation(name, "", *shape2(node), OneMatrix(*shape2(node)), *offset)


def _order(node: Apply, operands: Sequence[Any]) -> Any:
    """Return the places in ascending order; the descending order of X is that of -X."""
    *_, descending = node.params
    return _named("argsort")(
        node, [times([sympy.Integer(-1)], operands)] if descending else operands
    )


def _gather(node: Apply, operands: Sequence[Any]) -> Any:
    """Return the entries picked: of a vector by a matrix whose rows are those of an identity."""
    x, index = operands
    if node.rank != 1:
        return _named("gather")(node, operands)
    return times((), [Operation("onehot", "", index.shape[0], x.shape[0], index), x])


def _scatter(node: Apply, operands: Sequence[Any]) -> Any:
    x, index = operands
    if node.rank != 1:
        return _named("scatter")(node, operands)
    picks = Operation("onehot", "", index.shape[0], dimension(node.shape[0]), index)
    return times((), [transposed(picks), x])


def _power_norm(node: Apply, operands: Sequence[Any]) -> Any:
    p = node.params[0]
    return _named("norm")(node, [*operands, Rational(p.numerator, p.denominator)])


def _right_vectors(node: Apply, operands: Sequence[Any]) -> Any:
    """Return Vᵀ, as which the libraries give the right singular vectors."""
    columns, rows = shape2(node)
    return Transpose(Operation("V", "", rows, columns, *operands))


VIEWS: dict[str, _View] = {
    name: _named(known.paper or name) for name, known in ARRAY_OPERATIONS.items()
} | {
    "inverse": lambda node, xs: _inverse(*xs),
    "solve": lambda node, xs: times((), [_inverse(xs[0]), xs[1]]),
    "det": lambda node, xs: Determinant(*xs),
    "logdet": lambda node, xs: sympy.log(Determinant(*xs), evaluate=False),
    "logabsdet": lambda node, xs: sympy.log(sympy.Abs(Determinant(*xs)), evaluate=False),
    "det_sign": lambda node, xs: sympy.sign(Determinant(*xs)),
    "slice": _slice,
    "place": _place,
    "concatenate": _concatenate,
    "stack": _stack,
    "reshape": _reshape,
    "cumsum": _cumulative_sum,
    "tri": _triangle,
    "argsort": _order,
    "gather": _gather,
    "scatter": _scatter,
    "power_norm": _power_norm,
    "right_vectors": _right_vectors,
}
"""How each operation is said, by the name of its rule."""
