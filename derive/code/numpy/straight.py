"""value_and_grad and predict: one straight line each, which frees and reuses as it goes.

Nobody keeps a cache, so that each array is dropped after the moment that uses it last, and an
elementwise statement writes into an array that it is the last to use, where the plan allows it.
"""

from __future__ import annotations

from derive.algebra.nodes import Symbol
from derive.code.expressions import Line, Printer, again
from derive.code.in_place import Step, in_place
from derive.code.layout import WIDTH, bracketed, commented, dropped, statement
from derive.code.module import Module, headed
from derive.code.numpy.dialect import NumPy
from derive.plan.lifetimes import timeline
from derive.plan.nouns import Assign, Plan
from derive.plan.reuse import Place, writable


class StraightLine:
    """The statements of a plan that runs once, as one function's body.

    It has names and a printer of its own: what forward and backward name apart is one scope here.
    """

    def __init__(self, base: Module, plan: Plan) -> None:
        assert isinstance(base.dialect, NumPy)
        self.base = base
        self.dialect = base.dialect
        self.plan = plan
        self.line = timeline(plan)
        self.writable = writable(plan, self.line)
        self.names = base.new_names()
        self.printer = Printer(base.dialect, self.names, plan.sizes)

    def body(self) -> list[tuple[int, str]]:
        """Return the lines, those of backward in blocks, each with the number of its moment."""
        found: list[tuple[int, str]] = []
        for k, moment in enumerate(self.line.moments):
            lines: list[str] = []
            if moment.side == "backward":
                lines += headed(moment.number, self.base.heading(moment.equation))
            for i in range(len(moment.assigns)):
                lines += self._statement((k, i))
            found += [(k, line) for line in lines]
        return found

    def _statement(self, place: Place) -> list[str]:
        """Return the lines of one statement, and what is dropped after it."""
        k, i = place
        moment = self.line.moments[k]
        *parts, last = self._lines(moment.assigns[i])
        if moment.side == "forward":
            number = f"({moment.number}): {last.comment}"
            last = last._replace(comment=number if self.plan.backward else "")
        elif moment.assigns[i].symbol in self.plan.made:
            (last,) = again([last], self.plan.made[moment.assigns[i].symbol].number)
        found = [text for line in parts for text in statement(4, *line)]
        found += self._last(last, place)
        gone = [line.target for line in parts]  # they have a name only for the line's length
        if i + 1 == len(moment.assigns):
            gone = [self.names.of(s) for s in self.line.freed(k) if s.rank] + gone
            if k + 1 == len(self.line.moments):
                return found
        return [*found, *dropped(gone)] if gone else found

    def _lines(self, assign: Assign) -> list[Line]:
        return self.printer.lines(assign.symbol, assign.expr, own=assign.returned, room=WIDTH - 4)

    def _last(self, line: Line, place: Place) -> list[str]:
        """Return the statement that makes the value, in an array's memory where that may be."""
        arrays = [self.names.of(symbol) for symbol in self.writable.get(place, ())]
        steps = in_place(line.target, line.text, arrays, self.dialect.np) if arrays else ()
        if not steps or any(len(step.line) + 4 > WIDTH for step in steps if not step.items):
            return statement(4, *line)
        found: list[str] = []
        for k, step in enumerate(steps):
            found += _stepped(step, line.comment if k == 0 else "")
        return found

    def used(self) -> tuple[list[str], bool]:
        """Return the sizes that the body names, and whether it names the dtype."""
        dtype, self.dialect.uses_dtype = self.dialect.uses_dtype, False
        return self.base.ordered(self.printer.sizes_used), dtype

    def gradients(self) -> list[str]:
        """Return the names of the returned gradients, in order."""
        symbols = self.base.symbols
        wanted = [symbols[name] for name in self.plan.returned]
        return [self.names.of(Symbol(s.name, s.shape, "cotangent")) for s in wanted]


def _stepped(step: Step, comment: str) -> list[str]:
    """Return a statement of the straight line, wrapped in its brackets where it is too long."""
    head, _, _ = step.line.partition("(")
    short = len(step.line) + 4 <= WIDTH
    lines = [f"    {step.line}"] if short else bracketed(4, f"{head}(", step.items, ")")
    if not comment:
        return lines
    if len(lines) == 1 and len(lines[0]) + 4 + len(comment) <= WIDTH:
        return [f"{lines[0]}  # {comment}"]
    return [*commented(4, comment), *lines]
