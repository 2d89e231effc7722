"""The optimizers: one step of each, as equations for one entry of the weights.

A step is a map (weights, gradients, state) -> (weights, state) that treats every entry alike.  Its
equations are scalar trees over slots: slot k stands for `QUANTITIES[k]`, an entry w of a weight,
the entry g of its gradient, an entry of the state, or a number.  Code and documents print these
same trees.  They are the steps of `torch.optim`, with its names and defaults.

Sources: Robbins and Monro 1951 (sgd), Polyak 1964 (momentum), Sutskever et al. 2013 (nesterov),
Tieleman and Hinton 2012 (rmsprop), Kingma and Ba 2015 (adam), Loshchilov and Hutter 2019 (adamw).
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from derive.algebra.scalars.tree import Scalar, call, number, slot
from derive.errors import DeriveError


@dataclass(frozen=True)
class Quantity:
    """What a slot stands for: its name in code and its letter on paper."""

    name: str
    letter: str


QUANTITIES = (
    Quantity("w", "w"),
    Quantity("g", "g"),
    Quantity("t", "t"),
    Quantity("m", "m"),
    Quantity("v", "v"),
    Quantity("u", "u"),
    Quantity("lr", "eta"),
    Quantity("weight_decay", "lambda"),
    Quantity("momentum", "mu"),
    Quantity("dampening", "tau"),
    Quantity("alpha", "alpha"),
    Quantity("beta1", "beta1"),
    Quantity("beta2", "beta2"),
    Quantity("eps", "epsilon"),
    Quantity("max_norm", "c"),
    Quantity("norm", "rho"),
)
w, g, t, m, v, u, lr, decay, momentum, dampening, alpha, beta1, beta2, eps, max_norm, norm = map(
    slot, range(len(QUANTITIES))
)


@dataclass(frozen=True)
class Keyword:
    """A keyword of a step: the numbers that it holds and what it is when left out."""

    name: str
    default: str
    holds: tuple[Scalar, ...]


@dataclass(frozen=True)
class UpdateEquation:
    """`target <- value`; where `strength` is given and 0, target stays as it is."""

    target: Scalar
    value: Scalar
    strength: Scalar | None = None


@dataclass(frozen=True)
class Optimizer:
    """An optimizer.

    title: its name in prose; torch: how `torch.optim` makes it.
    state: what is kept for each entry between steps, 0 before the first.
    """

    name: str
    title: str
    torch: str
    state: tuple[Scalar, ...]
    keywords: tuple[Keyword, ...]
    equations: tuple[UpdateEquation, ...]


def quantity(index: Scalar) -> Quantity:
    """Return what a slot stands for."""
    return QUANTITIES[index.args[0]]


def _keyword(default: str, holds: Scalar) -> Keyword:
    return Keyword(quantity(holds).name, default, (holds,))


# What the gradients are multiplied by so that their norm, all together, is max_norm at most; the
# summand is that of torch.nn.utils.clip_grad_norm_.
CLIPPING = call("minimum", max_norm / (norm + number("1e-6")), 1)

_MOMENTUM = _keyword("0.9", momentum)  # torch.optim has 0, which is no momentum
_EPS = _keyword("1e-8", eps)
_BETAS = Keyword("betas", "(0.9, 0.999)", (beta1, beta2))
_NO_DECAY = _keyword("0.0", decay)
_PENALTY = UpdateEquation(
    g, g + decay * w, decay
)  # the gradient of ½ λ ‖w‖² beside that of the loss
_FIRST = UpdateEquation(m, beta1 * m + (1 - beta1) * g)
_SECOND = UpdateEquation(v, beta2 * v + (1 - beta2) * g**2)
_UNBIASED = m / (1 - call("pow", beta1, t)), v / (1 - call("pow", beta2, t))
_ADAPTED = UpdateEquation(w, w - lr * _UNBIASED[0] / (call("sqrt", _UNBIASED[1]) + eps))
_LATER = call("greater", t, 1)  # the first step is not dampened

_ALL = (
    Optimizer(
        "sgd",
        "gradient descent",
        "SGD(model.parameters())",
        state=(),
        keywords=(_keyword("0.001", lr), _NO_DECAY),
        equations=(_PENALTY, UpdateEquation(w, w - lr * g)),
    ),
    Optimizer(
        "momentum",
        "gradient descent with momentum",
        "SGD(model.parameters(), momentum=0.9)",
        state=(u,),
        keywords=(_keyword("0.001", lr), _MOMENTUM, _keyword("0.0", dampening), _NO_DECAY),
        equations=(
            _PENALTY,
            UpdateEquation(u, momentum * u + (1 - dampening * _LATER) * g),
            UpdateEquation(w, w - lr * u),
        ),
    ),
    Optimizer(
        "nesterov",
        "Nesterov's momentum",
        "SGD(model.parameters(), momentum=0.9, nesterov=True)",
        state=(u,),
        keywords=(_keyword("0.001", lr), _MOMENTUM, _NO_DECAY),
        equations=(
            _PENALTY,
            UpdateEquation(u, momentum * u + g),
            UpdateEquation(w, w - lr * (g + momentum * u)),
        ),
    ),
    Optimizer(
        "rmsprop",
        "RMSProp",
        "RMSprop(model.parameters())",
        state=(v, u),
        keywords=(
            _keyword("0.01", lr),
            _keyword("0.99", alpha),
            _EPS,
            _keyword("0.0", momentum),
            _NO_DECAY,
        ),
        equations=(
            _PENALTY,
            UpdateEquation(v, alpha * v + (1 - alpha) * g**2),
            UpdateEquation(u, momentum * u + g / (call("sqrt", v) + eps)),
            UpdateEquation(w, w - lr * u),
        ),
    ),
    Optimizer(
        "adam",
        "Adam",
        "Adam(model.parameters())",
        state=(m, v),
        keywords=(_keyword("0.001", lr), _BETAS, _EPS, _NO_DECAY),
        equations=(_PENALTY, _FIRST, _SECOND, _ADAPTED),
    ),
    Optimizer(
        "adamw",
        "AdamW",
        "AdamW(model.parameters())",
        state=(m, v),
        keywords=(_keyword("0.001", lr), _BETAS, _EPS, _keyword("0.01", decay)),
        equations=(
            UpdateEquation(w, (1 - lr * decay) * w, decay),
            _FIRST,
            _SECOND,
            _ADAPTED,
        ),
    ),
)
OPTIMIZERS = {optimizer.name: optimizer for optimizer in _ALL}
DESCENT = UpdateEquation(w, w - lr * g)


def optimizer_of(name: str) -> Optimizer:
    """Return the optimizer of that name; DeriveError where there is none."""
    if name not in OPTIMIZERS:
        close = get_close_matches(name, OPTIMIZERS, 1)
        raise DeriveError(
            f"there is no optimizer {name!r}",
            needed=(f"There are {', '.join(OPTIMIZERS)}.",),
            hint=f"did you mean {close[0]}?" if close else "",
        )
    return OPTIMIZERS[name]
