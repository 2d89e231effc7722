"""A derivation's expressions as formulas: the one place that says what is shown, and how.

Unnamed short sums and patterns of 0 and 1 are written out where they are used, and the cotangent
of a model whose output is a number is 1: the loss is that output.  What code multiplies by
`grad_output`, paper does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from derive.algebra.build import constant, cotangent, substitute
from derive.algebra.nodes import Contract, Node, Symbol, symbols_of, walk
from derive.dims import Dim, Minimum
from derive.formulas.formula import Formula
from derive.formulas.glyphs import Glyphs, name_latex
from derive.formulas.index import IndexNotation
from derive.formulas.latex_marks import Latex, ShapedLatex
from derive.formulas.matrices.kinds import Indexed
from derive.formulas.matrices.view import MatrixView
from derive.formulas.text_marks import AsciiText, Text
from derive.plan.nouns import Plan
from derive.program.derivation import Derivation
from derive.program.program import Program


def shown_values(program: Program) -> dict[Node, Node]:
    """Return what is replaced before anything is shown."""
    values: dict[Node, Node] = {}
    for equation in program.equations:
        if equation.inline:
            values[equation.symbol] = substitute(equation.expr, values)
    if program.is_scalar:
        values[cotangent(program.outputs[0])] = constant(1)
    return values


def covered(plan: Plan) -> dict[Symbol, Symbol]:
    """Return the values that backward has no need of because it keeps a sum of them."""
    kept = {k.symbol for k in plan.kept}
    return {
        symbol: equation.symbol
        for equation in plan.derivation.program.equations
        if equation.inline and equation.symbol in kept
        for symbol in symbols_of(equation.expr)
        if symbol not in kept
    }


def copied(expr: Node) -> Iterator[Symbol]:
    """Yield the arrays that the expression copies along axes which they lack."""
    for node in walk(expr):
        if isinstance(node, Contract) and len(node.factors) == 1 and not node.bound:
            inner, axes = node.factors[0]
            missing = [k for k in node.out if k not in axes and node.sizes[k] != 1]
            if missing and isinstance(inner, Symbol) and inner.rank:
                yield inner


@dataclass
class Trial:
    """Whether what was written on trial is shown."""

    succeeded: bool = False


class Notation:
    """Writes nodes of one derivation as text or LaTeX; diagonals: as `MatrixView` has it.

    noted: the names in what was written that `derive.formulas.definitions` may have to define.
    """

    def __init__(
        self, derivation: Derivation, *, ascii_only: bool = False, diagonals: bool = False
    ) -> None:
        self.derivation = derivation
        self.glyphs = Glyphs(derivation.program)
        self.view = MatrixView(self.glyphs.plain, diagonals=diagonals)
        self.values = shown_values(derivation.program)
        self.ascii_only = ascii_only
        self.noted: dict[str, None] = {}
        plain = AsciiText if ascii_only else Text
        self._text, self._latex, self._shaped = (
            self._writer(kind) for kind in (plain, Latex, ShapedLatex)
        )

    def _writer(self, kind: type[Formula]) -> Formula:
        made = kind(self.glyphs, self.view.symbols)
        made.noted = self.noted
        made.index = IndexNotation(made)
        return made

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """Write what may not be shown: names are noted only if the trial has succeeded."""
        before, trial = dict(self.noted), Trial()
        yield trial
        if not trial.succeeded:
            self.noted.clear()
            self.noted.update(before)

    def shown(self, node: Node) -> Node:
        """Return the node as it is shown: short sums written out."""
        return substitute(node, self.values)

    def expression(self, node: Node) -> Any:
        """Return the SymPy expression of the node as it is shown."""
        return self.view(self.shown(node))

    def text(self, node: Node) -> str:
        """Write the node for a terminal."""
        return self._text(self.expression(node))

    def latex(self, node: Node) -> str:
        """Write the node as LaTeX."""
        return self._latex(self.expression(node))

    def shaped(self, node: Node) -> str:
        """Write the node as LaTeX with the shape below each matrix."""
        return self._shaped(self.expression(node))

    def equation(self, symbol: Symbol, node: Node, how: str) -> str:
        """Write `symbol = node`, both by entries where one of them needs index notation."""
        write = self.writer(how)
        expr = self.expression(node)
        if isinstance(expr, Indexed) or symbol.rank > 2:
            index = IndexNotation(self._latex if how != "text" else self._text)
            return f"{index.entry(symbol)} = {index(self.shown(node))}"
        return f"{write(self.view(symbol))} = {write(expr)}"

    def in_latex(self, expr: Any) -> str:
        """Write a SymPy expression as LaTeX."""
        return self._latex(expr)

    def writer(self, how: str) -> Formula:
        """Return the notation that writes SymPy expressions so: "text", "latex" or "shaped"."""
        return {"text": self._text, "latex": self._latex, "shaped": self._shaped}[how]

    def dim(self, d: Dim) -> str:
        """Write a dimension as LaTeX."""
        return dimension_latex(d)


def dimension_latex(d: Dim) -> str:
    """Write a dimension as LaTeX: 4k, n - 1, h//2 as a floor, min(n, d)."""
    text = ""
    for monomial, coefficient in d.terms:
        atoms = [_atom_latex(atom) for atom in monomial]
        size = abs(coefficient)
        words = ([str(size)] if size != 1 or not atoms else []) + atoms
        sign = " - " if coefficient < 0 else " + " if text else ""
        text += sign + r"\,".join(words)
    return text.strip() or "0"


def _atom_latex(atom: Any) -> str:
    if isinstance(atom, str):
        return name_latex(atom)
    first, second = (dimension_latex(d) for d in atom)
    if isinstance(atom, Minimum):
        return rf"\min({first}, {second})"
    return rf"\lfloor {first} / {second} \rfloor"
