"""Models to be drawn, some of them long or with long names, and their drawings."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import derive
from derive.documents.figures.drawing import Drawing, Text
from derive.documents.figures.gallery import FIGURES
from derive.documents.figures.labels import Labels
from derive.face import shipped
from derive.face.api import Derived
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from tests.code import torch_models
from tests.code.model_texts import MODELS

RESIDUAL = """\
import torch


def residual(x: "n d", t: "n k: simplex", *, w0: "d h", {weights}, v: "h k"):
    y = x @ w0
    for w in ({names}):
        left = torch.relu(y @ w)
        right = torch.sigmoid(y)
        y = y + left * right
    return -(t * torch.log_softmax(y @ v, 1)).sum() / x.shape[0]
"""
LONG_NAMES = """\
import torch


def a_model_whose_name_is_long(
    the_first_of_all_the_inputs_of_this_model: "number_of_samples number_of_features",
    *,
    the_matrix_of_all_weights: "number_of_features number_of_hidden_units",
):
    the_hidden_layer_before_its_activation = (
        the_first_of_all_the_inputs_of_this_model @ the_matrix_of_all_weights
    )
    θ_activation_of_the_hidden_layer = torch.tanh(the_hidden_layer_before_its_activation)
    return (θ_activation_of_the_hidden_layer ** 2).sum()
"""


def residual(layers: int) -> str:
    names = [f"u{k}" for k in range(layers)]
    weights = ", ".join(f'{name}: "h h"' for name in names)
    return RESIDUAL.format(weights=weights, names=", ".join(names))


def _models() -> dict[str, Any]:
    texts = {f"text {name}": text for name, text in MODELS.items()}
    functions = inspect.getmembers(torch_models, inspect.isfunction)
    own = {f"torch {n}": f for n, f in functions if f.__module__ == torch_models.__name__}
    long = {"ten layers": residual(10), "a hundred layers": residual(100), "names": LONG_NAMES}
    return {name: name for name in shipped.names()} | texts | long | own


DRAWN = _models()


@cache
def derived(name: str) -> Derived:
    """Return one of the models to be drawn, derived."""
    return derive.derive(DRAWN[name])


def drawings(model: Derived, lang: str) -> dict[str, Drawing]:
    labels = Labels(model.plan, Notation(model.plan.derivation), Words(lang))
    return {kind: draw(model.plan, labels) for kind, draw in FIGURES.items()}


def stills(drawing: Drawing) -> list[Drawing]:
    return [drawing.at(frame) for frame in range(drawing.frames)] or [drawing]


def texts(drawing: Drawing) -> set[str]:
    return {item.label.text for item in drawing.items if isinstance(item, Text)}
