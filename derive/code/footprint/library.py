"""NumPy's functions and methods as far as memory goes: a table of each, one line for most.

An entry takes the memory, the operands and the keywords, and returns the result; operands stay the
interpreter's to drop.  A function that is not here is not known, and no number is given for it;
a private function of the module that is here is not entered.
Temporaries inside a function are those of NumPy 2.
"""

from __future__ import annotations

from derive.code.footprint import functions, layout, methods, products
from derive.code.footprint.elementwise import promoted
from derive.code.footprint.values import DOUBLE, TRUTH, WHOLE, Dtype, Entry, Number
from derive.dims import size_of

_UFUNCS = (
    "add subtract multiply divide power negative square abs maximum minimum clip exp expm1 exp2 "
    "log log1p log2 log10 sqrt cbrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh "
    "arccosh arctanh arctan2 hypot logaddexp logaddexp2 sign floor ceil trunc rint fmax fmin fmod "
    "remainder copysign greater greater_equal less less_equal equal not_equal logical_and "
    "logical_or logical_not isnan isfinite isinf signbit reciprocal"
)
_SPECIAL = "gammaln digamma erfinv erfcx log_ndtr ndtri i0 i0e i1 i1e zeta erf erfc"
OCTET = Dtype("i", 1)

FUNCTIONS: dict[str, Entry] = {
    **{f"np.{name}": functions.ufunc(name) for name in _UFUNCS.split()},
    **{f"special.{name}": functions.ufunc(name) for name in _SPECIAL.split()},
    "np.asarray": functions.cast,
    "np.zeros": functions.filled,
    "np.ones": functions.filled,
    "np.full": functions.filled,
    "np.zeros_like": functions.like,
    "np.ones_like": functions.like,
    "np.eye": lambda memory, size, dtype=DOUBLE: memory.new((size, size), dtype),
    "np.tri": functions.triangle,
    "np.arange": functions.counted,
    "np.where": functions.where,
    "np.nan_to_num": lambda memory, x, **_: functions.like(memory, x),
    "np.broadcast_to": layout.stretched,
    "np.stack": functions.stacked,
    "np.concatenate": functions.joined,
    "np.vdot": products.vdot,
    "np.tensordot": functions.tensordot,
    "np.einsum": functions.einsum,
    "np.trace": lambda memory, x: memory.new((), x.dtype),
    "np.linalg.norm": functions.norm,
    "np.linalg.inv": functions.of_matrix(lambda b: [b.shape]),
    "np.linalg.solve": functions.of_matrix(lambda b: [b.shape]),
    "_solve_lower": functions.by_blocks,
    "_solve_upper": functions.by_blocks,
    "np.linalg.det": functions.of_matrix(lambda b: [b.shape[:-2]]),
    "np.linalg.slogdet": functions.of_matrix(lambda b: [b.shape[:-2]] * 2),
    "np.linalg.cholesky": functions.of_matrix(lambda b: [b.shape]),
    "np.linalg.eigvalsh": functions.of_matrix(lambda b: [b.shape[:-1]]),
    "np.linalg.eigh": functions.of_matrix(lambda b: [b.shape[:-1], b.shape]),
    "np.linalg.svd": functions.singular_values,
    "np.linalg.qr": functions.of_matrix(lambda b: [b.shape, (*b.shape[:-2], *b.shape[-1:] * 2)]),
    "np.cumsum": methods.accumulated,
    "np.cumprod": methods.accumulated,
    "np.tril": functions.half,
    "np.triu": functions.half,
    "np.swapaxes": methods.swapped,
    "np.moveaxis": methods.moved,
    "np.flip": lambda memory, x, axis=None: layout.flipped(memory, x),
    "np.take_along_axis": functions.taken_along,
    "np.packbits": lambda memory, x: memory.new(((size_of(x.shape) + 7) // 8,), OCTET),
    "np.unpackbits": lambda memory, x, count: memory.new((count,), OCTET),
    "np.fromiter": functions.from_iterator,
    "_added_up": functions.added_up,
    "_added_at": functions.added_at,
    "_added_along": functions.added_along,
    "_scattered": functions.scattered,
    "map": lambda memory, function, block: memory.hold(block),
    "np.finfo": lambda memory, dtype: Number(),
    "np.result_type": lambda memory, *operands: promoted(operands),
    "np.dtype": lambda memory, kind: DOUBLE,
}
METHODS: dict[str, Entry] = {
    **dict.fromkeys(("sum", "mean", "max", "min", "prod"), methods.reduced),
    **dict.fromkeys(("any", "all"), methods.chosen(TRUTH)),
    **dict.fromkeys(("argmax", "argmin"), methods.chosen(WHOLE)),
    "transpose": methods.turned,
    "swapaxes": methods.swapped,
    "reshape": methods.reshaped,
    "ravel": methods.raveled,
    "tolist": methods.listed,
    "argsort": lambda memory, x, **_: memory.new(x.shape, WHOLE),
    "cumsum": methods.accumulated,
    "cumprod": methods.accumulated,
    "view": methods.as_truths,
    "copy": layout.copied,
    "astype": functions.copied_as,
    "squeeze": methods.squeezed,
    "diagonal": methods.diagonal,
}
