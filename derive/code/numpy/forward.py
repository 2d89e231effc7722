"""The forward function of a generated NumPy module, and the check of the shapes."""

from __future__ import annotations

from derive.algebra.nodes import Symbol
from derive.code.expressions import Line
from derive.code.layout import WIDTH, bracketed, docstring, statement
from derive.code.lines import default_of, refilled
from derive.code.numpy.base import Base
from derive.code.sizes import ShapeChecks, raised
from derive.derivation.ranks import tall_bounds
from derive.program.program import Equation


class Forward(Base):
    """Adds forward and the shape check."""

    def _forward(self, blocks: list[list[Line]], sizes: list[str], dtype: bool) -> list[str]:
        body = [
            *self._opening(
                [n for n in self.dimensions if n in sizes or n in self.cached_sizes],
                dtype or self.cached_dtype,
            ),
            "",
        ]
        for block, lines in zip(self.live, blocks, strict=True):
            body += self._forward_block(block.equation, lines)
        body += ["", *self._returned()]
        arguments = self._described([a.symbol for a in self.program.arguments])
        words = self._output_words()
        long = f"Return {words} and the cache, from {arguments}."
        doc = [long] if len(long) <= WIDTH - 10 else [f"Return {words} and the cache."]
        head = bracketed(0, "def forward(", self._parameters(), "):")
        rest = [] if doc == [long] else [f"From {line}" for line in [arguments + "."]]
        return [*head, *docstring(4, doc[0], refilled(rest)), *body]

    def _forward_block(self, equation: Equation, lines: list[Line]) -> list[str]:
        found: list[str] = []
        for k, line in enumerate(lines):
            number = f"({equation.number}): " if k == len(lines) - 1 else ""
            found += statement(4, line.target, line.text, number + line.comment)
        return found

    def _returned(self) -> list[str]:
        names = [symbol.name for symbol in self.outputs]
        value = names[0] if not self.tuple else f"({', '.join(names)},)"
        if self.tuple and len(names) > 1:
            value = f"({', '.join(names)})"
        values = self._stored_values()
        cache = self.names.outer("Cache")
        line = f"    return {value}, {cache}({', '.join(values)})"
        if len(line) <= WIDTH:
            return [line]
        local = self.names.local("cache")
        return [*bracketed(4, f"{local} = {cache}(", values, ")"), f"    return {value}, {local}"]

    def _check_shapes(self) -> list[str]:
        names = [a.name for a in self.program.arguments if a.default is None or a.fixed]
        np, error = self.dialect.np, self.names.outer("ValueError")
        checks = ShapeChecks(
            self.names, error, lambda name: f"{np}.shape({name})", lambda name: f"{name}.shape"
        )
        body = checks.lines([a.symbol for a in self.arguments], tall_bounds(self.program))
        for argument in self.arguments:
            body += self._check_kind(argument.symbol)
        for argument in self.constants:
            if argument.fixed:
                value = default_of(argument)
                body.append(f"    if {argument.name} != {value}:")
                message = f"{argument.name} is {{{argument.name}}}, this code is for {value}"
                body += raised(error, message)
        return [*bracketed(0, "def _check_shapes(", names, "):"), *(body or ["    pass"])]

    def _check_kind(self, symbol: Symbol) -> list[str]:
        if symbol.is_float:
            return []
        letters, words = ("b", "truth values") if symbol.kind == "bool" else ("iu", "integers")
        if symbol.rank:
            dtype = f"{symbol.name}.dtype"
        else:
            dtype = f"{self.dialect.np}.asarray({symbol.name}).dtype"
        test = f"!= {letters!r}" if len(letters) == 1 else f"not in {letters!r}"
        return [
            f"    if {dtype}.kind {test}:".replace("'", '"'),
            *raised(
                self.names.outer("TypeError"),
                f"{symbol.name} has dtype {{{dtype}}}, needs {words}",
            ),
        ]
