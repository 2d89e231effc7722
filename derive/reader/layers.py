"""Layers of torch.nn that own no parameters, as the functions that they stand for.

`nn.GELU(approximate="tanh")(x)` is `F.gelu(x, approximate="tanh")`: what the layer is made with
stands behind what it is called with.
"""

from __future__ import annotations

import re
from typing import Any

from derive.arrays.fault import Refused
from derive.reader import library
from derive.reader.values import Chain, Library, Partial

_SPELLED = {
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "NLLLoss": "nll_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "CrossEntropyLoss": "cross_entropy",
    "KLDivLoss": "kl_div",
    "GaussianNLLLoss": "gaussian_nll_loss",
    "PoissonNLLLoss": "poisson_nll_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "GELU": "gelu",
    "GLU": "glu",
    "ELU": "elu",
    "CELU": "celu",
    "SELU": "selu",
    "SiLU": "silu",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "LeakyReLU": "leaky_relu",
    "LogSigmoid": "logsigmoid",
    "Softmax2d": "softmax",
}
_OWNERS = {
    "Linear": "F.linear(x, weight, bias)",
    "Bilinear": "F.bilinear(x, y, weight, bias)",
    "Embedding": "F.embedding(index, weight)",
    "LayerNorm": "F.layer_norm(x, shape, weight, bias)",
    "RMSNorm": "F.rms_norm(x, shape, weight, eps)",
    "BatchNorm1d": "F.batch_norm(x, None, None, weight, bias, training=True)",
    "BatchNorm2d": "F.batch_norm(x, None, None, weight, bias, training=True)",
    "GroupNorm": "F.group_norm(x, groups, weight, bias)",
    "PReLU": "F.prelu(x, weight)",
    "MultiheadAttention": "F.scaled_dot_product_attention(q, k, v)",
    "Parameter": "the parameter as an argument",
}
"""Layers that own parameters, and what computes the same of arguments."""


def layer(word: str, args: list[object], keywords: dict[str, Any]) -> object:
    """Return what `nn.Word(…)` is to be called as; None where it is no such layer."""
    if word in _OWNERS:
        hint = f"write {_OWNERS[word]}, the weights being arguments of the model"
        raise Refused(f"nn.{word} owns its parameters", hint)
    if word == "Sequential":
        return Chain(tuple(args))
    if word == "Identity":
        return Chain(())
    if word == "Flatten":
        keywords = {"start_dim": 1, **keywords} if not args else keywords
        return Partial(Library("torch.flatten"), (), tuple(args), tuple(keywords.items()))
    for home in ("torch.nn.functional.", "torch."):
        full = home + _function(word)
        if word[:1].isupper() and library.knows(full):
            return Partial(Library(full), (), tuple(args), tuple(keywords.items()))
    return None


def _function(word: str) -> str:
    """Return the function's name of a layer: SoftMarginLoss is soft_margin_loss."""
    return _SPELLED.get(word) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()
