"""Layout: axes of size 1 put in and taken out, copies along axes, slices, stacks, index lists."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.arrays.elementwise import common_shape, multiply, spread, subtract
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.linear import axis_of
from derive.algebra.arrays.values import Operand, as_number_array, node
from derive.algebra.nodes import Node
from derive.dims import ONE, Dim, Shape, code_shape, dim


def squeeze(x: Operand, axis: int | None = None) -> Node:
    """Return the array without its axes of size 1 (the number: a name is never squeezed)."""
    x = node(x)
    if axis is None:
        gone = [k for k, d in enumerate(x.shape) if d == 1]
    else:
        k = axis_of(x, axis)
        if x.shape[k] != 1:
            raise ShapeFault(f"axis {axis} of {{0}} is {x.shape[k]}, squeeze needs 1", x)
        gone = [k]
    labels, sizes = build.labels_of(x)
    return build.contract([k for k in labels if k not in gone], [(x, labels)], sizes)


def unsqueeze(x: Operand, axis: int) -> Node:
    """Return the array with an axis of size 1 put in."""
    x = node(x)
    if not -x.rank - 1 <= axis <= x.rank:
        raise ShapeFault(f"{{0}} has {x.rank} axes, none can be put in at {axis}", x)
    at = axis % (x.rank + 1)
    shape = (*x.shape[:at], ONE, *x.shape[at:])
    kept = [k for k in range(x.rank + 1) if k != at]
    return build.contract(range(x.rank + 1), [(x, kept)], dict(enumerate(shape)))


def broadcast_to(x: Operand, shape: Shape) -> Node:
    """Return the array copied to the shape."""
    x = node(x)
    if x.rank > len(shape) or common_shape([x, build.ones(shape)]) != shape:
        raise ShapeFault(f"{{0}} does not broadcast to {code_shape(shape)}", x)
    return spread(x, shape)


def reshape(x: Operand, shape: Sequence[Dim | int]) -> Node:
    """Return the array in another shape, where only axes of size 1 come or go."""
    x = node(x)
    wanted = _with_unknown(x, [dim(d) for d in shape])
    if [d for d in x.shape if d != 1] != [d for d in wanted if d != 1]:
        raise Refused(
            f"a reshape from {code_shape(x.shape)} to {code_shape(tuple(wanted))}",
            "only axes of size 1 can come and go; write products of axes with einsum",
        )
    labels, sizes = build.labels_of(x)
    rest = [label for label in labels if sizes[label] != 1]
    out = []
    for d in wanted:
        out.append(max(sizes, default=-1) + 1 if d == 1 else rest.pop(0))
        sizes.setdefault(out[-1], d)
    return build.contract(out, [(x, labels)], sizes)


def _with_unknown(x: Node, shape: list[Dim]) -> list[Dim]:
    """Fill in the -1 of a shape: what is left of the array's axes."""
    if dim(-1) not in shape:
        return shape
    rest = [d for d in x.shape if d != 1]
    for d in shape:
        if d in rest:
            rest.remove(d)
    unknown = ONE
    for d in rest:
        unknown = unknown * d
    return [unknown if d == -1 else d for d in shape]


def flatten(x: Operand) -> Node:
    """Return the entries as one axis."""
    return reshape(x, [-1])


def stack(arrays: Sequence[Operand], axis: int = 0) -> Node:
    """Return arrays of one shape along a new axis."""
    nodes = _same_shape([as_number_array(a) for a in arrays])
    shape = nodes[0].shape
    at = axis % (len(shape) + 1)
    return build.apply("stack", nodes, (at,), (*shape[:at], dim(len(nodes)), *shape[at:]))


def _same_shape(nodes: list[Node]) -> list[Node]:
    if not nodes:
        raise Refused("a stack of no arrays")
    for other in nodes[1:]:
        if other.shape != nodes[0].shape:
            raise ShapeFault("{0} and {1} have different shapes", nodes[0], other)
    return nodes


def concatenate(arrays: Sequence[Operand], axis: int = 0) -> Node:
    """Return arrays one after the other along an axis."""
    nodes = [as_number_array(a) for a in arrays]
    if not nodes:
        raise Refused("a concatenation of no arrays")
    at = axis_of(nodes[0], axis)
    first = nodes[0]
    length = first.shape[at]
    for other in nodes[1:]:
        same = other.rank == first.rank and all(
            a == b for k, (a, b) in enumerate(zip(first.shape, other.shape, strict=True)) if k != at
        )
        if not same:
            raise ShapeFault(f"{{0}} and {{1}} differ beside axis {at}", first, other)
        length = length + other.shape[at]
    shape = (*first.shape[:at], length, *first.shape[at + 1 :])
    return build.apply("concatenate", nodes, (at,), shape)


def take(x: Operand, key: Sequence[object]) -> Node:
    """Return x[key]: entries of key are ints, slices (of ints and dims), None or Ellipsis."""
    x = node(x)
    wanted = sum(1 for part in key if part is not None and part is not Ellipsis)
    if wanted > x.rank:
        raise ShapeFault(f"{{0}} has {x.rank} axes, the index names {wanted}", x)
    full: list[object] = []
    for part in key:
        full += [slice(None)] * (x.rank - wanted) if part is Ellipsis else [part]
    full += [slice(None)] * (x.rank - sum(1 for part in full if part is not None))
    ranges, dropped, added = [], [], []
    axis = 0
    for place, part in enumerate(full):
        if part is None:
            added.append(place)
            continue
        size = x.shape[axis]
        if isinstance(part, slice):
            ranges.append(_range(x, axis, size, part))
        else:
            start = _entry(x, axis, size, part)
            ranges.append((start, start + 1, 1))
            dropped.append(axis)
        axis += 1
    return _shaped(_sliced(x, tuple(ranges)), dropped, added)


def _range(x: Node, axis: int, size: Dim, part: slice) -> tuple[Dim, Dim, int]:
    step = 1 if part.step is None else part.step
    if not isinstance(step, int) or step != 1:
        raise Refused("a slice with a step", "steps of 1 are read")
    start = _bound(x, axis, size, part.start, dim(0))
    stop = _bound(x, axis, size, part.stop, size)
    return start, stop, 1


def _bound(x: Node, axis: int, size: Dim, value: object, default: Dim) -> Dim:
    if value is None:
        return default
    if not isinstance(value, int | Dim):
        raise Refused("an index that is no constant")
    at = dim(value)
    if at.value is not None and at.value < 0:
        at = size + at
    if at.value is not None and size.value is not None:
        at = dim(min(max(at.value, 0), size.value))
    return at


def _entry(x: Node, axis: int, size: Dim, part: object) -> Dim:
    if not isinstance(part, int | Dim):
        raise Refused("an index that is no constant")
    at = dim(part)
    if at.value is not None and at.value < 0:
        at = size + at
    if at.value is not None and size.value is not None and not 0 <= at.value < size.value:
        raise ShapeFault(f"axis {axis} of {{0}} has {size} entries, and none is number {part}", x)
    return at


def _sliced(x: Node, ranges: tuple) -> Node:
    whole = all(start == 0 and stop == d for (start, stop, _), d in zip(ranges, x.shape, strict=True))
    if whole:
        return x
    shape = tuple(stop - start for start, stop, _ in ranges)
    return build.apply("slice", [x], ranges, shape)


def _shaped(x: Node, dropped: Sequence[int], added: Sequence[int]) -> Node:
    labels, sizes = build.labels_of(x)
    out = [label for label in labels if label not in dropped]
    for place in added:
        fresh = max(sizes, default=-1) + 1
        sizes[fresh] = ONE
        out.insert(place, fresh)
    return build.contract(out, [(x, labels)], sizes)


def masked_out(x: Node, mask: Node) -> Node:
    """Return x with the entries where the 0/1 mask is one set to zero."""
    return multiply(x, subtract(1, mask))


def stop(x: Operand) -> Node:
    """Return the array as a constant: no gradient passes (detach)."""
    x = node(x)
    return build.apply("stop", [x], (), x.shape)
