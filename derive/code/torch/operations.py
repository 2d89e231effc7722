"""How operations along axes are spelled in PyTorch: softmax, norms, extremes, products."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.dialect import Spelling, axes_text, call
from derive.code.precedence import Code, literal
from derive.code.torch.arrays import TorchArrays


def operations(xp: TorchArrays) -> dict[str, Spelling]:
    """Return how each operation along axes is spelled, by its rule."""

    def others(x: Code, rank: int, params: Sequence[int]) -> Code:
        return call(xp.helper("_prod_others"), x, f"dim={params[0]}")

    def argsort(x: Code, rank: int, params: Sequence) -> Code:
        _, axis, descending = params
        words = [f"dim={axis}", *(["descending=True"] if descending else []), "stable=True"]
        return call(f"{xp.torch}.argsort", x, *words)

    def truth(name: str) -> Spelling:
        return lambda x, rank, axes: call(f"{xp.torch}.{name}", x, f"dim={axes_text(axes)}")

    return {
        **_softmaxes(xp),
        **_norms(xp),
        "max": lambda x, rank, axes: call(f"{xp.torch}.amax", x, f"dim={axes_text(axes)}"),
        "min": lambda x, rank, axes: call(f"{xp.torch}.amin", x, f"dim={axes_text(axes)}"),
        **{name: truth(name) for name in ("any", "all")},
        "prod": lambda x, rank, params: call(f"{xp.torch}.prod", x, f"dim={params[0]}"),
        "prod_others": others,
        "cumprod": lambda x, rank, params: xp.cumulated(x, "cumprod", params[0]),
        "argmax": lambda x, rank, params: call(f"{xp.torch}.argmax", x, f"dim={params[1]}"),
        "argmin": lambda x, rank, params: call(f"{xp.torch}.argmin", x, f"dim={params[1]}"),
        "argsort": argsort,
    }


def _softmaxes(xp: TorchArrays) -> dict[str, Spelling]:
    def softmax(x: Code, rank: int, axes: Sequence[int]) -> Code:
        if len(axes) > 1:
            return call(xp.helper("_softmax"), x, axes_text(axes))
        return call(f"{xp.torch}.softmax", x, axes_text(axes))

    def log_softmax(x: Code, rank: int, axes: Sequence[int]) -> Code:
        if len(axes) > 1:
            kept = call(f"{xp.torch}.logsumexp", x, axes_text(axes), "keepdim=True")
            return Code(f"{x.at(4)} - {kept.text}", 4)
        return call(f"{xp.torch}.log_softmax", x, axes_text(axes))

    def logsumexp(x: Code, rank: int, axes: Sequence[int]) -> Code:
        return call(f"{xp.torch}.logsumexp", x, axes_text(axes))

    return {"softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp}


def _norms(xp: TorchArrays) -> dict[str, Spelling]:
    def norm(x: Code, rank: int, axes: Sequence[int]) -> Code:
        words = [] if len(axes) == rank else [f"dim={axes_text(axes)}"]
        return call(f"{xp.torch}.linalg.vector_norm", x, *words)

    def power_norm(x: Code, rank: int, params: Sequence) -> Code:
        p, *axes = params
        along = [] if len(axes) == rank else [f"dim={axes_text(axes)}"]
        return call(f"{xp.torch}.linalg.vector_norm", x, literal(p), *along)

    return {"norm": norm, "power_norm": power_norm}
