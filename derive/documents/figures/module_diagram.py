"""The block diagram: Forward, Cache, Backward and Optimizer, inputs left, outputs right.

The modules stand from left to right, each a step lower than the one before, so that every arrow
is straight and has a row of its own: its name above it, its shape below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.figures.drawing import Box, Drawing, Item, Label, Path, Text
from derive.documents.figures.extent import BOLD, SMALL
from derive.documents.figures.labels import NAME, Labels, beside, plain
from derive.documents.figures.ports import Modules, Port, modules
from derive.plan.nouns import Plan

_MARGIN, _TOP, _ROW = 14.0, 10.0, 38.0
_SPARE = 20.0  # what an arrow is longer than its labels
_NARROWEST = 62.0


@dataclass(frozen=True)
class _Arrow:
    """A port in its place; gap 0 is left of Forward, gap 4 right of Optimizer.

    goal: what the arrow leads to where no module stands at its head.
    """

    gap: int
    row: int
    port: Port
    goal: Label | None = None


@dataclass(frozen=True)
class _Module:
    title: Label
    remark: Label | None
    first: int
    end: int

    @property
    def width(self) -> float:
        remark = self.remark.width(SMALL) if self.remark else 0
        return max(BOLD * self.title.width(), remark) + 14


def module_diagram(plan: Plan, labels: Labels) -> Drawing:
    """Return the block diagram of a plan."""
    ports = modules(plan, labels)
    arrows = tuple(_arrows(ports, plan, labels))
    boxes = tuple(_modules(ports, plan, labels))
    lefts = _gaps(arrows, boxes)
    items = [*_boxes(boxes, lefts), *(i for a in arrows for i in _drawn(a, lefts))]
    height = _TOP + max(box.end for box in boxes) * _ROW + 4
    if any(port.held for port in ports.kept):
        items += _legend(height, labels)
        height += 22
    width = max(item.room.right for item in items) + _MARGIN
    name = plan.derivation.program.name
    title = labels.words("fig_blocks_title", name=name)
    return Drawing(width, height + 4, tuple(items), title, _told(ports, labels))


@dataclass(frozen=True)
class _Rows:
    """The first row of each list of arrows; a module spans the rows of its lists.

    Parameters enter Optimizer below the end of Backward, which they do not come from.
    """

    kept: int
    given: int
    tuned: int
    backward_end: int


def _rows(p: Modules) -> _Rows:
    kept = len(p.outputs)
    given = kept + max(1, len(p.kept))
    tuned = kept + len(p.passed_on)
    backward_end = max(given + len(p.given), tuned + len(p.tuned))
    return _Rows(kept, given, tuned, backward_end)


def _arrows(p: Modules, plan: Plan, labels: Labels) -> Iterator[_Arrow]:
    """Yield every arrow, list by list."""
    rows = _rows(p)
    goal = labels.word("fig_is_loss" if plan.derivation.program.is_scalar else "fig_to_next")
    yield from _column(0, 0, p.inputs)
    yield from _column(1, 0, p.outputs, goal)
    yield from _column(1, rows.kept, p.kept)
    yield from _column(2, rows.kept, [_with_origin(port) for port in p.kept])
    yield from _column(2, rows.given, p.given)
    yield from _column(3, rows.kept, p.passed_on, labels.word("fig_to_before"))
    if p.tuned:
        state = Port(labels.word("fig_state"), labels.word("fig_state_shape"))
        new = beside(labels.word("fig_new"), plain(" "), state.name)
        yield from _column(3, rows.tuned, p.tuned)
        yield from _column(3, rows.backward_end, [*p.parameters, state])
        yield from _column(4, rows.tuned, [*p.renewed, replace(state, name=new)])


def _column(
    gap: int, first: int, ports: Sequence[Port], goal: Label | None = None
) -> Iterator[_Arrow]:
    return (_Arrow(gap, first + k, port, goal) for k, port in enumerate(ports))


def _with_origin(port: Port) -> Port:
    """Return the port of a cached array, its shape beside its name, its origin below."""
    if port.origin is None:
        return port
    name = beside(port.name, plain("  "), port.shape)
    return replace(port, name=name if name.width() <= 1.3 * NAME else port.name, shape=port.origin)


def _modules(p: Modules, plan: Plan, labels: Labels) -> Iterator[_Module]:
    rows = _rows(p)
    numbers = [e.number for e in plan.derivation.program.equations]
    there, back = _numbers(numbers[0], numbers[-1]), _numbers(numbers[-1], numbers[0])
    new = sum(not k.held for k in plan.kept)
    held = labels.word("fig_new_arrays", count=new) if plan.kept else labels.word("fig_empty")
    yield _Module(labels.word("fig_forward"), there, 0, max(len(p.inputs), rows.given))
    yield _Module(labels.word("fig_cache"), held, rows.kept, rows.given)
    yield _Module(labels.word("fig_backward"), back, rows.kept, rows.backward_end)
    if p.tuned:
        end = rows.backward_end + len(p.parameters) + 1
        yield _Module(labels.word("fig_optimizer"), None, rows.tuned, end)


def _numbers(first: int, last: int) -> Label:
    return plain(f"({first})" if first == last else f"({first})–({last})")


def _gaps(arrows: Sequence[_Arrow], boxes: Sequence[_Module]) -> list[tuple[float, float]]:
    """Return from where to where each gap goes: wide enough for its labels."""
    found, x = [], _MARGIN
    for gap in range(len(boxes) + 1):
        widths = [a.port.width + _SPARE for a in arrows if a.gap == gap]
        end = x + (max(_NARROWEST, *widths) if widths else 0)
        found.append((x, end))
        x = end + (boxes[gap].width if gap < len(boxes) else 0)
    return found


def _boxes(boxes: Sequence[_Module], gaps: Sequence[tuple[float, float]]) -> Iterator[Item]:
    for k, box in enumerate(boxes):
        x, top, bottom = gaps[k][1], _TOP + box.first * _ROW + 3, _TOP + box.end * _ROW - 3
        centre, middle = x + box.width / 2, (top + bottom) / 2
        yield Box(x, top, box.width, bottom - top, "module")
        raised = 2 if box.remark else -4
        yield Text(centre, middle - raised, box.title, "middle", bold=True)
        if box.remark:
            yield Text(centre, middle + 12, box.remark, "middle", SMALL, "muted")


def _drawn(arrow: _Arrow, gaps: Sequence[tuple[float, float]]) -> Iterator[Item]:
    left, right = gaps[arrow.gap]
    y = _TOP + (arrow.row + 0.5) * _ROW
    port, middle = arrow.port, (left + right) / 2 - 2
    yield Path(((left + 2, y), (right - 2, y)), arrow=True, dashed=port.held)
    yield Text(middle, y - 5, port.name, "middle")
    yield Text(middle, y + 13, port.shape, "middle", SMALL, "muted")
    if arrow.goal is not None:
        yield Text(right + 5, y + 4, arrow.goal, size=SMALL, tone="muted")


def _legend(y: float, labels: Labels) -> Iterator[Item]:
    yield Path(((_MARGIN, y + 10), (_MARGIN + 34, y + 10)), arrow=True, dashed=True)
    yield Text(_MARGIN + 42, y + 14, labels.word("fig_held"), size=SMALL, tone="muted")


def _told(p: Modules, labels: Labels) -> str:
    """Tell the diagram in words."""
    words = labels.words

    def names(ports: Sequence[Port]) -> str:
        return words.listed([port.name.text for port in ports])

    kept = [f"{q.name.text} ({q.origin.text})" if q.origin else q.name.text for q in p.kept]
    text = words("fig_tells_forward", inputs=names(p.inputs), outputs=names(p.outputs))
    text += words("fig_tells_kept", kept=words.listed(kept)) if kept else words("fig_tells_empty")
    gradients = names([*p.passed_on, *p.tuned])
    text += words("fig_tells_backward", given=names(p.given), gradients=gradients)
    if p.tuned:
        text += words(
            "fig_tells_optimizer", parameters=names(p.parameters), gradients=names(p.tuned)
        )
    return text
