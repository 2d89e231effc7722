"""What goes into the four modules and comes out of them, long lists folded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.documents.figures.drawing import Label
from derive.documents.figures.extent import SMALL
from derive.documents.figures.labels import NAME, SIDE, Labels, beside, plain
from derive.plan.nouns import Plan
from derive.plan.trained import trained
from derive.program.program import Program

_MOST = 8  # arrows on one side of a module


@dataclass(frozen=True)
class Port:
    """An arrow's two labels: the name above it, the shape below; and where it comes from.

    held: the caller has it anyway, so that it takes no new memory.
    """

    name: Label
    shape: Label
    origin: Label | None = None
    held: bool = False

    @property
    def width(self) -> float:
        return max(self.name.width(), self.shape.width(SMALL))


@dataclass(frozen=True)
class Modules:
    """The ports of Forward, Cache, Backward and Optimizer.

    inputs, outputs: of Forward.  kept: from Forward through Cache to Backward.  given: the
    gradients that come from outside.  passed_on: gradients that leave; tuned: those that the
    optimizer takes, with the parameters that it changes.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    kept: tuple[Port, ...]
    given: tuple[Port, ...]
    passed_on: tuple[Port, ...]
    tuned: tuple[Port, ...]
    parameters: tuple[Port, ...]
    renewed: tuple[Port, ...]


def modules(plan: Plan, labels: Labels) -> Modules:
    """Return the ports of a plan's modules."""
    program = plan.derivation.program
    arguments = [a.symbol for a in program.arguments]
    tuned = trained(plan)
    known = program.symbols
    others = [known[name] for name in plan.returned if known[name] not in tuned]
    write = _Writer(labels)
    kept = [k.symbol for k in plan.kept]
    held = {k.symbol for k in plan.kept if k.held}
    return Modules(
        inputs=write.ports(arguments),
        outputs=write.ports(program.outputs),
        kept=write.ports(kept, held=held.__contains__, origins=True),
        given=_given(program, labels) or write.ports([cotangent(s) for s in program.outputs]),
        passed_on=write.ports([cotangent(s) for s in others]),
        tuned=write.ports([cotangent(s) for s in tuned]),
        parameters=write.ports(tuned),
        renewed=write.ports(tuned, new=True),
    )


def _given(program: Program, labels: Labels) -> tuple[Port, ...]:
    """Return the derivative of a loss by itself, () where the output is no loss."""
    if not program.is_scalar:
        return ()
    return (Port(labels.one(program.outputs[0]), labels.shape(())),)


class _Writer:
    def __init__(self, labels: Labels) -> None:
        self.labels = labels

    def ports(
        self,
        symbols: Sequence[Symbol],
        *,
        held: Callable[[Symbol], bool] = lambda _: False,
        origins: bool = False,
        new: bool = False,
    ) -> tuple[Port, ...]:
        """Return a port for each symbol; where there are too many, one for each shape."""
        groups: list[list[Symbol]] = [[s] for s in symbols]
        if len(groups) > _MOST:
            groups = _gathered(symbols, lambda s: (s.shape, s.role, s.kind, held(s)))
        if len(groups) > _MOST:
            groups = _gathered(symbols, lambda s: s.role if held(s) else (s.shape, s.kind))
        shown = groups if len(groups) <= _MOST else groups[: _MOST - 1]
        found = [self._port(g, held(g[0]), origins, new) for g in shown]
        if len(shown) < len(groups):
            rest = sum(map(len, groups[_MOST - 1 :]))
            found.append(Port(self.labels.word("fig_more", count=rest), plain("")))
        return tuple(found)

    def _port(self, group: Sequence[Symbol], held: bool, origins: bool, new: bool) -> Port:
        room = NAME - 28 * new
        name = self.labels.span(group, room)
        shape = self.labels.shape(group[0].shape, SIDE - 28 * (len(group) > 1))
        if len({s.shape for s in group}) > 1:
            shape = self.labels.word("fig_shapes")
        elif len(group) > 1:
            shape = beside(plain(f"{len(group)} · "), shape)
        if new:
            name = beside(self.labels.word("fig_new"), plain(" "), name)
        origin = self._origin(group) if origins else None
        return Port(name, shape, origin, held)

    def _origin(self, group: Sequence[Symbol]) -> Label:
        made_in = self.labels.made_in
        if len(group) == 1 or group[0] not in made_in:
            return self.labels.origin(group[0])
        first, last = (made_in[s] for s in (group[0], group[-1]))
        return self.labels.word("fig_are_outputs", first=first, last=last)


def _gathered(symbols: Sequence[Symbol], kind: Callable[[Symbol], Hashable]) -> list[list[Symbol]]:
    """Gather symbols of one kind, in the order of the first of each."""
    groups: dict[Hashable, list[Symbol]] = {}
    for symbol in symbols:
        groups.setdefault(kind(symbol), []).append(symbol)
    return list(groups.values())
