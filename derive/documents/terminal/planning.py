"""The plan as a page of text: equations, cache with reasons and bytes, lifetimes, peak memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derive.algebra.nodes import Symbol
from derive.code.footprint import Unknown
from derive.code.layout import listed
from derive.dims import Dim, dim, reference_sizes, show_count, show_shape, size_of
from derive.documents.spared import told_by_output
from derive.documents.terminal.memory import Needs, needs
from derive.documents.terminal.orders import order_rows
from derive.documents.terminal.trade import trade_lines
from derive.formulas.notation import Notation, covered
from derive.plan.lifetimes import Life, Moment, timeline
from derive.plan.nouns import Kept, Plan
from derive.plan.once import plan_of_value_and_grad
from derive.plan.storage import ITEM, Storage, bytes_of

_WIDTH = 79
HELD = {"data": "held: data", "parameter": "held: param", "constant": "held: constant"}
MOST_NAMED = 4  # arrays alive in a moment that are told by name


def plan_lines(
    plan: Plan, notation: Notation, sizes: Mapping[str, int], dtype: str
) -> Iterator[str]:
    """Yield the lines; sizes that are not given stay letters."""
    page = _Page(plan, notation, sizes, ITEM[dtype])
    program = plan.derivation.program
    place = f"{program.path}:{program.line}" if program.path else ""
    yield program.name + " " * max(2, _WIDTH - len(program.name) - len(place)) + place
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
    yield from page.products()
    yield from page.cache()
    yield ""
    yield from page.lifetimes()
    if plan.policy.recompute != "none":
        yield ""
        yield from trade_lines(plan, notation)


class _Page:
    def __init__(self, plan: Plan, notation: Notation, sizes: Mapping[str, int], item: int) -> None:
        self.plan = plan
        self.notation = notation
        self.program = plan.derivation.program
        self.item = item
        self.sizes = {name: dim(size) for name, size in sizes.items()}
        self.line = timeline(plan_of_value_and_grad(plan) if self.program.is_scalar else plan)
        self.storage = Storage((e.symbol, e.expr) for e in self.program.equations)
        self.needs: Needs | Unknown
        try:
            self.needs = needs(plan, item, sizes)
        except Unknown as unknown:
            self.needs = unknown

    def bytes_of(self, symbol: Symbol) -> Dim:
        return bytes_of(symbol, self.item).replace(self.sizes)

    def equations(self) -> Iterator[str]:
        rows = []
        for equation in self.program.equations:
            if not equation.inline:
                text = self.notation.equation(equation.symbol, equation.expr, "text")
                rows.append((f"  ({equation.number})  {text}", show_shape(equation.symbol.shape)))
        yield from _table(rows, gap=6)

    def products(self) -> Iterator[str]:
        """Tell in which order factors are multiplied, where there is a choice."""
        rows = list(order_rows(self.plan, self.notation))
        if rows:
            yield "Products: the order of the fewest operations"
            yield from _table(rows, gap=3)
            yield ""

    def cache(self) -> Iterator[str]:
        yield "Cache: what backward needs of forward"
        fresh = [k for k in self.plan.kept if not k.held]
        held = [k for k in self.plan.kept if k.held]
        rows = [("  value", "shape", "bytes", "because")]
        for kept in [*fresh, *held]:
            size = self._size_of(kept)
            uses = [u for u in self.plan.reasons(kept) if u.name in self.plan.derivation.gradients]
            why = " and ".join(self._formula(u) for u in uses[:2])
            why += f" and {len(uses) - 2} more" if len(uses) > 2 else ""
            rows.append(
                (f"  {self.notation.text(kept.symbol)}", show_shape(kept.symbol.shape), size, why)
            )
        lines = list(_table(rows, gap=3))
        yield from lines
        total = sum((self.bytes_of(kept.symbol) for kept in fresh), dim(0))
        if isinstance(self.needs, Needs):
            total = self.needs.cache
        yield "  " + "─" * (max(map(len, lines)) - 2)
        yield f"  new memory   {show_count(total)}"
        yield from self._not_kept()
        if self.plan.judged:
            sizes = [f"{n} = {self.plan.sizes[n]}" for n in self.program.dimensions]
            yield f"  weighed at   {listed(sizes)}; other sizes may call for another choice"

    def _size_of(self, kept: Kept) -> str:
        """Tell how large an entry of the cache is, or whose memory it is."""
        if kept.held:
            return HELD[kept.held]
        if (owner := self.storage.owner(kept.symbol)) != kept.symbol:
            return f"view of {self.notation.text(owner)}"
        if kept.is_mask:
            return show_count(((size_of(kept.symbol.shape) + 7) // 8).replace(self.sizes))
        return show_count(self.bytes_of(kept.symbol))

    def _not_kept(self) -> Iterator[str]:
        write, sums = self.notation.text, covered(self.plan)
        told = []
        for total in dict.fromkeys(sums.values()):
            names = [write(s) for s, other in sums.items() if other == total]
            told.append(f"{listed(names)}: {write(total)} is enough")
        slopes = told_by_output(self.plan)
        for equation in dict.fromkeys(slopes.values()):
            names = [write(s) for s, other in slopes.items() if other == equation]
            told.append(f"{listed(names)}: {write(equation.symbol)} tells the slope")
        hidden = self.notation.values.keys() | sums.keys() | slopes.keys()
        unkept = [write(s) for s in self.plan.unkept if s not in hidden]
        if unkept:
            told.append(f"{', '.join(unkept)}: in no gradient")
        if told:
            yield f"  not kept     {'; '.join(told)}"

    def _formula(self, symbol: Symbol) -> str:
        gradient = self.plan.derivation.gradients[symbol.name]
        return self.notation.equation(gradient.symbol, gradient.expr, "text")

    def lifetimes(self) -> Iterator[str]:
        line = self.line
        heads = [f"({moment.number})" for moment in line.moments]
        lives = [
            life for life in line.lives if life.end != life.start or life.symbol.role != "value"
        ]
        yield "Lifetimes" + " in value_and_grad" * self.program.is_scalar
        yield "  ● born  ─ alive  ○ used last, freed  ▸ returned"
        names = [self.notation.text(life.symbol) for life in lives]
        sizes = [show_count(self.bytes_of(s.symbol)) if s.base is None else "view" for s in lives]
        first, second = max(map(len, names), default=0), max(map(len, sizes), default=0)
        indent = 2 + first + 2 + second + 2
        narrowest = 6 if line.forward > 1 else len("forward") + 2
        step = max(narrowest, *(len(head) + 2 for head in heads))
        yield " " * indent + "forward".ljust(step * line.forward) + "backward"
        yield (" " * indent + "".join(head.ljust(step) for head in heads)).rstrip()
        for life, name, size in zip(lives, names, sizes, strict=True):
            bar = self._bar(life, len(heads), step)
            yield f"  {name:<{first}}  {size:<{second}}  {bar}".rstrip()
        yield ""
        yield from self._peak()

    def _bar(self, life: Life, moments: int, step: int) -> str:
        last = moments - 1 if life.end is None else life.end
        if life.end is None and life.start == last:
            return " " * (step * life.start + 1) + "▸"
        end = "▸" if life.end is None else "○"
        if life.start == last:
            return " " * (step * life.start + 1) + end
        return " " * (step * life.start + 1) + "●" + "─" * (step * (last - life.start) - 1) + end

    def _peak(self) -> Iterator[str]:
        if isinstance(self.needs, Unknown):
            yield from self._bound(self.needs)
            return
        peak, apart = self.needs.peak, self.needs.apart
        if peak is None or self.needs.moment is None:
            yield f"  peak    {show_count(apart)}, forward and backward called one by one"
            yield from self._judged(apart)
            return
        moment = self.needs.moment
        place = f"{moment.side} ({moment.number})"
        yield f"  peak    {show_count(peak)}, in {place}{self._alive(moment)}"
        more = apart - peak
        if any(coefficient < 0 for _, coefficient in more.terms):
            yield f"          forward and backward called one by one need {show_count(apart)},"
        elif more != 0:
            yield f"          forward and backward called one by one need {show_count(more)} more,"
        if more != 0:
            yield "          because the caller holds the cache until both are done"
        yield from self._judged(peak)

    def _alive(self, moment: Moment) -> str:
        """Tell what is alive in a moment, where that is short."""
        lives = self.line.alive(self.line.moments.index(moment))
        names = ["the results"] if any(life.end is None for life in lives) else []
        names += [self.notation.text(life.symbol) for life in lives if life.end is not None]
        return f": {listed(names)}" if 0 < len(names) <= MOST_NAMED else ""

    def _bound(self, unknown: Unknown) -> Iterator[str]:
        """Give the largest sum of live arrays, where the memory of some operation is not known."""
        reference = reference_sizes(self.program.dimensions)
        sums = [
            (self.line.bytes_alive(k, self.item).replace(self.sizes), moment)
            for k, moment in enumerate(self.line.moments)
        ]
        most, moment = max(sums, key=lambda pair: pair[0].evaluate(reference))
        yield f"  peak    at least {show_count(most)}, in {moment.side} ({moment.number})"
        yield f"          temporaries are not counted: the memory of {unknown} is not known"

    def _judged(self, count: Dim) -> Iterator[str]:
        letters = [name for name in self.program.dimensions if name in count.names]
        if letters:
            reference = reference_sizes(self.program.dimensions)
            shown = ", ".join(f"{name} = {reference[name]}" for name in letters)
            yield f"          (which moment is the largest was judged at {shown};"
            yield "          buffers of NumPy's own, of some 64 kB, are not counted)"


def _table(rows: Sequence[tuple[str, ...]], gap: int) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield (" " * gap).join(cells).rstrip()
