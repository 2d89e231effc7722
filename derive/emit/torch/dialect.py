"""How array operations are spelled in PyTorch, each differentiable as often as one likes.

Only operations that every transform knows are used: `vmap`, also the one that `gradcheck` uses,
`torch.compile`, double backward.  Numbers beside tensors stay Python numbers, so that no dtype
changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.emit.code import matrices
from derive.emit.code.dialect import Dialect, Spelling, call, method
from derive.emit.code.precedence import BIT_AND, BIT_OR, COMPARE, Code, literal, power, product


def _tuple(arrays: Sequence[Code]) -> str:
    inner = ", ".join(array.text for array in arrays)
    return f"({inner},)" if len(arrays) == 1 else f"({inner})"


def _slice(place: str) -> str:
    """Return a subscript as a slice that can be handed over."""
    return f"slice({', '.join(part.strip() or 'None' for part in place.split(':'))})"


def _axes(axes: Sequence[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"


class Torch(Dialect):
    """PyTorch's spelling.

    torch, math, functional: how the modules are reached.  imports: those of them that were used.
    like: its device is taken as well.
    """

    def __init__(
        self, torch: str = "torch", math: str = "math", functional: str = "functional"
    ) -> None:
        super().__init__()
        self.torch, self.math, self.functional = torch, math, functional
        self.imports: dict[str, None] = {}
        self.functions = _functions(self)
        self.operations = _operations(self)
        self.matrices = matrices.in_torch(self, torch)

    def helper(self, name: str) -> str:
        if name == "_normal_pdf":
            self.imports["math"] = None
        return super().helper(name)

    def permuted(self, x: Code, order: Sequence[int]) -> Code:
        return method(x, "permute", *map(str, order))

    def swapped(self, x: Code) -> Code:
        return Code(f"{x.at(8)}.mT", 8)

    def summed(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        words = [] if len(axes) == rank and not keep else [_axes(axes)]
        return method(x, "sum", *words, *(["keepdim=True"] if keep else []))

    def trace(self, x: Code) -> Code:
        return method(method(x, "diagonal"), "sum")

    def dot(self, x: Code, y: Code) -> Code:
        return method(product([x, y]), "sum")

    def tensordot(self, x: Code, y: Code, at_x: Sequence[int], at_y: Sequence[int]) -> Code:
        at = f"({list(at_x)}, {list(at_y)})"
        return call(f"{self.torch}.tensordot", x, y, at)

    def einsum(self, pattern: str, operands: Sequence[Code]) -> Code:
        return call(f"{self.torch}.einsum", f'"{pattern}"', *operands)

    def diagonal_matrix(self, x: Code, size: str) -> Code:
        return call(f"{self.torch}.diag_embed", x)

    def identity(self, size: str) -> Code:
        ones = method(Code(self.like), "new_ones", size)
        return call(f"{self.torch}.diag_embed", ones)

    def stacked(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.torch}.stack", _tuple(arrays), str(axis))

    def concatenated(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.torch}.cat", _tuple(arrays), str(axis))

    def placed(self, x: Code, places: Sequence[str], shape: str, around: Sequence[str]) -> Code:
        if any(place.count(":") > 1 for place in places):
            index = _tuple([Code(_slice(place)) for place in places])
            return call(self.helper("_placed"), x, index, shape)
        pairs = list(zip(around[::2], around[1::2], strict=True))
        while pairs and pairs[0] == ("0", "0"):
            pairs.pop(0)
        widths = [text for pair in reversed(pairs) for text in pair]
        return _functional(self, "pad")(x, Code(f"({', '.join(widths)})"))

    def one_hot(self, x: Code, depth: str) -> Code:
        return call(self.helper("_one_hot"), x, depth, f"{self.like}.dtype")

    def counted(self, length: str) -> Code:
        return Code(f"{self.torch}.arange({length}, device={self.like}.device)")

    def triangle(self, sizes: Sequence[str], lower: bool, k: int) -> Code:
        ones = f"{self.like}.new_ones({', '.join(sizes)})"
        return Code(f"{ones}.{'tril' if lower else 'triu'}({k})")

    def flipped(self, x: Code, axes: Sequence[int]) -> Code:
        return method(x, "flip", *map(str, axes))

    def cumulated(self, x: Code, name: str, axis: int) -> Code:
        return call(f"{self.torch}.{name}", x, f"dim={axis}")

    def gathered(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.torch}.gather", x, str(axis), index)

    def scattered(self, x: Code, index: Code, axis: int, shape: str) -> Code:
        zeros = method(x, "new_zeros", shape)
        return method(zeros, "scatter_add", str(axis), index.text, x.text)

    def taken_along(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.torch}.take_along_dim", x, index, str(axis))

    def added_up(self, x: Code, index: Code, size: str) -> Code:
        return call(self.helper("_added_up"), x, index, size)

    def added_at(self, x: Code, indices: Sequence[Code], sizes: Sequence[str]) -> Code:
        return call(self.helper("_added_at"), x, _tuple(indices), f"({', '.join(sizes)})")

    def added_along(self, x: Code, index: Code, axis: int, size: str) -> Code:
        return call(self.helper("_added_along"), x, index, str(axis), size)

    def stopped(self, x: Code) -> Code:
        return method(x, "detach")

    def spread(self, x: Code, shape: str, scalar: bool) -> Code:
        if x.is_number or x.text.startswith("math."):
            return method(Code(self.like), "new_full", shape, x.text)
        return method(x, "expand", shape)

    def filled(self, value: str, shape: str) -> Code:
        if value in ("0", "1"):
            return method(Code(self.like), f"new_{'zeros' if value == '0' else 'ones'}", shape)
        return method(Code(self.like), "new_full", shape, value)

    def copied(self, x: Code, rank: int) -> Code:
        """Return x itself: autograd copies where two users of a tensor would clash."""
        return x

    def cast(self, x: Code) -> Code:
        if x.text.startswith("_either("):
            return x
        return method(x, "to", f"{self.like}.dtype")

    def root(self, number: Code) -> Code:
        return self.constant("sqrt", [number])

    def constant(self, name: str, args: Sequence[Code]) -> Code:
        self.imports["math"] = None
        if name in ("pi", "e", "inf"):
            return Code(f"{self.math}.{name}", 8)
        known = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "abs": "fabs"}
        return call(f"{self.math}.{known.get(name, name)}", *args)


_PLAIN = (
    "exp expm1 exp2 log log1p log2 log10 sqrt rsqrt sin cos tan sinh cosh tanh arcsin arccos "
    "arctan arcsinh arccosh arctanh abs sigmoid erf erfc sign floor "
    "ceil trunc round logical_not relu lgamma digamma polygamma erfinv i0 remainder nan_to_num "
    "isnan isfinite isinf signbit"
)
_SPECIAL = {
    **{name: name for name in ("erfcx", "i0e", "i1", "i1e")},
    "normal_cdf": "ndtr",
    "log_normal_cdf": "log_ndtr",
    "normal_quantile": "ndtri",
}
_TWO_TENSORS = "arctan2 hypot logaddexp logaddexp2 fmax fmin fmod copysign"
_FUNCTIONAL = "relu6 hardtanh hardsigmoid hardswish logsigmoid silu mish gelu softsign"
_HELPED = "cbrt normal_pdf power_slope powlog safe_reciprocal wins"
_COMPARED = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}


def _functions(xp: Torch) -> dict[str, Spelling]:
    def plain(name: str) -> Spelling:
        return lambda *args: call(f"{xp.torch}.{name}", *args)

    def helper(name: str) -> Spelling:
        return lambda *args: call(xp.helper(f"_{name}"), *args)

    table: dict[str, Spelling] = {name: plain(name) for name in _PLAIN.split()}
    table |= {name: _functional(xp, name) for name in _FUNCTIONAL.split()}
    table |= {name: plain(f"special.{spelled}") for name, spelled in _SPECIAL.items()}
    table |= {name: _of_tensors(xp, name) for name in _TWO_TENSORS.split()}
    table |= {name: helper(name) for name in _HELPED.split()}
    table |= {name: _comparison(sign) for name, sign in _COMPARED.items()}
    table |= {
        "logical_and": lambda x, y: _bits(x, y, "&", BIT_AND),
        "logical_or": lambda x, y: _bits(x, y, "|", BIT_OR),
        "softplus": _functional(xp, "softplus", "threshold=50"),
        "gelu_tanh": _functional(xp, "gelu", 'approximate="tanh"'),
        "leaky_relu": lambda x, slope: _leaky_relu(xp, x, slope),
        "elu": lambda x, alpha: _elu(xp, x, alpha),
        "maximum": lambda x, y: _extreme(xp, x, y, "maximum", "min"),
        "minimum": lambda x, y: _extreme(xp, x, y, "minimum", "max"),
        "where": lambda test, yes, no: _where(xp, test, yes, no),
        "clip": lambda x, low, high: _clip(x, low, high),
        "pow": lambda x, y: power(x, y.at(8)),
    }
    return table


def _functional(xp: Torch, name: str, *options: str) -> Spelling:
    def spelled(*args: Code) -> Code:
        xp.imports["functional"] = None
        return call(f"{xp.functional}.{name}", *args, *options)

    return spelled


def _comparison(sign: str) -> Spelling:
    def spelled(x: Code, y: Code) -> Code:
        if _is_literal(x) and not _is_literal(y):  # a number stands on the right
            turned = sign.translate(str.maketrans("<>", "><"))
            return Code(f"{y.at(COMPARE + 1)} {turned} {x.at(COMPARE + 1)}", COMPARE)
        return Code(f"{x.at(COMPARE + 1)} {sign} {y.at(COMPARE + 1)}", COMPARE)

    return spelled


def _bits(x: Code, y: Code, sign: str, level: int) -> Code:
    return Code(f"{x.at(level + 1)} {sign} {y.at(level + 1)}", level)


def _is_literal(code: Code) -> bool:
    """Whether the code is a plain number, which the two-tensor functions do not take.

    A private character stands for an operand of a pattern, and is none.
    """
    names = re.findall(r"(?<![\w.])[^\W\d]\w*|[\uE000-\uF8FF]", code.text)
    return not set(names) - {"math", "_math"}


def _of_tensors(xp: Torch, name: str) -> Spelling:
    """Return the spelling of a function of two tensors, a number beside one being put into one."""

    def spelled(x: Code, y: Code) -> Code:
        if _is_literal(y):
            return call(f"{xp.torch}.{name}", x, call(f"{xp.torch}.full_like", x, y))
        if _is_literal(x):
            return call(f"{xp.torch}.{name}", call(f"{xp.torch}.full_like", y, x), y)
        return call(f"{xp.torch}.{name}", x, y)

    return spelled


def _leaky_relu(xp: Torch, x: Code, slope: Code) -> Code:
    if _is_literal(slope):
        return _functional(xp, "leaky_relu")(x, slope)
    test = Code(f"{x.at(COMPARE + 1)} > 0", COMPARE)
    return call(f"{xp.torch}.where", test, x, product([slope, x]))


def _elu(xp: Torch, x: Code, alpha: Code) -> Code:
    if _is_literal(alpha):
        return _functional(xp, "elu")(x, alpha)
    test = Code(f"{x.at(COMPARE + 1)} > 0", COMPARE)
    below = product([alpha, call(f"{xp.torch}.expm1", method(x, "clamp", "max=0"))])
    return call(f"{xp.torch}.where", test, x, below)


def _extreme(xp: Torch, x: Code, y: Code, name: str, bound: str) -> Code:
    """Return the larger or the smaller; beside a number that is a clamp."""
    if _is_literal(y):
        return method(x, "clamp", f"{bound}={y.text}")
    if _is_literal(x):
        return method(y, "clamp", f"{bound}={x.text}")
    return call(f"{xp.torch}.{name}", x, y)


def _where(xp: Torch, test: Code, yes: Code, no: Code) -> Code:
    """Return a choice; torch takes two plain numbers for float32, which would lose digits."""
    if _is_literal(yes) and _is_literal(no):
        return call(xp.helper("_either"), test, yes, no, xp.like)
    return call(f"{xp.torch}.where", test, yes, no)


def _clip(x: Code, low: Code, high: Code) -> Code:
    if _is_literal(low) == _is_literal(high):
        return method(x, "clamp", low.text, high.text)
    return method(method(x, "clamp", f"min={low.text}"), "clamp", f"max={high.text}")


def _operations(xp: Torch) -> dict[str, Spelling]:
    def softmax(x: Code, rank: int, axes: Sequence[int]) -> Code:
        if len(axes) > 1:
            return call(xp.helper("_softmax"), x, _axes(axes))
        return call(f"{xp.torch}.softmax", x, _axes(axes))

    def log_softmax(x: Code, rank: int, axes: Sequence[int]) -> Code:
        if len(axes) > 1:
            kept = call(f"{xp.torch}.logsumexp", x, _axes(axes), "keepdim=True")
            return Code(f"{x.at(4)} - {kept.text}", 4)
        return call(f"{xp.torch}.log_softmax", x, _axes(axes))

    def logsumexp(x: Code, rank: int, axes: Sequence[int]) -> Code:
        return call(f"{xp.torch}.logsumexp", x, _axes(axes))

    def norm(x: Code, rank: int, axes: Sequence[int]) -> Code:
        words = [] if len(axes) == rank else [f"dim={_axes(axes)}"]
        return call(f"{xp.torch}.linalg.vector_norm", x, *words)

    def power_norm(x: Code, rank: int, params: Sequence) -> Code:
        p, *axes = params
        along = [] if len(axes) == rank else [f"dim={_axes(axes)}"]
        return call(f"{xp.torch}.linalg.vector_norm", x, literal(p), *along)

    def others(x: Code, rank: int, params: Sequence[int]) -> Code:
        return call(xp.helper("_prod_others"), x, f"dim={params[0]}")

    def argsort(x: Code, rank: int, params: Sequence) -> Code:
        _, axis, descending = params
        words = [f"dim={axis}", *(["descending=True"] if descending else []), "stable=True"]
        return call(f"{xp.torch}.argsort", x, *words)

    def truth(name: str) -> Spelling:
        return lambda x, rank, axes: call(f"{xp.torch}.{name}", x, f"dim={_axes(axes)}")

    return {
        "softmax": softmax,
        "log_softmax": log_softmax,
        "logsumexp": logsumexp,
        "norm": norm,
        "max": lambda x, rank, axes: call(f"{xp.torch}.amax", x, f"dim={_axes(axes)}"),
        "min": lambda x, rank, axes: call(f"{xp.torch}.amin", x, f"dim={_axes(axes)}"),
        **{name: truth(name) for name in ("any", "all")},
        "power_norm": power_norm,
        "prod": lambda x, rank, params: call(f"{xp.torch}.prod", x, f"dim={params[0]}"),
        "prod_others": others,
        "cumprod": lambda x, rank, params: xp.cumulated(x, "cumprod", params[0]),
        "argmax": lambda x, rank, params: call(f"{xp.torch}.argmax", x, f"dim={params[1]}"),
        "argmin": lambda x, rank, params: call(f"{xp.torch}.argmin", x, f"dim={params[1]}"),
        "argsort": argsort,
    }
