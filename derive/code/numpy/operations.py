"""How operations along axes are spelled in NumPy: softmax, norms, extremes, products."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.dialect import Spelling, axes_text, call, method
from derive.code.numpy.arrays import NumPyArrays
from derive.code.precedence import Code, literal, negative, power, quotient


def operations(xp: NumPyArrays) -> dict[str, Spelling]:
    """Return how each operation along axes is spelled, by its rule."""

    def along(name: str) -> Spelling:
        return lambda x, rank, axes: call(xp.helper(f"_{name}"), x, f"axis={axes_text(axes)}")

    def others(x: Code, axis: int) -> Code:
        return call(xp.helper("_prod_others"), x, f"axis={axis}")

    def argsort(x: Code, rank: int, params: Sequence) -> Code:
        _, axis, descending = params
        key = negative(x) if descending else x
        return method(key, "argsort", f"axis={axis}", 'kind="stable"')

    def reduced(name: str) -> Spelling:
        return lambda x, rank, axes: method(x, name, f"axis={axes_text(axes)}")

    names = ("softmax", "log_softmax", "logsumexp")
    return {name: along(name) for name in names} | {
        **_norms(xp),
        **{name: reduced(name) for name in ("max", "min", "any", "all")},
        "prod": lambda x, rank, params: method(x, "prod", f"axis={params[0]}"),
        "prod_others": lambda x, rank, params: others(x, params[0]),
        "cumprod": lambda x, rank, params: xp.cumulated(x, "cumprod", params[0]),
        "argmax": lambda x, rank, params: method(x, "argmax", f"axis={params[1]}"),
        "argmin": lambda x, rank, params: method(x, "argmin", f"axis={params[1]}"),
        "argsort": argsort,
    }


def _norms(xp: NumPyArrays) -> dict[str, Spelling]:
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
        root = quotient(Code("1"), [literal(p)])
        return power(xp.summed(powers, axes, rank, keep=False), root)

    return {"norm": norm, "power_norm": power_norm}
