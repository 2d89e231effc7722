"""The plan as a page of text: equations, cache with reasons and bytes, lifetimes, peak memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.algebra.nodes import Symbol, symbols_of
from derive.dims import Dim, dim, show_shape, size_of
from derive.emit.layout import listed
from derive.emit.notation import Notation, covered
from derive.plan.nouns import Plan

ITEM = {"float16": 2, "float32": 4, "float64": 8}
WIDTH = 79


@dataclass(frozen=True)
class Life:
    """A new array of value_and_grad: born and last used at moments of its timeline.

    Moments are counted over the forward equations, then the backward ones; `end` None: returned.
    """

    symbol: Symbol
    start: int
    end: int | None


def plan_lines(
    plan: Plan, notation: Notation, sizes: Mapping[str, int], dtype: str
) -> Iterator[str]:
    """Yield the lines; sizes that are not given stay letters."""
    page = _Page(plan, notation, sizes, ITEM[dtype])
    program = plan.derivation.program
    place = f"{program.path}:{program.line}" if program.path else ""
    yield program.name + " " * max(2, WIDTH - len(program.name) - len(place)) + place
    known = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    open_names = [name for name in program.dimensions if name not in sizes]
    text = f"Bytes in {dtype}" + (f" with {known}." if known else ".")
    if open_names:
        they = "it stays a letter" if len(open_names) == 1 else "they stay letters"
        text += f" No size is given for {listed(open_names)}: {they}."
    yield text
    yield ""
    yield from page.equations()
    yield ""
    yield from page.cache()
    yield ""
    yield from page.lifetimes()


class _Page:
    def __init__(self, plan: Plan, notation: Notation, sizes: Mapping[str, int], item: int) -> None:
        self.plan = plan
        self.notation = notation
        self.program = plan.derivation.program
        self.item = item
        self.sizes = {name: dim(size) for name, size in sizes.items()}

    def bytes_of(self, symbol: Symbol) -> Dim:
        return (size_of(symbol.shape) * self.item).replace(self.sizes)

    def equations(self) -> Iterator[str]:
        rows = []
        for equation in self.program.equations:
            if not equation.inline:
                text = self.notation.equation(equation.symbol, equation.expr, "text")
                rows.append((f"  ({equation.number})  {text}", show_shape(equation.symbol.shape)))
        yield from _table(rows, gap=6)

    def cache(self) -> Iterator[str]:
        yield "Cache: what backward needs of forward"
        fresh = [k for k in self.plan.kept if not k.held]
        held = [k for k in self.plan.kept if k.held]
        words = {"data": "held: data", "parameter": "held: param", "constant": "held: constant"}
        rows = [("  value", "shape", "bytes", "because")]
        for kept in [*fresh, *held]:
            size = words[kept.held] if kept.held else show_bytes(self.bytes_of(kept.symbol))
            uses = [u for u in kept.uses if u.name in self.plan.derivation.gradients]
            why = " and ".join(self._formula(u) for u in uses[:2])
            why += f" and {len(uses) - 2} more" if len(uses) > 2 else ""
            rows.append(
                (f"  {self.notation.text(kept.symbol)}", show_shape(kept.symbol.shape), size, why)
            )
        lines = list(_table(rows, gap=3))
        yield from lines
        total = dim(0)
        for kept in fresh:
            total = total + self.bytes_of(kept.symbol)
        yield "  " + "─" * (max(map(len, lines)) - 2)
        yield f"  new memory   {show_bytes(total)}"
        yield from self._not_kept()

    def _not_kept(self) -> Iterator[str]:
        write, sums = self.notation.text, covered(self.plan)
        told = []
        for total in dict.fromkeys(sums.values()):
            names = [write(s) for s, other in sums.items() if other == total]
            told.append(f"{listed(names)}: {write(total)} is enough")
        hidden = self.notation.values.keys() | sums.keys()
        unkept = [write(s) for s in self.plan.unkept if s not in hidden]
        if unkept:
            told.append(f"{', '.join(unkept)}: in no gradient")
        if told:
            yield f"  not kept     {'; '.join(told)}"

    def _formula(self, symbol: Symbol) -> str:
        gradient = self.plan.derivation.gradients[symbol.name]
        return self.notation.equation(gradient.symbol, gradient.expr, "text")

    def lifetimes(self) -> Iterator[str]:
        moments = self._moments()
        lives = self._lives()
        yield "Lifetimes in value_and_grad"
        yield "  ● born  ─ alive  ○ used last, freed  ▸ returned"
        names = [self.notation.text(life.symbol) for life in lives]
        sizes = [show_bytes(self.bytes_of(life.symbol)) for life in lives]
        first, second = max(map(len, names), default=0), max(map(len, sizes), default=0)
        indent = 2 + first + 2 + second + 2
        step = max(6, *(len(m) + 2 for m in moments))
        forward = len([e for e in self.program.equations if not e.inline])
        yield " " * indent + "forward".ljust(step * forward) + "backward"
        yield (" " * indent + "".join(m.ljust(step) for m in moments)).rstrip()
        for life, name, size in zip(lives, names, sizes, strict=True):
            bar = self._bar(life, len(moments), step)
            yield f"  {name:<{first}}  {size:<{second}}  {bar}".rstrip()
        yield ""
        yield from self._peak(lives, moments)

    def _moments(self) -> list[str]:
        forward = [f"({e.number})" for e in self.program.equations if not e.inline]
        return forward + [f"({b})" for b in self._backward_numbers()]

    def _backward_numbers(self) -> list[int]:
        return list(dict.fromkeys(b.equation.number for b in self.plan.backward))

    def _lives(self) -> list[Life]:
        """Return every array that value_and_grad makes, in order of birth."""
        forward = [e.number for e in self.program.equations if not e.inline]
        at = {number: k for k, number in enumerate(forward)}
        back = {number: len(forward) + k for k, number in enumerate(self._backward_numbers())}
        start: dict[Symbol, int] = {}
        end: dict[Symbol, int] = {}
        for equation in self.program.equations:
            start[equation.symbol] = at[equation.number]
            for symbol in symbols_of(equation.expr):
                end[symbol] = at[equation.number]
        returned = set(self.program.outputs)
        for block in self.plan.backward:
            moment = back[block.equation.number]
            for assign in block.assigns:
                start[assign.symbol] = moment
                if assign.returned:
                    returned.add(assign.symbol)
                for symbol in symbols_of(assign.expr):
                    end[symbol] = moment
        lives = []
        for symbol, moment in start.items():
            stop = None if symbol in returned else end.get(symbol, moment)
            if stop is None or stop > moment or symbol.role != "value":
                lives.append(Life(symbol, moment, stop))
        return lives

    def _bar(self, life: Life, moments: int, step: int) -> str:
        last = moments - 1 if life.end is None else life.end
        if life.end is None and life.start == last:
            return " " * (step * life.start + 1) + "▸"
        end = "▸" if life.end is None else "○"
        if life.start == last:
            return " " * (step * life.start + 1) + end
        return " " * (step * life.start + 1) + "●" + "─" * (step * (last - life.start) - 1) + end

    def _peak(self, lives: list[Life], moments: list[str]) -> Iterator[str]:
        """Give the largest sum of live bytes; letters count at the reference sizes."""
        reference = {name: 128 if k == 0 else 64 for k, name in enumerate(self.program.dimensions)}
        best, best_at, most = dim(0), 0, -1
        for moment in range(len(moments)):
            total = dim(0)
            for life in lives:
                if life.start <= moment and (life.end is None or life.end >= moment):
                    total = total + self.bytes_of(life.symbol)
            value = total.evaluate(reference)
            if value >= most:
                best, best_at, most = total, moment, value
        forward = len([e for e in self.program.equations if not e.inline])
        side = "forward" if best_at < forward else "backward"
        yield f"  peak    {show_bytes(best)}, in {side} {moments[best_at]}"
        letters = [n for n in self.program.dimensions if n in best.names]
        if letters:
            shown = ", ".join(f"{n} = {reference[n]}" for n in letters)
            yield f"          (which moment is the largest was judged at {shown})"


def show_bytes(count: Dim) -> str:
    """Write a number of bytes, products with spaces: 4 d h + 512 d."""
    return str(count).replace("*", " ").replace("+", " + ").replace("-", " - ").strip()


def _table(rows: Sequence[tuple[str, ...]], gap: int) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield (" " * gap).join(cells).rstrip()
