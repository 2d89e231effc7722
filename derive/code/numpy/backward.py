"""The backward function of a generated NumPy module: a block for each step, last step first."""

from __future__ import annotations

from itertools import groupby

from derive.algebra.nodes import Symbol
from derive.code.expressions import Line
from derive.code.layout import WIDTH, bracketed, commented, docstring, statement, unpacked
from derive.code.lines import refilled, words_of
from derive.code.numpy.base import Base
from derive.code.precedence import Code
from derive.code.sizes import raised
from derive.dims import code_shape
from derive.plan.nouns import Block


class Backward(Base):
    """Adds backward."""

    def _unlisted(self) -> tuple[list[Line], list[Symbol]]:
        """Return the statements for returned gradients that no block computes, and all returned."""
        symbols = self.symbols
        computed = {a.symbol for block in self.plan.backward for a in block.assigns}
        lines: list[Line] = []
        returned = [symbols[name] for name in self.plan.returned]
        gradients = self.plan.derivation.gradients
        for symbol in returned:
            own = gradients.get(symbol.name)
            target = Symbol(symbol.name, symbol.shape, "cotangent")
            if target in computed:
                continue
            if own is not None:
                lines += self.printer.lines(target, own.expr, own=True)
        return lines, returned

    def _given(self) -> dict[str, str]:
        """Return what each output's given gradient is called, by output name."""
        return {symbol.name: self.names.of(symbol) for symbol in self.plan.derivation.given}

    def _check_given(self) -> list[str]:
        lines: list[str] = []
        found = self.names.local("grad_output")
        for k, symbol in enumerate(self.outputs):
            word = found
            if self.tuple:
                word = f"{found}[{k}]"
            label = "grad_output" if not self.tuple else f"grad_output[{k}]"
            if not symbol.rank:
                continue
            for d in symbol.shape:
                self.printer.size(d)
            inner = [self.names.size(d).text for d in symbol.shape]
            shape = self.names.shape(symbol.shape)
            message = f"{label} has shape {{{word}.shape}}, needs {code_shape(symbol.shape)}"
            if all(text.isidentifier() for text in inner):
                message += f" = {{{', '.join(inner)}}}" if len(inner) > 1 else f" = {{{shape}}}"
            lines.append(f"    if {word}.shape != {shape}:")
            lines += raised(self.names.outer("ValueError"), message)
        return lines

    def _backward(
        self,
        plan: list[Block],
        blocks: list[list[Line]],
        given: dict[str, str],
        extra: list[Line],
        check: list[str],
        sizes: list[str],
    ) -> list[str]:
        cache, upstream = self.names.local("cache"), self.names.local("grad_output")
        scalar = not self.tuple and not self.outputs[0].rank
        head = bracketed(0, "def backward(", [cache, upstream + "=1.0" * scalar], "):")
        values = self._cache_values()
        body = unpacked(4, values, cache) if values else []
        body += self._take_given(given, blocks, extra, upstream)
        body += self._sizes([s for s in sizes if s not in self.cached_sizes], self._kept_whole())
        body += check
        numbered = zip(plan, blocks, strict=True)
        for _, group in groupby(numbered, key=lambda pair: pair[0].equation.number):
            pairs = list(group)
            heading = self.heading(pairs[0][0].equation)
            body += ["", *commented(4, f"({pairs[0][0].equation.number}) {heading}")]
            for _, lines in pairs:
                for line in lines:
                    body += statement(4, line.target, line.text, line.comment)
        if extra:
            body += ["", "    # no output depends on these"]
        for line in extra:
            body += statement(4, line.target, line.text, line.comment)
        symbols = self.symbols
        returned = [self._returned_gradient(symbols[name]) for name in self.plan.returned]
        gradients = self.names.outer("Gradients")
        body += ["", *bracketed(4, f"return {gradients}(", returned, ")")]
        return [*head, *self._backward_words(upstream), *body]

    def _returned_gradient(self, symbol: Symbol) -> str:
        """Return the name of a gradient, or a copy of one that the caller gave."""
        target = Symbol(symbol.name, symbol.shape, "cotangent")
        name = self.names.of(target)
        given = target in self.plan.derivation.given
        return self.dialect.copied(Code(name), symbol.rank).text if given else name

    def _backward_words(self, upstream: str) -> list[str]:
        parts = [
            f"dL/d{s.name} {self.printer.shape(s.shape)}" if s.rank else f"dL/d{s.name}"
            for s in self.outputs
        ]
        what = parts[0]
        if self.tuple:
            what = f"({', '.join(f'dL/d{symbol.name}' for symbol in self.outputs)})"
        words = f"Return the gradients, from the cache and {upstream} = {what}."
        if len(words) <= WIDTH - 10:
            return docstring(4, words)
        short = f"Return the gradients, from the cache and {upstream}."
        return docstring(4, short, refilled([f"{upstream} = {what}."]))

    def _take_given(
        self, given: dict[str, str], blocks: list[list[Line]], extra: list[Line], upstream: str
    ) -> list[str]:
        """Return the lines that name the gradients given from outside, those that are used."""
        used = {
            word for lines in [*blocks, extra] for line in lines for word in words_of(line.text)
        }
        symbols = self.symbols
        used |= {
            self.names.of(Symbol(name, symbols[name].shape, "cotangent"))
            for name in self.plan.returned
        }
        names = [given[symbol.name] for symbol in self.outputs]
        if not self.tuple:
            return [f"    {names[0]} = {upstream}"] if names[0] in used else []
        targets = [name if name in used else "_" for name in names]
        return [] if set(targets) == {"_"} else unpacked(4, targets, upstream)
