"""Operations entry by entry: the shape and dtype of the result, and whose memory it takes."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.footprint.memory import ITERATED, Memory
from derive.code.footprint.values import DOUBLE, TRUTH, WHOLE, Array, Dtype, Number, Unknown, Value
from derive.dims import Shape, broadcast, dim, show_shape

COMMUTATIVE = frozenset({"add", "multiply", "bitwise_and", "bitwise_or"})
ELIDING = COMMUTATIVE | {"subtract", "divide", "negative", "square"}
"""Operators of Python that NumPy carries out in a temporary operand."""
_TRUTHS = (
    "greater greater_equal less less_equal equal not_equal logical_and logical_or logical_not "
    "isnan isfinite isinf signbit"
)
_RINGS = (
    "add subtract multiply negative positive abs maximum minimum fmax fmin remainder fmod "
    "bitwise_and bitwise_or square sign floor ceil trunc rint power clip"
)
COMPARING = frozenset(_TRUTHS.split())
KEEPING = frozenset(_RINGS.split())
"""Ufuncs of which integers give integers; others give floats."""


def apply(memory: Memory, name: str, operands: Sequence[Value], out: Array | None = None) -> Array:
    """Return the result of a ufunc, in new memory or in `out`."""
    shape, dtype = outcome(name, operands)
    held = _buffers(memory, operands, shape, loop_dtype(name, operands))
    order = order_of(operands, shape)
    made = memory.new(shape, dtype, order) if out is None else memory.hold(out)
    memory.drop(held)
    return made


def operate(memory: Memory, name: str, operands: Sequence[Value]) -> Array:
    """Return the result of an operator, which may take the memory of a temporary operand.

    A number that NumPy made, on the left, is in charge of the operation and spares nothing.
    """
    shape, dtype = outcome(name, operands)
    first = operands[0]
    in_charge = isinstance(first, Array) and not first.rank and not first.buffer.given
    if name in ELIDING and not in_charge:
        for k, array in enumerate(operands if name in COMMUTATIVE else operands[:1]):
            others = [other for i, other in enumerate(operands) if i != k]
            if _is_spare(memory, array, shape, dtype) and all(_leaves(o, array) for o in others):
                return apply(memory, name, operands, array)
    return apply(memory, name, operands)


def _is_spare(memory: Memory, array: Value, shape: Shape, dtype: Dtype) -> bool:
    return (
        isinstance(array, Array)
        and array.owns
        and array.buffer.references == 1
        and not array.buffer.given
        and (array.shape, array.dtype) == (shape, dtype)
        and memory.is_large(array)
    )


def _leaves(operand: Value, array: Array) -> bool:
    """Whether the operand leaves the array's shape and dtype; a plain number counts as float64."""
    if not isinstance(operand, Array):
        return array.dtype == DOUBLE
    return operand.shape in ((), array.shape)


def outcome(name: str, operands: Sequence[Value]) -> tuple[Shape, Dtype]:
    """Return the shape and the dtype of a ufunc's result."""
    shape: Shape = ()
    for operand in operands:
        if isinstance(operand, Array):
            shape = _common(name, shape, operand.shape)
    return shape, TRUTH if name in COMPARING else loop_dtype(name, operands)


def _common(name: str, left: Shape, right: Shape) -> Shape:
    found = broadcast(left, right)
    if found and isinstance(found[0], int):
        raise Unknown(f"{name} of the shapes {show_shape(left)} and {show_shape(right)}")
    return found


def loop_dtype(name: str, operands: Sequence[Value]) -> Dtype:
    """Return the dtype in which a ufunc computes."""
    found = promoted(operands)
    if found.kind == "f" or name in COMPARING:
        return found
    if found.kind == "b" and name in ("bitwise_and", "bitwise_or"):
        return found
    return WHOLE if name in KEEPING else DOUBLE


def promoted(operands: Sequence[Value]) -> Dtype:
    """Return the common dtype; plain numbers bring none of their own but a float's."""
    dtypes = [operand.dtype for operand in operands if isinstance(operand, Array)]
    floats = [d.item for d in dtypes if d.kind == "f"]
    plain = any(isinstance(o, Number) and o.kind == "f" for o in operands)
    whole = any(d.kind == "i" for d in dtypes)
    if floats:
        return Dtype("f", max([*floats, 8 if whole else 0]))
    if plain:
        return DOUBLE
    return WHOLE if whole or len(dtypes) < len(operands) else TRUTH


def order_of(operands: Sequence[Value], shape: Shape) -> tuple[int, ...]:
    """Return the order of axes of the result: that of the first operand of the whole shape."""
    whole = (o for o in operands if isinstance(o, Array) and o.shape == shape)
    return next((array.order for array in whole), ())


def _buffers(
    memory: Memory, operands: Sequence[Value], shape: Shape, dtype: Dtype
) -> tuple[Array, ...]:
    """Return the memory that operands pass through: those that are cast, or copied along axes."""
    if not memory.exact:
        return ()
    arrays = [o for o in operands if isinstance(o, Array) and o.rank]
    rows = _rows(memory, arrays, shape)
    passing = [
        array
        for array in arrays
        if array.dtype != dtype or (rows[-1] < ITERATED and not _is_even(array, shape, arrays[0]))
    ]
    return tuple(memory.new((dim(_at_once(rows)),), dtype) for _ in passing)


def _is_even(array: Array, shape: Shape, first: Array) -> bool:
    """Whether the array is passed over as one piece, beside the first one."""
    return array.shape == shape and array.packed and array.order == first.order


def _rows(memory: Memory, arrays: Sequence[Array], shape: Shape) -> list[int]:
    """Return the sizes of the axes, those as one that each array has or lacks together."""
    rows: list[int] = []
    before: list[bool] | None = None
    whole = [array for array in arrays if array.shape == shape]
    apart = any(not x.packed or x.order != whole[0].order for x in whole)
    for axis in range(-len(shape), 0):
        have = [array.rank >= -axis and array.shape[axis] == shape[axis] for array in arrays]
        size = memory.value(shape[axis])
        if have == before and not apart:
            rows[-1] *= size
        else:
            rows.append(size)
        before = have
    return rows or [1]


def _at_once(rows: Sequence[int]) -> int:
    """Return how many entries pass at once: as many whole rows as a buffer holds."""
    entries = 1
    for size in reversed(rows):
        if entries * size > ITERATED:
            return entries * max(1, ITERATED // max(1, entries))
        entries *= size
    return entries
