"""Layout: axes of size 1 put in and taken out, copies along axes, other shapes."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.elementwise import spread
from derive.arrays.fault import Refused, ShapeFault, axes_told
from derive.arrays.linear import axis_of
from derive.arrays.values import Operand, node
from derive.dims import ONE, Dim, Shape, broadcast, code_shape, dim, has_quotient, size_of


def squeeze(x: Operand, axis: int | Sequence[int] | None = None) -> Node:
    """Return the array without its axes of size 1 (the number: a name is never squeezed)."""
    x = node(x)
    if axis is None:
        gone = [k for k, d in enumerate(x.shape) if d == 1]
    else:
        gone = [axis_of(x, k) for k in ([axis] if isinstance(axis, int) else axis)]
        for k in gone:
            if x.shape[k] != 1:
                rule = "A named dimension is never 1 by accident: it is not squeezed."
                clash = f"axis {k} of {{0}} is {x.shape[k]}, squeeze needs 1"
                raise ShapeFault(clash, x, rule=rule)
    labels, sizes = build.labels_of(x)
    return build.contract([k for k in labels if k not in gone], [(x, labels)], sizes)


def unsqueeze(x: Operand, axis: int) -> Node:
    """Return the array with an axis of size 1 put in."""
    x = node(x)
    if not isinstance(axis, int):
        raise Refused("an axis that is no constant integer")
    if not -x.rank - 1 <= axis <= x.rank:
        raise ShapeFault(f"{{0}} has {axes_told(x.rank)}, none can be put in at {axis}", x)
    at = axis % (x.rank + 1)
    shape = (*x.shape[:at], ONE, *x.shape[at:])
    kept = [k for k in range(x.rank + 1) if k != at]
    return build.contract(range(x.rank + 1), [(x, kept)], dict(enumerate(shape)))


def broadcast_to(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return the array copied to the shape."""
    x, wanted = node(x), lengths(shape)
    if x.rank > len(wanted) or broadcast(x.shape, wanted) != wanted:
        raise ShapeFault(f"{{0}} does not broadcast to {code_shape(wanted)}", x)
    return spread(x, wanted)


def expand(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return x.expand(shape): -1 keeps an axis."""
    x = node(x)
    start = len(shape) - x.rank
    wanted = [x.shape[k - start] if d == -1 and k >= start else d for k, d in enumerate(shape)]
    return broadcast_to(x, wanted)


def expand_as(x: Operand, other: Operand) -> Node:
    """Return the array copied to the shape of another."""
    return broadcast_to(x, node(other).shape)


def view_as(x: Operand, other: Operand) -> Node:
    """Return the array in the shape of another."""
    return reshape(x, node(other).shape)


def reshape(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return the entries in another shape; axes of size 1 come and go as plain layout."""
    x = node(x)
    wanted = _with_unknown(x, lengths(shape))
    if size_of(wanted) != size_of(x.shape):
        clash = f"{{0}} has {size_of(x.shape)} entries, {code_shape(wanted)} has {size_of(wanted)}"
        raise ShapeFault(clash, x, hint=_as_product(x, wanted))
    if [d for d in x.shape if d != 1] != [d for d in wanted if d != 1]:
        return build.apply("reshape", [x], wanted, wanted)
    labels, sizes = build.labels_of(x)
    rest = [label for label in labels if sizes[label] != 1]
    out = []
    for d in wanted:
        out.append(max(sizes, default=-1) + 1 if d == 1 else rest.pop(0))
        sizes.setdefault(out[-1], d)
    return build.contract(out, [(x, labels)], sizes)


def _as_product(x: Node, wanted: Shape) -> str:
    """Return how to annotate an axis that is to become several, so that they divide it."""
    gone = [d for d in x.shape if d not in wanted]
    new = [d for d in wanted if d not in x.shape and d != -1 and not has_quotient(d)]
    if len(gone) != 1 or not new:
        return ""
    taken = {name for d in (*x.shape, *wanted) for name in d.names}
    name = next(word for word in "kmpqrst" if word not in taken)
    product = size_of(new) * dim(name)
    shape = " ".join(str(product if d == gone[0] else d) for d in x.shape)
    return f'annotate it as "{shape}", so that {size_of(new)} divides {product}'


def lengths(shape: object) -> Shape:
    """Return a shape given as a list of ints and dimensions."""
    parts = shape if isinstance(shape, list | tuple) else [shape]
    if not all(isinstance(d, int | Dim) for d in parts):
        raise Refused("a shape that is no constant")
    return tuple(dim(d) for d in parts)  # type: ignore[arg-type]


def _with_unknown(x: Node, shape: Shape) -> Shape:
    """Fill in the -1 of a shape: what is left of the array's entries."""
    if dim(-1) not in shape:
        return shape
    known = size_of(d for d in shape if d != -1)
    rest = size_of(x.shape) // known
    if rest * known != size_of(x.shape) or shape.count(dim(-1)) > 1:
        clash = f"{{0}} has {size_of(x.shape)} entries, which {known} does not divide for certain"
        raise ShapeFault(clash, x, hint=_as_product(x, shape))
    return tuple(rest if d == -1 else d for d in shape)


def flatten(x: Operand, start_dim: int = 0, end_dim: int = -1) -> Node:
    """Return the array with the axes from start to end as one."""
    x = node(x)
    if not x.rank:
        return reshape(x, [1])
    first, last = axis_of(x, start_dim), axis_of(x, end_dim)
    if first > last:
        raise Refused("flatten from an axis to an earlier one")
    middle = size_of(x.shape[first : last + 1])
    return reshape(x, [*x.shape[:first], middle, *x.shape[last + 1 :]])


def unflatten(x: Operand, axis: int, sizes: Sequence[Dim | int]) -> Node:
    """Return the array with one axis as several."""
    x = node(x)
    at = axis_of(x, axis)
    parts = lengths(sizes)
    if dim(-1) in parts:
        rest = x.shape[at] // size_of(d for d in parts if d != -1)
        parts = tuple(rest if d == -1 else d for d in parts)
    return reshape(x, [*x.shape[:at], *parts, *x.shape[at + 1 :]])


def stop(x: Operand) -> Node:
    """Return the array as a constant: no gradient passes (detach)."""
    x = node(x)
    return build.apply("stop", [x], (), x.shape)
