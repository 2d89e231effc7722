"""Eigenvectors and singular vectors have no sign of their own: libraries may choose differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.verify import torch_oracles
from derive.verify.modules import call, outputs_of
from derive.verify.oracles import difference
from derive.verify.samples import Point
from derive.verify.subject import FAILURES, Subject

FREE = ("eigenvectors", "left_vectors")
APART = 1e-6  # by which outputs differ that have another sign of a vector
NOTE = "PyTorch chose the other sign of a vector that has none: the output depends on it"


def other_signs(subject: Subject, function: Callable[..., Any], point: Point) -> bool:
    """Whether a function under PyTorch gives outputs that differ as they may by such a sign."""
    if subject.numpy_module is None or not any(map(subject.applies, FREE)):
        return False
    program = subject.derivation.program
    ours = outputs_of(program, call(subject.numpy_module.forward, program, point.arguments)[0])
    try:
        found = torch_oracles.autograd(function, program, point)
    except FAILURES:
        return False  # which is told where its gradients are compared
    theirs = [found[f"output {k}"] for k in range(len(ours))]
    return any(difference(a, b, 0.0) > APART for a, b in zip(theirs, ours, strict=True))
