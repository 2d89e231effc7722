"""Linear algebra on arrays of any rank: products, transposes, traces, diagonals, einsum."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.arrays.elementwise import common_shape
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.values import Operand, as_number_array
from derive.algebra.nodes import Node
from derive.dims import ONE, Dim

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
    lead = common_shape([build.ones(lead_a), build.ones(lead_b)]) if lead_a and lead_b else (
        lead_a or lead_b
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
    """Return np.dot: the product of vectors or matrices; a number scales."""
    a, b = as_number_array(left), as_number_array(right)
    if not a.rank or not b.rank:
        return build.contract(
            range(max(a.rank, b.rank)),
            [(a, range(a.rank)), (b, range(b.rank))],
            dict(enumerate(a.shape or b.shape)),
        )
    if a.rank > 2 or b.rank > 2:
        raise Refused("dot of arrays of rank above 2", "write @, or einsum")
    return matmul(a, b)


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


def permute(x: Operand, order: Sequence[int]) -> Node:
    """Return the array with axis order[k] at place k."""
    x = as_number_array(x)
    if sorted(order) != list(range(x.rank)):
        raise ShapeFault(f"{{0}} has {x.rank} axes, the order names {list(order)}", x)
    axes, sizes = build.labels_of(x)
    return build.contract([axes[k] for k in order], [(x, axes)], sizes)


def transpose(x: Operand) -> Node:
    """Return the array with its axes reversed (.T)."""
    x = as_number_array(x)
    return permute(x, range(x.rank)[::-1])


def matrix_transpose(x: Operand) -> Node:
    """Return the array with its last two axes exchanged (.mT)."""
    return swapaxes(x, -1, -2)


def swapaxes(x: Operand, first: int, second: int) -> Node:
    """Return the array with two axes exchanged."""
    x = as_number_array(x)
    i, j = axis_of(x, first), axis_of(x, second)
    order = list(range(x.rank))
    order[i], order[j] = order[j], order[i]
    return permute(x, order)


def moveaxis(x: Operand, source: int, target: int) -> Node:
    """Return the array with one axis moved to another place."""
    x = as_number_array(x)
    order = list(range(x.rank))
    order.insert(axis_of(x, target), order.pop(axis_of(x, source)))
    return permute(x, order)


def axis_of(x: Node, axis: int) -> int:
    """Return the axis counted from the front; ShapeFault where there is none."""
    if not -x.rank <= axis < x.rank:
        raise ShapeFault(f"{{0}} has {x.rank} axes, and none is number {axis}", x)
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
    return build.contract([*kept, axes[i]], [(x, joined)], sizes)


def trace(x: Operand) -> Node:
    """Return the sum of the diagonal of a matrix."""
    x = as_number_array(x)
    if x.rank != 2:
        raise ShapeFault(f"{{0}} has {x.rank} axes, a trace needs a matrix", x)
    values = diagonal(x)
    return build.contract((), [(values, (0,))], {0: values.shape[0]})


def diag(x: Operand) -> Node:
    """Return the diagonal of a matrix, or the diagonal matrix of a vector."""
    x = as_number_array(x)
    if x.rank == 2:
        return diagonal(x)
    if x.rank != 1:
        raise ShapeFault(f"{{0}} has {x.rank} axes, diag takes a vector or a matrix", x)
    return build.contract((0, 0), [(x, (0,))], {0: x.shape[0]})


def einsum(spec: str, *operands: Operand) -> Node:
    """Return the labelled product that the string says."""
    nodes = [as_number_array(operand) for operand in operands]
    inputs, arrow, output = spec.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(nodes):
        raise Refused(f"the string names {len(terms)} operands, {len(nodes)} are given")
    if not all(letter.isalpha() for term in (*terms, output) for letter in term):
        raise Refused("only letters and one arrow are read in an einsum string")
    if not arrow:
        letters = "".join(terms)
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    sizes: dict[str, Dim] = {}
    first: dict[str, Node] = {}
    for term, value in zip(terms, nodes, strict=True):
        if len(term) != value.rank:
            raise ShapeFault(f"{{0}} has {value.rank} axes, the string {term!r} names them", value)
        for letter, size in zip(term, value.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                clash = f"{letter} is {sizes[letter]} in {{0}} and {size} in {{1}}"
                raise ShapeFault(clash, first[letter], value)
            first.setdefault(letter, value)
    unknown = [letter for letter in output if letter not in sizes]
    if unknown:
        raise Refused(f"the letter {unknown[0]} of the output is in no operand")
    number = {letter: k for k, letter in enumerate(sizes)}
    factors = [
        (value, [number[c] for c in term]) for term, value in zip(terms, nodes, strict=True)
    ]
    labels = {number[c]: size for c, size in sizes.items()}
    return build.contract([number[c] for c in output], factors, labels)
