"""What is checked, and what it may be checked with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from derive.algebra.nodes import Apply, Map, walk
from derive.program.derivation import Derivation
from derive.program.extra import Extra
from derive.program.program import Program
from derive.verify.modules import is_float

Array = Any
FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a faulty module may raise: it is then wrong, and no crash of the check."""
_ROUGH = ("hardsigmoid", "lgamma", "digamma", "polygamma")  # 1/6 in float32; short series
MOST_EXACT = 3000  # entries of the largest array that is evaluated exactly


@dataclass(frozen=True)
class Subject:
    """A model with the code that was generated for it.

    program: as it was given; the derivation's own may be split further.  model_function: the model
    itself, where it may be run.  extras: Jacobians and the like that the modules have as well.
    """

    program: Program
    derivation: Derivation
    numpy_module: ModuleType | None
    torch_module: ModuleType | None
    model_function: Callable[..., Any] | None
    extras: tuple[Extra, ...] = ()

    @property
    def torch_function(self) -> Callable[..., Any] | None:
        """The generated drop-in for the model."""
        return getattr(self.torch_module, self.program.name, None)

    @property
    def names(self) -> list[str]:
        """The float arguments whose gradient was asked for."""
        wanted = self.derivation.wrt
        return [a.name for a in self.program.arguments if is_float(a) and a.name in wanted]

    @property
    def stops(self) -> bool:
        """Whether the model takes a value as a constant (detach)."""
        equations = self.derivation.program.equations
        nodes = (node for equation in equations for node in walk(equation.expr))
        return any(isinstance(node, Apply) and node.rule == "stop" for node in nodes)

    def bound(self, oracle: str) -> str:
        """Return the bound of a PyTorch oracle: a wider one for functions that it has roughly."""
        return "torch, rough" if any(map(self.calls, _ROUGH)) else oracle

    def calls(self, function: str) -> bool:
        """Whether the model calls an elementwise function."""
        equations = self.derivation.program.equations
        maps = [n for e in equations for n in walk(e.expr) if isinstance(n, Map)]
        return any(function in repr(node.fn) for node in maps)

    def applies(self, rule: str) -> bool:
        """Whether the model has an operation of that name."""
        nodes = (node for e in self.derivation.program.equations for node in walk(e.expr))
        return any(isinstance(node, Apply) and node.rule == rule for node in nodes)


def told(error: Exception) -> str:
    """Return what a module said, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def largest(array: Array) -> float:
    """Return the size of the largest entry, 0 of an array without any."""
    return float(np.max(np.abs(array), initial=0.0))
