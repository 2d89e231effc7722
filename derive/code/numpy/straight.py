"""value_and_grad and predict: one straight line each, which frees and reuses as it goes.

Nobody keeps a cache, so that each array is dropped after the moment that uses it last, and an
elementwise statement writes into an array that it is the last to use, where the plan allows it.
"""

from __future__ import annotations

from derive.algebra.nodes import Symbol
from derive.code.expressions import Line, Printer, again
from derive.code.in_place import Step, in_place
from derive.code.layout import WIDTH, bracketed, commented, docstring, dropped, statement
from derive.code.numpy.base import Base
from derive.plan.lifetimes import Moment, timeline
from derive.plan.nouns import Assign, Plan
from derive.plan.once import plan_of_predict, plan_of_value_and_grad
from derive.plan.reuse import Place, writable


class Straight(Base):
    """Adds value_and_grad and predict; of each line of theirs, the moment that it belongs to."""

    def moment_at(self, text: str, function: str, number: int) -> Moment:
        """Return the moment of a line of the module's text, counted from 1, in the function."""
        before, _, _ = text.partition(f"\ndef {function}(")
        return self.moments[function][number - 2 - before.count("\n")]

    def _value_and_grad(self) -> list[str]:
        if not self.program.is_scalar or self.tuple:
            return []
        value, gradients = self.outputs[0].name, self.names.outer("Gradients")
        line = StraightLine(self, plan_of_value_and_grad(self.plan))
        result = bracketed(4, f"return {value}, {gradients}(", line.gradients(), ")")
        words = f"Return {value} and its gradients, each array dropped after its last use."
        return self._straight("value_and_grad", words, line, ["", *result])

    def _predict(self) -> list[str]:
        names = [symbol.name for symbol in self.outputs]
        value = f"({names[0]},)" if self.tuple and len(names) == 1 else ", ".join(names)
        words = f"Return {self._output_words()} alone, keeping nothing."
        line = StraightLine(self, plan_of_predict(self.plan))
        return self._straight("predict", words, line, [f"    return {value}"])

    def _straight(self, name: str, words: str, line: StraightLine, result: list[str]) -> list[str]:
        head = bracketed(0, f"def {name}(", self._parameters(), "):")
        body = line.body()
        head += [*docstring(4, words), *self._opening(*line.used())]
        head += [""] if body[0][1] else []  # a block of backward has its empty line
        moments = line.line.moments
        self.moments[name] = [*moments[:1] * len(head), *(moments[k] for k, _ in body)]
        return [*head, *(text for _, text in body), *result]


class StraightLine:
    """The statements of a plan that runs once, as one function's body.

    It has names and a printer of its own: what forward and backward name apart is one scope here.
    """

    def __init__(self, base: Base, plan: Plan) -> None:
        self.base = base
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
                heading = f"({moment.number}) {self.base.heading(moment.equation)}"
                lines += ["", *commented(4, heading)]
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
        steps = in_place(line.target, line.text, arrays, self.base.dialect.np) if arrays else ()
        if not steps or any(len(step.line) + 4 > WIDTH for step in steps if not step.items):
            return statement(4, *line)
        found: list[str] = []
        for k, step in enumerate(steps):
            found += _stepped(step, line.comment if k == 0 else "")
        return found

    def used(self) -> tuple[list[str], bool]:
        """Return the sizes that the body names, and whether it names the dtype."""
        dialect = self.base.dialect
        dtype, dialect.uses_dtype = dialect.uses_dtype, False
        return [n for n in self.base.dimensions if n in self.printer.sizes_used], dtype

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
