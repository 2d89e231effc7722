"""The general figure: a node of a graph with all that flows through it, forward and back.

Inputs and weights come from the left, the output leaves to the right.  Below, the gradient of the
output comes back from the right, and the gradient of each input leaves to the left.  Between the
two stands what forward saves for backward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol, symbols_of
from derive.documents.figures.drawing import Box, Drawing, Item, Label, Path, Text
from derive.documents.figures.extent import SMALL
from derive.documents.figures.labels import Labels, beside, plain, separated
from derive.documents.figures.node_parts import numbered, produced, representative, saved
from derive.documents.figures.ports import Port
from derive.plan.nouns import Plan

_MARGIN, _TOP, _ROW, SAVED = 14.0, 12.0, 40.0, 30.0
_GAP = 26.0  # between the boxes, crossed by what is saved
_NARROWEST, _WIDEST, PADDING = 150.0, 440.0, 24.0  # a box, and the room beside its text
_SPARE, _SHORTEST = 24.0, 70.0  # what an arrow is longer than its labels, and at least
_MOST = 10  # arrows on one side


@dataclass(frozen=True)
class _Half:
    """Forward or backward: the lines in its box, the arrows to its left and to its right."""

    lines: tuple[Label, ...]
    left: tuple[Port, ...]
    right: Port

    @property
    def height(self) -> float:
        return _ROW * max(1, len(self.left))


def node(plan: Plan, labels: Labels, number: int | None = None) -> Drawing:
    """Return the figure of an equation; without a number, of one that shows the most.

    Raises KeyError where there is no such equation.
    """
    return _Node(plan, labels, number).drawing()


class _Node:
    def __init__(self, plan: Plan, labels: Labels, number: int | None) -> None:
        self.plan = plan
        self.program = plan.derivation.program
        self.labels = labels
        found = representative(plan.derivation) if number is None else None
        self.equation = found or numbered(self.program, number or 0)
        self.parts = produced(plan.derivation, self.equation)
        self.forward, self.backward = self._forward(), self._backward()
        self.saved = self._saved()
        widest = max(label.width() for label in (*self._texts(), self.saved))
        self.left = _MARGIN + self._side([*self.forward.left, *self.backward.left])
        self.right = self.left + max(_NARROWEST, widest + PADDING)
        self.width = self.right + self._side([self.forward.right, self.backward.right]) + _MARGIN

    def _texts(self) -> tuple[Label, ...]:
        return (*self.forward.lines, *self.backward.lines)

    def _side(self, ports: Sequence[Port]) -> float:
        return max([_SHORTEST, *(port.width + _SPARE for port in ports)])

    def _forward(self) -> _Half:
        equation, labels = self.equation, self.labels
        order = {part.variable: k for k, part in enumerate(self.parts)}
        taken = symbols_of(labels.notation.shown(equation.expr))
        inputs = sorted(taken, key=lambda symbol: order.get(symbol, len(order)))
        room = _WIDEST - PADDING - 40
        formula = labels.equation(equation.symbol, equation.expr, room)
        number = plain(f"({equation.number})  ")
        ports = self._few([self._input(symbol) for symbol in inputs])
        return _Half((beside(number, formula),), ports, self._port(equation.symbol))

    def _backward(self) -> _Half:
        lines = [
            self.labels.equation(
                cotangent(part.variable),
                part.expr,
                _WIDEST - PADDING,
                "+=" if part.is_part else "=",
            )
            for part in self.parts
        ]
        ports = self._few([self._port(cotangent(part.variable)) for part in self.parts])
        symbol = self.equation.symbol
        is_loss = self.program.is_scalar and symbol in self.program.outputs
        given = Port(self.labels.one(symbol), self.labels.shape(()))
        return _Half(
            tuple(lines[: len(ports)]),
            ports,
            given if is_loss else self._port(cotangent(symbol)),
        )

    def _port(self, symbol: Symbol) -> Port:
        return Port(self.labels.symbol(symbol), self.labels.shape(symbol.shape))

    def _input(self, symbol: Symbol) -> Port:
        port = self._port(symbol)
        if symbol.role != "parameter":
            return port
        return Port(port.name, beside(port.shape, self.labels.word("fig_weight")))

    def _few(self, ports: Sequence[Port]) -> tuple[Port, ...]:
        if len(ports) <= _MOST:
            return tuple(ports)
        rest = Port(self.labels.word("fig_more", count=len(ports) - _MOST + 1), plain(""))
        return (*ports[: _MOST - 1], rest)

    def _saved(self) -> Label:
        """Return what is saved, with shapes where there is room."""
        ports = [self._port(symbol) for symbol in saved(self.program, self.parts)]
        if not ports:
            return self.labels.word("fig_nothing_saved")
        head = beside(self.labels.word("fig_saved"), plain(":  "))
        full = [beside(port.name, plain(" "), port.shape) for port in ports]
        for listed in (full, [port.name for port in ports]):
            label = beside(head, *separated(listed, ",  "))
            if label.width() <= _WIDEST - PADDING:
                return label
        return beside(head, self.labels.word("fig_arrays", count=len(ports)))

    def drawing(self) -> Drawing:
        """Draw forward above, what is saved between, backward below."""
        kept = _TOP + self.forward.height + _GAP
        below = kept + SAVED + _GAP
        middle = (self.left + self.right) / 2
        items: list[Item] = [
            *self._half(_TOP, self.forward, back=False),
            *self._box(kept, SAVED, "value", (self.saved,)),
            *self._half(below, self.backward, back=True),
        ]
        items += [
            Path(((middle, y - _GAP + 1), (middle, y - 1)), arrow=True) for y in (kept, below)
        ]
        height = below + self.backward.height + _TOP
        number = self.equation.number
        title = self.labels.words("fig_node_title", number=number, name=self.program.name)
        return Drawing(self.width, height, tuple(items), title, self._told())

    def _half(self, y: float, half: _Half, *, back: bool) -> Iterator[Item]:
        yield from self._box(y, half.height, "module", half.lines)
        ends = (self.left, _MARGIN) if back else (_MARGIN, self.left)
        for k, port in enumerate(half.left):
            yield from _arrow(y + _ROW * (k + 0.5), *ends, port)
        ends = (self.width - _MARGIN, self.right) if back else (self.right, self.width - _MARGIN)
        yield from _arrow(y + half.height / 2, *ends, half.right)

    def _box(self, y: float, height: float, tone: str, lines: Sequence[Label]) -> Iterator[Item]:
        yield Box(self.left, y, self.right - self.left, height, tone)
        row = height / max(1, len(lines))
        for k, line in enumerate(lines):
            yield Text((self.left + self.right) / 2, y + row * (k + 0.5) + 4.5, line, "middle")

    def _told(self) -> str:
        words = self.labels.words

        def names(ports: Sequence[Port]) -> str:
            return words.listed([port.name.text for port in ports])

        return words(
            "fig_tells_node",
            number=self.equation.number,
            inputs=names(self.forward.left),
            output=self.forward.right.name.text,
            saved=" ".join(self.saved.text.partition(":")[2].split()) or words("nothing"),
            upstream=self.backward.right.name.text,
            gradients=names(self.backward.left) or words("nothing"),
        )


def _arrow(y: float, start: float, end: float, port: Port) -> Iterator[Item]:
    inset = 2 if start < end else -2
    yield Path(((start + inset, y), (end - inset, y)), arrow=True)
    middle = (start + end) / 2
    yield Text(middle, y - 5, port.name, "middle")
    yield Text(middle, y + 13, port.shape, "middle", SMALL, "muted")
