"""NumPy's functions and methods as far as memory goes: a table of each, one line for most.

An entry takes the memory, the operands and the keywords, and returns the result; operands stay the
interpreter's to drop.  A function that is not here is not known, and no number is given for it.
Temporaries inside a function are those of NumPy 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.dims import ONE, Dim, Shape, dim, size_of
from derive.footprint import layout, products
from derive.footprint.elementwise import apply, outcome, promoted
from derive.footprint.memory import Memory
from derive.footprint.values import (
    DOUBLE,
    TRUTH,
    WHOLE,
    Array,
    Block,
    Dtype,
    Number,
    Unknown,
    Value,
)

Entry = Callable[..., Value]

_UFUNCS = (
    "add subtract multiply divide power negative square abs maximum minimum clip exp expm1 exp2 "
    "log log1p log2 log10 sqrt cbrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh "
    "arccosh arctanh arctan2 hypot logaddexp logaddexp2 sign floor ceil trunc rint fmax fmin fmod "
    "remainder copysign greater greater_equal less less_equal equal not_equal logical_and "
    "logical_or logical_not isnan isfinite isinf signbit reciprocal"
)
_SPECIAL = "gammaln digamma erfinv erfcx log_ndtr ndtri i0 i0e i1 i1e zeta erf erfc"
FIRST = dim(0)
OCTET = Dtype("i", 1)
LIST_ITEM = 32  # bytes of a number in a list: the object and the reference to it


def shape_of(value: Value) -> Shape:
    """Return a shape that was given as a size or as a tuple of sizes."""
    return value if isinstance(value, tuple) else (value,)


def axes_of(value: Value, rank: int) -> tuple[int, ...]:
    """Return axes that were given as a number, a tuple, or None for all."""
    if value is None:
        return tuple(range(rank))
    found = value if isinstance(value, tuple) else (value,)
    return tuple(_integer(axis) % rank for axis in found)


def _integer(value: Value) -> int:
    number = value.value if isinstance(value, Dim) else None
    if number is None:
        raise Unknown("an axis that is no number")
    return number


def _ufunc(name: str) -> Entry:
    def entry(
        memory: Memory, *operands: Value, out: Array | None = None, where: Value = None
    ) -> Array:
        return apply(memory, name, operands, out)

    return entry


def _cast(memory: Memory, x: Value, dtype: Dtype | None = None) -> Value:
    if isinstance(x, Array) and dtype in (None, x.dtype):
        return memory.hold(x)
    return _copied_as(memory, x, dtype)


def _copied_as(memory: Memory, x: Value, dtype: Dtype | None = None) -> Value:
    if not isinstance(x, Array):
        return memory.new((), dtype or DOUBLE)
    return memory.new(x.shape, dtype or x.dtype, x.order)


def _filled(memory: Memory, shape: Value, *rest: Value, dtype: Dtype | None = None) -> Array:
    given = next((value for value in rest if isinstance(value, Dtype)), dtype)
    return memory.new(shape_of(shape), given or DOUBLE)


def _like(memory: Memory, x: Array) -> Array:
    return memory.new(x.shape, x.dtype, x.order)


def _where(memory: Memory, test: Value, yes: Value, no: Value) -> Array:
    shape, _ = outcome("where", [test, yes, no])
    return memory.new(shape, promoted([yes, no]))


def _triangle(
    memory: Memory, rows: Dim, columns: Dim, k: Value = 0, dtype: Dtype = DOUBLE
) -> Array:
    mask = memory.new((rows, columns), TRUTH)
    made = memory.new((rows, columns), dtype)
    memory.drop(mask)
    return made


def _counted(memory: Memory, *ends: Value, dtype: Dtype = WHOLE) -> Array:
    start, stop = ends if len(ends) == 2 else (dim(0), ends[0])
    return memory.new((stop - start,), dtype)


def _stacked(memory: Memory, arrays: tuple[Array, ...], axis: Value = FIRST) -> Array:
    shape = list(arrays[0].shape)
    shape.insert(_integer(axis) % (len(shape) + 1), dim(len(arrays)))
    return memory.new(shape, promoted(arrays))


def _joined(memory: Memory, arrays: tuple[Array, ...], axis: Value = FIRST) -> Array:
    at = _integer(axis) % arrays[0].rank
    shape = list(arrays[0].shape)
    for other in arrays[1:]:
        shape[at] = shape[at] + other.shape[at]
    return memory.new(shape, promoted(arrays))


def _tensordot(memory: Memory, a: Array, b: Array, axes: tuple[Value, Value]) -> Array:
    at_a, at_b = (axes_of(part, x.rank) for part, x in zip(axes, (a, b), strict=True))
    return products.tensordot(memory, a, b, at_a, at_b)


def _einsum(memory: Memory, pattern: str, *operands: Array, optimize: Value = None) -> Array:
    return products.einsum(memory, pattern, operands)


def _norm(memory: Memory, x: Array, axis: Value = None) -> Array:
    if axis is None:
        return memory.new((), x.dtype)
    square = memory.new(x.shape, x.dtype)
    made = _reduced(memory, x, axis)
    memory.drop(square)
    return made


def _of_matrix(outcomes: Callable[[Array], list[Shape]]) -> Entry:
    """Return an entry of linalg: float32 is computed in float64, and turned back."""

    def entry(memory: Memory, *operands: Array) -> Value:
        wide = [memory.new(x.shape, DOUBLE) for x in operands if x.dtype != DOUBLE]
        made = tuple(memory.new(shape, DOUBLE) for shape in outcomes(operands[-1]))
        for x in wide:
            memory.drop(x)
        if wide:
            narrow = tuple(memory.new(x.shape, operands[0].dtype) for x in made)
            memory.drop(made)
            made = narrow
        return made if len(made) > 1 else made[0]

    return entry


def _from_iterator(memory: Memory, source: Block, dtype: Dtype, count: Dim) -> Array:
    return memory.new((count,), dtype)


def _reduced(
    memory: Memory, x: Array, axis: Value = None, keepdims: bool = False, initial: Value = None
) -> Array:
    gone = axes_of(axis, x.rank)
    shape = [ONE if k in gone else d for k, d in enumerate(x.shape) if keepdims or k not in gone]
    return memory.new(shape, x.dtype if x.dtype.kind == "f" else WHOLE)


def _chosen(dtype: Dtype) -> Entry:
    def entry(memory: Memory, x: Array, axis: Value = None, keepdims: bool = False) -> Array:
        gone = axes_of(axis, x.rank)
        return memory.new([d for k, d in enumerate(x.shape) if k not in gone], dtype)

    return entry


def _turned(memory: Memory, x: Array, *order: Value) -> Array:
    if len(order) == 1 and isinstance(order[0], tuple):
        order = order[0]
    return layout.transposed(memory, x, [_integer(axis) for axis in order])


def _swapped(memory: Memory, x: Array, first: Value, second: Value) -> Array:
    return layout.swapped(memory, x, _integer(first) % x.rank, _integer(second) % x.rank)


def _reshaped(memory: Memory, x: Array, *shape: Value) -> Array:
    sizes = shape_of(shape[0]) if len(shape) == 1 else shape
    return layout.reshaped(memory, x, sizes)


def _raveled(memory: Memory, x: Array) -> Array:
    return layout.reshaped(memory, x, (size_of(x.shape),))


def _listed(memory: Memory, x: Array) -> Block:
    return Block(memory.allocate(size_of(x.shape) * LIST_ITEM), size_of(x.shape))


def _accumulated(memory: Memory, x: Array, axis: Value = None, out: Array | None = None) -> Array:
    return memory.new(x.shape, x.dtype) if out is None else memory.hold(out)


def _half(memory: Memory, x: Array, k: Value = 0) -> Array:
    mask = memory.new(x.shape[-2:], TRUTH)
    made = memory.new(x.shape, x.dtype)
    memory.drop(mask)
    return made


def _moved(memory: Memory, x: Array, source: Value, target: Value) -> Array:
    axes = list(range(x.rank))
    moved = axes.pop(_integer(source) % x.rank)
    axes.insert(_integer(target) % x.rank, moved)
    return layout.transposed(memory, x, axes)


def _diagonal(memory: Memory, x: Array, offset: Value = 0, *axes: Value) -> Array:
    first, second = (_integer(axis) for axis in axes) if axes else (0, 1)
    return layout.diagonal(memory, x, first, second)


def _squeezed(memory: Memory, x: Array, axis: Value) -> Array:
    return layout.squeezed(memory, x, axes_of(axis, x.rank))


FUNCTIONS: dict[str, Entry] = {
    **{f"np.{name}": _ufunc(name) for name in _UFUNCS.split()},
    **{f"special.{name}": _ufunc(name) for name in _SPECIAL.split()},
    "np.asarray": _cast,
    "np.zeros": _filled,
    "np.ones": _filled,
    "np.full": _filled,
    "np.zeros_like": _like,
    "np.ones_like": _like,
    "np.eye": lambda memory, size, dtype=DOUBLE: memory.new((size, size), dtype),
    "np.tri": _triangle,
    "np.arange": _counted,
    "np.where": _where,
    "np.nan_to_num": lambda memory, x, **_: _like(memory, x),
    "np.broadcast_to": layout.stretched,
    "np.stack": _stacked,
    "np.concatenate": _joined,
    "np.vdot": products.vdot,
    "np.tensordot": _tensordot,
    "np.einsum": _einsum,
    "np.trace": lambda memory, x: memory.new((), x.dtype),
    "np.linalg.norm": _norm,
    "np.linalg.inv": _of_matrix(lambda b: [b.shape]),
    "np.linalg.solve": _of_matrix(lambda b: [b.shape]),
    "np.linalg.det": _of_matrix(lambda b: [b.shape[:-2]]),
    "np.linalg.slogdet": _of_matrix(lambda b: [b.shape[:-2]] * 2),
    "np.linalg.cholesky": _of_matrix(lambda b: [b.shape]),
    "np.linalg.eigvalsh": _of_matrix(lambda b: [b.shape[:-1]]),
    "np.linalg.eigh": _of_matrix(lambda b: [b.shape[:-1], b.shape]),
    "np.cumsum": _accumulated,
    "np.cumprod": _accumulated,
    "np.tril": _half,
    "np.triu": _half,
    "np.swapaxes": _swapped,
    "np.moveaxis": _moved,
    "np.packbits": lambda memory, x: memory.new(((size_of(x.shape) + 7) // 8,), OCTET),
    "np.unpackbits": lambda memory, x, count: memory.new((count,), OCTET),
    "np.fromiter": _from_iterator,
    "map": lambda memory, function, block: memory.hold(block),
    "np.finfo": lambda memory, dtype: Number(),
    "np.result_type": lambda memory, *operands: promoted(operands),
    "np.dtype": lambda memory, kind: DOUBLE,
}
METHODS: dict[str, Entry] = {
    **dict.fromkeys(("sum", "mean", "max", "min", "prod"), _reduced),
    **dict.fromkeys(("any", "all"), _chosen(TRUTH)),
    **dict.fromkeys(("argmax", "argmin"), _chosen(WHOLE)),
    "transpose": _turned,
    "swapaxes": _swapped,
    "reshape": _reshaped,
    "ravel": _raveled,
    "tolist": _listed,
    "cumsum": _accumulated,
    "cumprod": _accumulated,
    "view": lambda memory, x, kind: memory.hold(replace(x, dtype=TRUTH, owns=False)),
    "copy": layout.copied,
    "astype": _copied_as,
    "squeeze": _squeezed,
    "diagonal": _diagonal,
}
