"""How array operations are spelled in NumPy, none of them slow, none changing float32 to float64.

What NumPy has none of (erf and its kin) are helpers of the module, or SciPy's special functions.
Idioms that are an order of magnitude slower than need be (a general power, `where` for relu) are
not used.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.emit.code import matrices
from derive.emit.code.dialect import Dialect, Spelling, call, method
from derive.emit.code.precedence import (
    BIT_AND,
    BIT_OR,
    CALL,
    COMPARE,
    SUM,
    TERM,
    Code,
    literal,
    negative,
    power,
    product,
    quotient,
    total,
)

ONE, TWO, ZERO = Code("1"), Code("2"), Code("0")


def _axis(axes: Sequence[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"


def _tuple(items: Sequence[Code]) -> str:
    inner = ", ".join(item.text for item in items)
    return f"({inner},)" if len(items) == 1 else f"({inner})"


def _at(axis: int) -> list[str]:
    return [f"axis={axis}"] if axis else []


class NumPy(Dialect):
    """NumPy's spelling.

    np, math, special, linalg: how the modules are reached.  imports: those used.
    dtype: the name that the floats' dtype has here.
    """

    plain_numbers = True

    def __init__(
        self,
        np: str = "np",
        math: str = "math",
        special: str = "special",
        linalg: str = "linalg",
    ) -> None:
        super().__init__()
        self.np, self.math, self.special = np, math, special
        self.imports: dict[str, None] = {}
        self.dtype = "dtype"
        self.uses_dtype = False
        self.functions = _functions(self)
        self.operations = _operations(self)
        self.matrices = matrices.in_numpy(self, np, linalg)

    def permuted(self, x: Code, order: Sequence[int]) -> Code:
        return method(x, "transpose", *map(str, order))

    def swapped(self, x: Code) -> Code:
        return method(x, "swapaxes", "-1", "-2")

    def summed(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        words = [] if len(axes) == rank and not keep else [f"axis={_axis(axes)}"]
        return method(x, "sum", *words, *(["keepdims=True"] if keep else []))

    def trace(self, x: Code) -> Code:
        return call(f"{self.np}.trace", x)

    def dot(self, x: Code, y: Code) -> Code:
        return call(f"{self.np}.vdot", x, y)

    def tensordot(self, x: Code, y: Code, at_x: Sequence[int], at_y: Sequence[int]) -> Code:
        at = "(" + ", ".join(_axis(a) for a in (at_x, at_y)) + ")"
        return call(f"{self.np}.tensordot", x, y, at)

    def einsum(self, pattern: str, operands: Sequence[Code]) -> Code:
        return call(f"{self.np}.einsum", f'"{pattern}"', *operands, "optimize=True")

    def identity(self, size: str) -> Code:
        self.uses_dtype = True
        return call(f"{self.np}.eye", size, f"dtype={self.dtype}")

    def spread(self, x: Code, shape: str, scalar: bool) -> Code:
        if scalar:
            self.uses_dtype = True
            return call(f"{self.np}.full", shape, x, self.dtype)
        return method(call(f"{self.np}.broadcast_to", x, shape), "copy")

    def filled(self, value: str, shape: str) -> Code:
        self.uses_dtype = True
        shape = shape[1:-2] if shape.endswith(",)") else shape
        if value in ("0", "1"):
            return call(f"{self.np}.{'zeros' if value == '0' else 'ones'}", shape, self.dtype)
        return call(f"{self.np}.full", shape, value, self.dtype)

    def copied(self, x: Code, rank: int) -> Code:
        return method(x, "copy") if rank else Code(f"+{x.at(CALL)}", TERM)

    def cast(self, x: Code) -> Code:
        self.uses_dtype = True
        return call(f"{self.np}.asarray", x, self.dtype)

    def stacked(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.np}.stack", _tuple(arrays), *_at(axis))

    def concatenated(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.np}.concatenate", _tuple(arrays), *_at(axis))

    def placed(self, x: Code, places: Sequence[str], shape: str, around: Sequence[str]) -> Code:
        index = f"{self.np}.s_[{', '.join(places)}]"
        return call(self.helper("_placed"), x, index, shape)

    def one_hot(self, x: Code, depth: str) -> Code:
        column = self.indexed(x, ["...", "None"])
        return self.cast(Code(f"{column.text} == {self.np}.arange({depth})", COMPARE))

    def counted(self, length: str) -> Code:
        return call(f"{self.np}.arange", Code(length))

    def triangle(self, sizes: Sequence[str], lower: bool, k: int) -> Code:
        self.uses_dtype = True
        part = f"{self.np}.tri({sizes[0]}, {sizes[1]}, {k if lower else k - 1}, {self.dtype})"
        return Code(part) if lower else Code(f"1 - {part}", SUM)

    def flipped(self, x: Code, axes: Sequence[int]) -> Code:
        return call(f"{self.np}.flip", x, _axis(axes))

    def cumulated(self, x: Code, name: str, axis: int) -> Code:
        return method(x, name, f"axis={axis}")

    def gathered(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.np}.take_along_axis", x, index, f"axis={axis}")

    def scattered(self, x: Code, index: Code, axis: int, shape: str) -> Code:
        return call(self.helper("_scattered"), x, index, f"axis={axis}", f"shape={shape}")

    def added_up(self, x: Code, index: Code, size: str) -> Code:
        return call(self.helper("_added_up"), x, index, size)

    def added_at(self, x: Code, indices: Sequence[Code], sizes: Sequence[str]) -> Code:
        return call(self.helper("_added_at"), x, _tuple(indices), f"({', '.join(sizes)})")

    def added_along(self, x: Code, index: Code, axis: int, size: str) -> Code:
        return call(self.helper("_added_along"), x, index, f"axis={axis}", f"size={size}")

    def helper(self, name: str) -> str:
        if name in _NEED_SCIPY:
            self.imports[_NEED_SCIPY[name]] = None
        return super().helper(name)

    def root(self, number: Code) -> Code:
        return self.constant("sqrt", [number])

    def constant(self, name: str, args: Sequence[Code]) -> Code:
        self.imports["math"] = None
        if name in ("pi", "e", "inf"):
            return Code(f"{self.math}.{name}", CALL)
        known = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "abs": "fabs"}
        return call(f"{self.math}.{known.get(name, name)}", *args)


def _functions(xp: NumPy) -> dict[str, Spelling]:
    def plain(name: str) -> Spelling:
        return lambda *args: call(f"{xp.np}.{name}", *args)

    def helper(name: str) -> Spelling:
        return lambda *args: call(xp.helper(f"_{name}"), *args)

    table: dict[str, Spelling] = {name: plain(name) for name in _PLAIN.split()}
    table |= {name: plain(spelled) for name, spelled in _RENAMED.items()}
    table |= {name: helper(name) for name in _HELPED.split()}
    table |= {name: _of_scipy(xp, spelled) for name, spelled in _OF_SCIPY.items()}
    table |= {name: _comparison(sign) for name, sign in _COMPARED.items()}
    table |= {
        "logical_and": lambda x, y: _bits(x, y, "&", BIT_AND),
        "logical_or": lambda x, y: _bits(x, y, "|", BIT_OR),
        "nan_to_num": lambda x, nan: call(f"{xp.np}.nan_to_num", x, f"nan={nan.text}"),
        "rsqrt": lambda x: quotient(ONE, [table["sqrt"](x)]),
        "relu": lambda x: table["maximum"](x, ZERO),
        "relu6": lambda x: table["clip"](x, ZERO, Code("6")),
        "hardtanh": lambda x: table["clip"](x, Code("-1"), ONE),
        "hardsigmoid": lambda x: table["clip"](
            total([(False, quotient(x, [Code("6")])), (False, Code("0.5"))]), ZERO, ONE
        ),
        "hardswish": lambda x: product([x, table["hardsigmoid"](x)]),
        "pow": power,
        "silu": lambda x: product([x, table["sigmoid"](x)]),
        "mish": lambda x: product([x, table["tanh"](table["softplus"](x))]),
        "gelu": lambda x: product([x, table["normal_cdf"](x)]),
        "softsign": lambda x: quotient(x, [total([(False, ONE), (False, table["abs"](x))])]),
    }
    return table


_PLAIN = (
    "exp expm1 exp2 log log1p log2 log10 sqrt cbrt sin cos tan sinh cosh tanh arcsin arccos "
    "arctan arcsinh arccosh arctanh arctan2 hypot logaddexp abs maximum minimum clip where "
    "sign floor ceil trunc logical_not logaddexp2 fmax fmin fmod remainder copysign "
    "isnan isfinite isinf signbit"
)
_NEED_SCIPY = {"_polygamma": "special", "_expm_along": "linalg"}
_OF_SCIPY = {
    "lgamma": "gammaln",
    "digamma": "digamma",
    "erfinv": "erfinv",
    "erfcx": "erfcx",
    "log_normal_cdf": "log_ndtr",
    "normal_quantile": "ndtri",
    **{name: name for name in ("i0", "i0e", "i1", "i1e")},
}
_RENAMED = {"round": "rint"}
_HELPED = (
    "sigmoid logsigmoid softplus normal_pdf normal_cdf erf erfc gelu_tanh leaky_relu elu wins "
    "safe_reciprocal powlog power_slope polygamma"
)
_COMPARED = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}


def _of_scipy(xp: NumPy, name: str) -> Spelling:
    def spelled(*args: Code) -> Code:
        xp.imports["special"] = None
        return call(f"{xp.special}.{name}", *args)

    return spelled


def _comparison(sign: str) -> Spelling:
    def compared(x: Code, y: Code) -> Code:
        """Return the comparison, a plain number on the right."""
        if x.is_number:
            flipped = sign.translate(str.maketrans("<>", "><"))
            return Code(f"{y.at(COMPARE + 1)} {flipped} {x.at(COMPARE + 1)}", COMPARE)
        return Code(f"{x.at(COMPARE + 1)} {sign} {y.at(COMPARE + 1)}", COMPARE)

    return compared


def _bits(x: Code, y: Code, sign: str, level: int) -> Code:
    return Code(f"{x.at(level + 1)} {sign} {y.at(level + 1)}", level)


def _operations(xp: NumPy) -> dict[str, Spelling]:
    def along(name: str) -> Spelling:
        return lambda x, rank, axes: call(xp.helper(f"_{name}"), x, f"axis={_axis(axes)}")

    def norm(x: Code, rank: int, axes: Sequence[int]) -> Code:
        if len(axes) == rank:
            return call(f"{xp.np}.linalg.norm", x)
        if len(axes) == 1:
            return call(f"{xp.np}.linalg.norm", x, f"axis={axes[0]}")
        square = power(x, "2")
        return call(f"{xp.np}.sqrt", xp.summed(square, axes, rank, keep=False))

    def power_norm(x: Code, rank: int, params: Sequence) -> Code:
        p, *axes = params
        if len(axes) == 1:
            along = [] if rank == 1 else [f"axis={axes[0]}"]
            return call(f"{xp.np}.linalg.norm", x, literal(p), *along)
        powers = power(call(f"{xp.np}.abs", x), literal(p))
        root = quotient(ONE, [literal(p)])
        return power(xp.summed(powers, axes, rank, keep=False), root)

    def others(x: Code, axis: int) -> Code:
        return call(xp.helper("_prod_others"), x, f"axis={axis}")

    def argsort(x: Code, rank: int, params: Sequence) -> Code:
        _, axis, descending = params
        key = negative(x) if descending else x
        return method(key, "argsort", f"axis={axis}", 'kind="stable"')

    def reduced(name: str) -> Spelling:
        return lambda x, rank, axes: method(x, name, f"axis={_axis(axes)}")

    names = ("softmax", "log_softmax", "logsumexp")
    return {name: along(name) for name in names} | {
        "norm": norm,
        **{name: reduced(name) for name in ("max", "min", "any", "all")},
        "power_norm": power_norm,
        "prod": lambda x, rank, params: method(x, "prod", f"axis={params[0]}"),
        "prod_others": lambda x, rank, params: others(x, params[0]),
        "cumprod": lambda x, rank, params: xp.cumulated(x, "cumprod", params[0]),
        "argmax": lambda x, rank, params: method(x, "argmax", f"axis={params[1]}"),
        "argmin": lambda x, rank, params: method(x, "argmin", f"axis={params[1]}"),
        "argsort": argsort,
    }
