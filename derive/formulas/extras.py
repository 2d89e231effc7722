"""The formulas of a Jacobian, a Hessian or a product with one, and the differential behind them.

The outputs, or the gradient, move by a linear map of the variable's change; that map is read off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from derive.algebra.build import substitute
from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.derivation.second import account, written_out
from derive.dims import Dim, size_of
from derive.formulas.index import IndexNotation
from derive.formulas.matrices.kinds import Indexed
from derive.formulas.matrices.vec_kronecker import stacked
from derive.formulas.notation import Notation
from derive.program.derivation import Derivation
from derive.program.extra import Account, Extra


class Stacked(NamedTuple):
    """A derivative as a matrix between stacked arrays, and the number of its rows and columns."""

    output: Symbol
    by_rows: Any
    by_columns: Any
    shape: tuple[Dim, Dim]


class ExtraFormulas:
    """The formulas of one extra, as text or as LaTeX."""

    def __init__(self, derivation: Derivation, extra: Extra, *, ascii_only: bool = False) -> None:
        self.program = derivation.program
        self.extra = extra
        self.notation = Notation(derivation, ascii_only=ascii_only, diagonals=True)
        self.values = [self._direction_named(value) for value in written_out(extra)]

    def _direction_named(self, value: Node) -> Node:
        """Return the value with the direction called v, where the model has no v."""
        direction = self.extra.direction
        if direction is None:
            return value
        return substitute(value, {direction: self.direction})

    @property
    def direction(self) -> Symbol:
        """The direction as formulas call it."""
        assert self.extra.direction is not None
        word = "v" if "v" not in self.program.symbols else self.extra.direction.name
        return Symbol(word, self.extra.direction.shape)

    def lines(self, how: str) -> Iterator[str]:
        """Yield `∂y/∂x = …` for each output."""
        for output, value in zip(self.extra.outputs, self.values, strict=True):
            expr = self.notation.expression(value)
            indexed = isinstance(expr, Indexed)
            left = self._left(output, value, how, indexed)
            yield f"{left} = {self._right(value, expr, how, indexed)}"

    def _right(self, value: Node, expr: Any, how: str, indexed: bool) -> str:
        if indexed:
            return IndexNotation(self.notation.writer(how))(self.notation.shown(value))
        return self.notation.writer(how)(expr)

    def _left(self, output: Symbol, value: Node, how: str, indexed: bool) -> str:
        """Write what the value is, entry by entry where the right side is."""
        extra, tex, index = self.extra, how == "latex", IndexNotation(self.notation.writer(how))
        x, places = extra.variable, index.letters(value.rank) if indexed else []

        def entry(symbol: Symbol, letters: Sequence[str] = ()) -> str:
            name = getattr(self.notation, how)(symbol)
            if not letters:
                return name
            return f"{{{name}}}_{{{''.join(letters)}}}" if tex else f"{name}[{','.join(letters)}]"

        if extra.kind == "jacobian":
            above = entry(output, places[: output.rank])
            return _quotient(above, [entry(x, places[output.rank :])], tex)
        turned = (r"^{\top}" if tex else "ᵀ") if x.rank == 1 else ""
        if extra.kind == "hessian":
            below = [entry(x, places[: x.rank]), entry(x, places[x.rank :]) + turned]
            return _quotient(entry(output), below, tex)
        whole = _quotient(entry(output), [entry(x), entry(x) + turned], tex)
        whole += (r"\," if tex else " ") + entry(self.direction)
        if not places:
            return whole
        inner = "".join(places) if tex else ",".join(places)
        return rf"\left({whole}\right)_{{{inner}}}" if tex else f"({whole})[{inner}]"

    def definitions(self, how: str) -> Iterator[str]:
        """Yield what the names stand for that the formulas have and the model has not."""
        own = {*self.program.symbols.values(), *self.extra.gradients}
        shown: dict[Node, Node] = dict(self.extra.gradients.items())
        waiting, told = list(self.values), set(own)
        while waiting:
            for symbol in symbols_of(waiting.pop()):
                expr = self.extra.definitions.get(symbol)
                if expr is not None and symbol not in told:
                    told.add(symbol)
                    waiting.append(expr)
                    yield self.notation.equation(symbol, substitute(expr, shown), how)

    def reasons(self, how: str) -> Iterator[tuple[str, str]]:
        """Yield left and right sides: what is differentiated, then its differential."""
        told: Account = account(self.program, self.extra)
        for symbol, value, change in zip(told.of, told.values, told.changes, strict=True):
            if symbol != value:
                yield self._equation(symbol, value, how)
            role = "moved" if symbol.role == "cotangent" else "differential"
            yield self._equation(Symbol(symbol.name, symbol.shape, role), change, how)

    def _equation(self, symbol: Symbol, value: Node, how: str) -> tuple[str, str]:
        text = self.notation.equation(symbol, value, how)
        left, _, right = text.partition(" = ")
        return left, right

    def stacked(self) -> Iterator[Stacked]:
        """Yield the derivatives between arrays as matrices between their vecs, where they are."""
        if self.extra.kind == "hvp":
            return
        variable = self.extra.variable
        for output, value in zip(self.extra.outputs, self.values, strict=True):
            of = output if self.extra.kind == "jacobian" else variable
            shown = self.notation.shown(value)
            by_rows, by_columns = (
                stacked(shown, of.rank, self.notation.view, columns=columns)
                for columns in (False, True)
            )
            if by_rows is not None:
                self.notation.noted["vec"] = None
                yield Stacked(
                    output, by_rows, by_columns, (size_of(of.shape), size_of(variable.shape))
                )

    def stacked_left(self, output: Symbol, how: str) -> str:
        """Write what a derivative is between: ∂vec(Y)/∂vec(X)ᵀ."""
        tex = how == "latex"
        vec, turned = (r"\mathrm{vec}", r"^{\top}") if tex else ("vec", "ᵀ")

        def told(symbol: Symbol) -> str:
            name = getattr(self.notation, how)(symbol)
            return f"{vec}({name})" if symbol.rank > 1 else name

        below = told(self.extra.variable)
        if self.extra.kind == "jacobian":
            return _quotient(told(output), [below + turned], tex)
        return _quotient(getattr(self.notation, how)(output), [below, below + turned], tex)


def _quotient(above: str, below: list[str], tex: bool) -> str:
    """Write a partial derivative, of second order where there are two below."""
    order = "^{2}" if tex else "²"
    if tex:
        head = r"\partial" + (order if len(below) == 2 else "") + " " + above
        if len(below) == 2 and below[0] == below[1]:
            return rf"\frac{{{head}}}{{\partial {below[0]}{order}}}"
        return rf"\frac{{{head}}}{{{' '.join(rf'{chr(92)}partial {b}' for b in below)}}}"
    head = "∂" + (order if len(below) == 2 else "") + above
    if len(below) == 2 and below[0] == below[1]:
        return f"{head}/∂{below[0]}{order}"
    return f"{head}/{''.join(f'∂{b}' for b in below)}"
