"""Classic identities of matrix calculus as tables: a loss, and each gradient as a form.

A table row is

    Identity(source, loss, arguments, variable=(form, textbook), …)

loss: a Python expression under PyTorch; statements before it end with a semicolon.  form: the
gradient as derive prints it in the model's arguments.  textbook: the gradient as the source has
it, copied by hand from there as Python text (see `textbook`); it is the measure of the form.
Where the derived form is longer the row says `lacking(textbook, what is missing)` instead.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import derive
from derive.derivation.reverse import closed_form
from derive.formulas.notation import Notation

IMPORTS = """\
import torch
import torch.nn.functional as F
from torch import det, logdet, softmax, trace
from torch.linalg import eigvalsh, inv, norm, qr, svdvals
"""


class Gradient(NamedTuple):
    """A gradient's printed form ("" where it is not yet as it should be) and its textbook's."""

    form: str
    textbook: str
    lacks: str = ""

    @property
    def marks(self) -> list[Any]:
        """The marks of a test that counts: it fails where the derived form is longer."""
        return [pytest.mark.xfail(strict=True, reason=self.lacks)] if self.lacks else []


def lacking(textbook: str, what: str) -> Gradient:
    """Return a gradient that is right but longer than its textbook's form."""
    return Gradient("", textbook, what)


class Identity:
    """One row of a table."""

    def __init__(self, source: str, loss: str, arguments: str, **gradients: Any) -> None:
        self.source = source
        self.loss = loss
        self.arguments = arguments
        self.gradients = {name: Gradient(*given) for name, given in gradients.items()}

    def __repr__(self) -> str:
        return f"{self.loss}, {self.arguments}"

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of the dimensions in the arguments' shapes."""
        shapes = (part.split(":")[1] for part in self.arguments.split(","))
        return frozenset(word for shape in shapes for word in shape.split())

    @property
    def function(self) -> Callable[..., Any]:
        """The loss as a function that PyTorch runs and derive reads."""
        *lines, last = self.loss.split("; ")
        body = [*lines, f"return {last}"]
        text = "".join([IMPORTS, f"def f({self._signature()}):\n", *(f"    {b}\n" for b in body)])
        filename = f"<{self}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        space: dict[str, Any] = {}
        exec(compile(text, filename, "exec"), space)
        return space["f"]

    def _signature(self) -> str:
        pairs = (part.strip().split(":", 1) for part in self.arguments.split(","))
        return ", ".join(f'{name}: "{shape.strip()}"' for name, shape in pairs)


def printed(derived: derive.Derived, name: str) -> str:
    """Return a gradient in the model's arguments as it is printed; "" where it is too long."""
    closed = closed_form(derived.derivation, name)
    return "" if closed is None else Notation(derived.derivation).text(closed)
