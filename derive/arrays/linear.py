"""Linear algebra on arrays of any rank: products, transposes, traces, diagonals, einsum."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import add, common_shape, multiply
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.values import Operand, as_number_array, node
from derive.dims import ONE, Dim

_PAIRED = "The axes that are summed over in pairs must be equal."
_PRODUCT = "A product needs the columns of the left to be the rows of the right."


def matmul(left: Operand, right: Operand) -> Node:
    """Return left @ right as NumPy means it: vectors, matrices, and stacks of matrices."""
    a, b = as_number_array(left), as_number_array(right)
    if not a.rank or not b.rank:
        scalar = a if not a.rank else b
        raise ShapeFault("{0} is a number, and @ multiplies arrays", scalar, hint="write *")
    inner_a, inner_b = a.shape[-1], b.shape[-2] if b.rank > 1 else b.shape[0]
    if inner_a != inner_b:
        raise ShapeFault(
            f"{{0}} has {inner_a} {_columns(a)}, {{1}} has {inner_b} {_rows(b)}",
            a,
            b,
            rule=_PRODUCT,
            product=True,
        )
    return _batched(a, b)


def _columns(a: Node) -> str:
    return "columns" if a.rank > 1 else "entries"


def _rows(b: Node) -> str:
    return "rows" if b.rank > 1 else "entries"


def _batched(a: Node, b: Node) -> Node:
    """Multiply along the last axis of a and the last but one of b; leading axes broadcast."""
    lead_a, lead_b = a.shape[:-2], b.shape[:-2]
    lead = (
        common_shape([build.ones(lead_a), build.ones(lead_b)])
        if lead_a and lead_b
        else (lead_a or lead_b)
    )
    sizes: dict[int, Dim] = dict(enumerate(lead))

    def lead_labels(shape: Sequence[Dim]) -> list[int]:
        labels = []
        for axis, have in enumerate(shape, len(lead) - len(shape)):
            if have == lead[axis]:
                labels.append(axis)
            else:
                sizes[100 + len(sizes)] = ONE
                labels.append(max(sizes))
        return labels

    batch_a, batch_b = lead_labels(lead_a), lead_labels(lead_b)
    row, inner, col = (max(sizes, default=0) + k for k in (1, 2, 3))
    sizes[inner] = a.shape[-1]
    out = list(range(len(lead)))
    axes_a, axes_b = [inner], [inner]
    if a.rank > 1:
        sizes[row] = a.shape[-2]
        axes_a, out = [row, inner], [*out, row]
    if b.rank > 1:
        sizes[col] = b.shape[-1]
        axes_b, out = [inner, col], [*out, col]
    return build.contract(out, [(a, [*batch_a, *axes_a]), (b, [*batch_b, *axes_b])], sizes)


def dot(left: Operand, right: Operand) -> Node:
    """Return np.dot: sums over the last axis of the left and the last but one of the right."""
    a, b = as_number_array(left), as_number_array(right)
    if not a.rank or not b.rank:
        return build.contract(
            range(max(a.rank, b.rank)),
            [(a, range(a.rank)), (b, range(b.rank))],
            dict(enumerate(a.shape or b.shape)),
        )
    if a.rank <= 2 and b.rank <= 2:
        return matmul(a, b)
    return tensordot(a, b, ([a.rank - 1], [max(b.rank - 2, 0)]))


def inner(left: Operand, right: Operand) -> Node:
    """Return np.inner: sums over the last axis of both."""
    a, b = as_number_array(left), as_number_array(right)
    if not a.rank or not b.rank:
        return dot(a, b)
    return tensordot(a, b, ([a.rank - 1], [b.rank - 1]))


def tensordot(left: Operand, right: Operand, axes: object = 2) -> Node:
    """Return the product summed over the paired axes; a number pairs last with first ones."""
    a, b = as_number_array(left), as_number_array(right)
    if isinstance(axes, int):
        if not 0 <= axes <= min(a.rank, b.rank):
            raise ShapeFault(f"{{0}} and {{1}} do not both have {axes} axes", a, b)
        axes = (list(range(a.rank - axes, a.rank)), list(range(axes)))
    if axes is None or len(axes) != 2:  # type: ignore[arg-type]
        raise Refused("tensordot needs a number of axes, or two lists of them")
    of_a, of_b = ([k] if isinstance(k, int) else list(k) for k in axes)  # type: ignore
    if len(of_a) != len(of_b):
        raise Refused("the two lists of axes have different lengths")
    sizes = dict(enumerate((*a.shape, *b.shape)))
    labels_a = list(range(a.rank))
    labels_b = list(range(a.rank, a.rank + b.rank))
    for i, j in zip(of_a, of_b, strict=True):
        i, j = axis_of(a, i), axis_of(b, j)
        if a.shape[i] != b.shape[j]:
            clash = f"axis {i} of {{0}} is {a.shape[i]}, axis {j} of {{1}} is {b.shape[j]}"
            raise ShapeFault(clash, a, b, rule=_PAIRED)
        del sizes[labels_b[j]]
        labels_b[j] = labels_a[i]
    summed = set(labels_a) & set(labels_b)
    out = [label for label in (*labels_a, *labels_b) if label not in summed]
    return build.contract(out, [(a, labels_a), (b, labels_b)], sizes)


def kron(left: Operand, right: Operand) -> Node:
    """Return the Kronecker product: axis by axis, counted from the last one."""
    a, b = as_number_array(left), as_number_array(right)
    axes_a, axes_b = ([2 * k + at for k in range(-x.rank, 0)] for at, x in ((0, a), (1, b)))
    sizes = dict(zip((*axes_a, *axes_b), (*a.shape, *b.shape), strict=True))
    blocks = build.contract(sorted(sizes), [(a, axes_a), (b, axes_b)], sizes)
    shape = tuple(
        sizes.get(2 * k, ONE) * sizes.get(2 * k + 1, ONE) for k in range(-max(a.rank, b.rank), 0)
    )
    return blocks if blocks.shape == shape else build.apply("reshape", [blocks], shape, shape)


def chain(factors: Sequence[Operand]) -> Node:
    """Return the product of a list of matrices."""
    product = as_number_array(factors[0])
    for factor in factors[1:]:
        product = matmul(product, factor)
    return product


def add_product(
    bias: Operand, left: Operand, right: Operand, beta: Operand = 1, alpha: Operand = 1
) -> Node:
    """Return beta · bias + alpha · left @ right (addmm)."""
    return add(multiply(beta, bias), multiply(alpha, matmul(left, right)))


def add_outer(
    bias: Operand, left: Operand, right: Operand, beta: Operand = 1, alpha: Operand = 1
) -> Node:
    """Return beta · bias + alpha · left rightᵀ (addr)."""
    return add(multiply(beta, bias), multiply(alpha, outer(left, right)))


def add_products(
    bias: Operand, left: Operand, right: Operand, beta: Operand = 1, alpha: Operand = 1
) -> Node:
    """Return beta · bias + alpha · Σ left[k] @ right[k] (addbmm)."""
    a, b = as_number_array(left), as_number_array(right)
    if a.rank != 3 or b.rank != 3:
        raise ShapeFault("{0} and {1} are not both stacks of matrices", a, b)
    return add(multiply(beta, bias), multiply(alpha, tensordot(a, b, ([0, 2], [0, 1]))))


def matrix_vector(left: Operand, right: Operand) -> Node:
    """Return the products of matrices with vectors, the last axis of the right (np.matvec)."""
    b = as_number_array(right)
    if not b.rank:
        raise ShapeFault("{0} is a number, and no vector", b)
    axes, sizes = build.labels_of(b)
    column = build.contract((*axes, len(axes)), [(b, axes)], {**sizes, len(axes): ONE})
    return _without_last(matmul(left, column))


def vector_matrix(left: Operand, right: Operand) -> Node:
    """Return the products of vectors, the last axis of the left, with matrices (np.vecmat)."""
    return matrix_vector(matrix_transpose(right), left)


def _without_last(x: Node) -> Node:
    axes, sizes = build.labels_of(x)
    return build.contract(axes[:-1], [(x, axes)], sizes)


def small_transpose(x: Operand) -> Node:
    """Return the transpose of a matrix (torch.t)."""
    x = as_number_array(x)
    if x.rank > 2:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, t takes a matrix", x, hint="write .mT")
    return transpose(x)


def inner_product(left: Operand, right: Operand) -> Node:
    """Return np.vdot: the sum of the entrywise product of two arrays of one shape."""
    a, b = as_number_array(left), as_number_array(right)
    if a.shape != b.shape:
        raise ShapeFault("{0} and {1} have different shapes", a, b, rule="Shapes must be equal.")
    axes, sizes = build.labels_of(a)
    return build.contract((), [(a, axes), (b, axes)], sizes)


def outer(left: Operand, right: Operand) -> Node:
    """Return the outer product of two vectors."""
    a, b = as_number_array(left), as_number_array(right)
    for vector in (a, b):
        if vector.rank != 1:
            raise ShapeFault("{0} is no vector", vector, rule="outer takes two 1-d arrays.")
    return build.contract((0, 1), [(a, (0,)), (b, (1,))], {0: a.shape[0], 1: b.shape[0]})


def permute(x: Operand, axis: int | Sequence[int]) -> Node:
    """Return the array with axis axis[k] at place k."""
    x = node(x)
    given = [axis] if isinstance(axis, int) else list(axis)
    order = [k % x.rank if -x.rank <= k < x.rank else k for k in given]
    if sorted(order) != list(range(x.rank)):
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, the order names {list(order)}", x)
    axes, sizes = build.labels_of(x)
    return build.contract([axes[k] for k in order], [(x, axes)], sizes)


def transpose(x: Operand) -> Node:
    """Return the array with its axes reversed (.T)."""
    x = node(x)
    return permute(x, range(x.rank)[::-1])


def matrix_transpose(x: Operand) -> Node:
    """Return the array with its last two axes exchanged (.mT)."""
    return swapaxes(x, -1, -2)


def swapaxes(x: Operand, axis1: int, axis2: int) -> Node:
    """Return the array with two axes exchanged."""
    x = node(x)
    i, j = axis_of(x, axis1), axis_of(x, axis2)
    order = list(range(x.rank))
    order[i], order[j] = order[j], order[i]
    return permute(x, order)


def moveaxis(x: Operand, source: int | Sequence[int], destination: int | Sequence[int]) -> Node:
    """Return the array with axes moved to other places."""
    x = node(x)
    froms = [source] if isinstance(source, int) else list(source)
    tos = [destination] if isinstance(destination, int) else list(destination)
    if len(froms) != len(tos):
        raise Refused("the two lists of axes have different lengths")
    moved = dict(zip((axis_of(x, k) for k in tos), (axis_of(x, k) for k in froms), strict=True))
    rest = iter([k for k in range(x.rank) if k not in moved.values()])
    return permute(x, [moved[k] if k in moved else next(rest) for k in range(x.rank)])


def axis_of(x: Node, axis: int) -> int:
    """Return the axis counted from the front; ShapeFault where there is none."""
    if not isinstance(axis, int):
        raise Refused("an axis that is no constant integer")
    if not -x.rank <= axis < x.rank:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, and none is number {axis}", x)
    return axis % x.rank


def diagonal(x: Operand, first: int = 0, second: int = 1) -> Node:
    """Return the diagonal of two axes, as a last axis."""
    x = as_number_array(x)
    i, j = axis_of(x, first), axis_of(x, second)
    if x.shape[i] != x.shape[j]:
        raise ShapeFault(f"{{0}} is {x.shape[i]}×{x.shape[j]}, a diagonal needs a square", x)
    axes, sizes = build.labels_of(x)
    joined = [axes[i] if k == j else label for k, label in enumerate(axes)]
    kept = [label for k, label in enumerate(axes) if k not in (i, j)]
    del sizes[axes[j]]
    return build.contract([*kept, axes[i]], [(x, joined)], sizes)
