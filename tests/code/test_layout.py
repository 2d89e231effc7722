"""Long lines are wrapped as the formatter wraps them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

import derive
from derive.code.layout import WIDTH, dropped, statement

NAMES = [f"grad_total_{k}" for k in range(12)]
LONG = [
    f"np.stack(({', '.join(NAMES)}), axis=1)",
    f"np.tanh(math.sqrt(2 / math.pi) * ({' + '.join(NAMES[:5])}))",
]


@pytest.mark.skipif(shutil.which("ruff") is None, reason="needs ruff")
@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("count", [1, 4, 12])
def test_a_long_statement_and_a_long_del_stand_as_the_formatter_leaves_them(text, count):
    lines = ["def f():", *statement(4, "y", text, ""), *dropped(NAMES[:count])]
    source = "\n".join(lines) + "\n"
    done = subprocess.run(
        ["ruff", "format", "--isolated", "-"], input=source, capture_output=True, text=True
    )
    assert done.stdout == source
    assert all(len(line) <= WIDTH for line in lines)


LONG_NAMES = """
import torch
import torch.nn.functional as F


def measured_negative_log_likelihood(
    observations_of_the_sensor: "number_of_samples number_of_features",
    *,
    means_of_the_components: "number_of_components number_of_features",
    log_standard_deviations: "number_of_components",
    logits_of_the_components: "number_of_components",
):
    differences = observations_of_the_sensor[:, None] - means_of_the_components
    distances = (differences**2).sum(-1) * torch.exp(-2 * log_standard_deviations)
    log_probabilities = torch.log_softmax(logits_of_the_components, 0) - 0.5 * distances
    return -torch.logsumexp(log_probabilities, 1).mean()


def measured_triplets(
    anchors_of_the_batch: "number_of_samples number_of_features",
    positives_of_the_batch: "number_of_samples number_of_features",
    *,
    embedding_of_features: "number_of_features number_of_embeddings",
    weights_of_embeddings: "number_of_embeddings number_of_embeddings",
    bias_of_embeddings: "number_of_embeddings",
):
    first = torch.tanh(anchors_of_the_batch @ embedding_of_features) @ weights_of_embeddings
    second = torch.relu(positives_of_the_batch @ embedding_of_features + bias_of_embeddings)
    return torch.relu(1 - (first * second).sum(1)).mean()
"""


@pytest.mark.skipif(shutil.which("ruff") is None, reason="needs ruff")
@pytest.mark.parametrize("name", ["measured_negative_log_likelihood", "measured_triplets"])
@pytest.mark.parametrize("target", ["to_numpy", "to_torch"])
def test_modules_of_long_names_are_as_the_formatter_and_the_linter_want_them(name, target):
    text = getattr(derive.derive(LONG_NAMES, name=name), target)()
    rules = ["--isolated", "--select", "E,F,I,B,UP,SIM"]
    for command in (["format", "--isolated", "--check"], ["check", *rules]):
        done = subprocess.run(["ruff", *command, "-"], input=text, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("body", "line"),
    [("np.log(x).sum()", "grad_x = grad_loss / x"), ("1 / (1 / x).mean()", "np.multiply(")],
)
def test_a_reciprocal_divides(body, line):
    text = derive.derive(f'import numpy as np\ndef f(x: "n: positive"):\n    return {body}\n')
    assert line in text.to_numpy()
    assert "* 1 /" not in text.to_numpy()
