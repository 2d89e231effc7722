"""What the functions of a generated module return for an extra, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from derive.program.extra import Extra
from derive.program.program import Program
from derive.verify import torch_oracles
from derive.verify.modules import bind
from derive.verify.samples import Point

Array = Any


@dataclass
class Values:
    """whole: the arrays returned, one for each output; of a product with a Hessian, its columns.

    columns: for each output what the extra makes of each direction.  factors: the products of a
    Hessian's factors with each direction and their dense form; again: the same of the dense one.
    """

    whole: list[Array]
    columns: list[Array]
    factors: list[Array] = field(default_factory=list)
    again: list[Array] = field(default_factory=list)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        return [np.shape(array) for array in self.whole]


class NumPy:
    """The NumPy module's function for an extra, called at a point."""

    def __init__(self, module: ModuleType, program: Program, extra: Extra, point: Point) -> None:
        self.function = getattr(module, extra.name)
        self.extra = extra
        self.positional, self.keywords = bind(module.forward, program, self.given(program, point))

    def given(self, program: Program, point: Point) -> dict[str, Any]:
        """Return the arguments as the module takes them."""
        return point.arguments

    def array(self, value: Array) -> Any:
        """Return a direction as the module takes it."""
        return value

    def back(self, value: Any) -> Array:
        """Return what the module gave as a NumPy array."""
        return np.asarray(value)

    def call(self, *first: Any, **more: bool) -> Any:
        return self.function(*first, *self.positional, **self.keywords, **more)

    def values(self, directions: Sequence[Array]) -> Values:
        """Return the function's results, and what it makes of each direction."""
        if self.extra.kind == "hvp":
            columns = [np.array([self.back(self.call(self.array(v))) for v in directions])]
            return Values(columns, columns)
        found = self.call()
        several = len(self.extra.outputs) > 1
        whole = [self.back(array) for array in (found if several else [found])]
        columns = [np.array([np.tensordot(w, v, v.ndim) for v in directions]) for w in whole]
        values = Values(whole, columns)
        if self.extra.kind == "hessian":
            factors = self.call(dense=False)
            products = [self.back(factors @ self.array(v)) for v in directions]
            values.factors = [self.back(factors.dense()), np.array(products)]
            values.again = [whole[0], columns[0]]
        return values


class Torch(NumPy):
    """The PyTorch module's function."""

    def given(self, program: Program, point: Point) -> dict[str, Any]:
        return torch_oracles.detached(program, point.arguments)

    def array(self, value: Array) -> Any:
        import torch

        return torch.tensor(np.asarray(value))

    def back(self, value: Any) -> Array:
        return value.detach().numpy()


def matched(found: Sequence[Array], expected: Sequence[Array]) -> tuple[Array, Array]:
    """Return both as one array each; arrays of other shapes stay of another shape."""
    return tuple(np.concatenate([np.ravel(a) for a in arrays]) for arrays in (found, expected))  # type: ignore[return-value]
