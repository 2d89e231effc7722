"""A plan as a NumPy module: forward, backward and what belongs to them, written like by hand.

`emit_numpy(plan)` returns the text.  The lines are made here and in the printers; the template
`numpy.py.jinja` has the order in which they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.nodes import Symbol
from derive.code.free_gradient import structure_words
from derive.code.layout import WIDTH, docstring, listed, prose
from derive.code.lines import cache_field, statement_texts, without_zeros, wrapped
from derive.code.numpy.backward import Backward
from derive.code.numpy.check import self_check
from derive.code.numpy.extras import NumPyExtras
from derive.code.numpy.forward import Forward
from derive.code.numpy.helpers import MATH, helper_lines
from derive.code.numpy.straight import Straight
from derive.code.numpy.training import training
from derive.code.page import header, printable, render
from derive.code.readable import readable, readable_extra
from derive.code.together import taken_together
from derive.plan.nouns import Plan
from derive.plan.planner.routines import routine
from derive.program.extra import Extra
from derive.program.optimizers import Optimizer
from derive.program.program import Drawing

_TEMPLATE = "numpy.py.jinja"
SCIPY = ("linalg", "special")


def emit_numpy(
    plan: Plan,
    optimizer: Optimizer | None = None,
    extras: Sequence[Extra] = (),
    drawing: Drawing | None = None,
) -> str:
    """Return the NumPy module of a plan, its checksum not yet filled in.

    optimizer: what the module trains with; without one it has no training part.
    extras: the Jacobians, Hessians and products with them that it has functions for.
    drawing: what its self-check draws otherwise than usual.
    """
    return taken_together(NumPyModule(readable(plan)).text(optimizer, extras, drawing))


class NumPyModule(Forward, Backward, Straight):
    """The whole module: its functions, and the head with its classes."""

    def text(
        self,
        optimizer: Optimizer | None = None,
        extras: Sequence[Extra] = (),
        drawing: Drawing | None = None,
    ) -> str:
        """Return the text, its checksum not yet filled in."""
        wanted = [*self.outputs, *(kept.symbol for kept in self.plan.kept)]
        self.live = self._live(wanted)
        forward = [self._lines(block) for block in self.live]
        forward_sizes, forward_dtype = self._taken()
        self.statements = statement_texts(self.program.equations, self.live, forward)
        blocks, unused = without_zeros(self.plan.backward)
        backward = [self._lines(block, backward=True) for block in blocks]
        zeros = self._lines(unused, backward=True) if unused else []
        given = self._given()
        extra, arrays = self._unlisted()
        check = [*self._unpacked_masks(), *self._check_given()]
        sizes, dtype = self._taken()
        self._need(sizes, dtype)
        checks = self._check_shapes()
        parts = {
            "forward": self._forward(forward, forward_sizes, forward_dtype),
            "backward": self._backward(blocks, backward, given, [*zeros, *extra], check, sizes),
            "value_and_grad": self._value_and_grad(),
            "predict": self._predict(),
            "training": training(self, optimizer) if optimizer else [],
            "extras": NumPyExtras(self, [routine(readable_extra(e)) for e in extras]).lines(),
        }
        return render(
            _TEMPLATE,
            header=self._header(optimizer),
            imports=self._imports(),
            cache={"words": self._cache_words(), "fields": self._cache_fields()},
            gradients={"words": self._gradient_words(), "fields": self._gradient_fields(arrays)},
            check_shapes=checks,
            helpers=helper_lines(self.dialect.used),
            check=self_check(self.plan, self.tuple, extras, drawing or {}),
            aliases=self._aliases(),
            **parts,
        )

    def _header(self, optimizer: Optimizer | None) -> list[str]:
        program = self.program
        title = f"Forward and backward pass of `{program.name}` in NumPy"
        title += f", and training by {optimizer.title}" if optimizer else ""
        if len(program.equations) == 1 and program.equations[0].text:
            longer = f"{title}: {printable(program.equations[0].text)}"
            title = longer if len(longer) + 4 <= WIDTH else title
        words = [prose(printable(program.title)) + "."] if program.title else []
        words = [w.replace("..", ".") if w.endswith("..") else w for w in words]
        document = f"{program.name}.md, which numbers the equations as the comments here do"
        document = document if len(document) <= WIDTH - 14 else f"{program.name}.md"
        rows: list[str] = []
        for word in words:
            rows += [*wrapped(word), ""]
        scipy = "NumPy, and SciPy for what NumPy lacks" if self._scipy() else ""
        rows += header(program, _TEMPLATE, document, scipy)
        return docstring(0, prose(f"{title}.") if title[-1] != "." else title, rows)

    def _imports(self) -> list[str]:
        used = dict(self.dialect.imports)
        if any(name in self.dialect.used for name in MATH):
            used["math"] = None
        lines = ["import math"] if "math" in used else []
        lines += ["from typing import NamedTuple", "", "import numpy as np"]
        return (
            [*lines, f"from scipy import {', '.join(scipy)}"] if (scipy := self._scipy()) else lines
        )

    def _scipy(self) -> list[str]:
        """Return the modules of SciPy that the code uses."""
        return [name for name in SCIPY if name in self.dialect.imports]

    def _aliases(self) -> list[str]:
        lines = []
        for word in self.names.aliased:
            if word in ("math", *SCIPY) and word not in self.dialect.imports:
                continue
            lines.append(f"_{word} = {word}")
        return lines

    def _cache_words(self) -> list[str]:
        if not self.plan.kept and not self.cached_sizes and not self.cached_dtype:
            return docstring(4, "Nothing: backward needs the gradient of the output alone.")
        unkept = [symbol.name for symbol in self.plan.unkept]
        first = "What backward needs of forward: the arrays themselves, not copies."
        rest = "Leave them unchanged until backward has run."
        if 0 < len(unkept) <= 8:
            verb = "is" if len(unkept) == 1 else "are"
            rest += f"  {listed(unkept)} {verb} in no gradient."
        return docstring(4, first, [line.strip() for line in wrapped(rest, 84)])

    def _cache_fields(self) -> list[str]:
        np = "np.ndarray"
        lines = []
        for kept in self.plan.kept:
            shape = self.printer.shape(kept.symbol.shape)
            uses = [self.names.of(symbol) for symbol in kept.uses]
            kind = np if kept.symbol.rank else "float"
            shape += " as bits" if kept.is_mask else ""
            if kept.symbol.role == "constant":
                shape = ""
            lines += cache_field(kept.symbol.name, kind, shape, uses)
        for name in self.cached_sizes:
            lines.append(f"    {self.names.dimension[name]}: int  # the size {name}")
        if self.cached_dtype:
            lines.append(f"    {self.dialect.dtype}: np.dtype  # of the arguments")
        return lines

    def _gradient_words(self) -> list[str]:
        words = "The gradient of the loss for each argument, in that argument's shape."
        return docstring(4, words, structure_words(self.plan.derivation))

    def _gradient_fields(self, shown: Sequence[Symbol]) -> list[str]:
        lines = []
        for symbol in shown:
            kind = "np.ndarray" if symbol.rank else "float"
            lines.append(f"    {symbol.name}: {kind}  # {self.printer.shape(symbol.shape)}")
        return lines
