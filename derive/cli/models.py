"""From what the command line names to derived models; a faulty one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from derive.cli.console import artefact, report
from derive.cli.options import Request
from derive.errors import DeriveError
from derive.face import api, shipped
from derive.program.extra import NoSuchExtra, extra_of


@dataclass
class Loaded:
    """A derived model and where it came from; `trusted` if derive itself ships it."""

    derived: api.Derived
    origin: str
    trusted: bool


class Faults:
    """How many faults were told so far; the exit code follows from it."""

    def __init__(self) -> None:
        self.count = 0

    def tell(self, fault: DeriveError | OSError) -> None:
        report(fault)
        self.count += 1

    @property
    def exit_code(self) -> int:
        return 1 if self.count else 0


def load(request: Request, faults: Faults) -> Iterator[Loaded]:
    """Yield each model of `request`, derived; tell the fault of one that has a fault."""
    shipped_names = shipped.names()
    try:
        extras = [extra_of(text) for text in request.extras]
    except NoSuchExtra as fault:
        raise _usage(fault) from fault
    wanted: list[tuple[str, dict[str, str] | None]] = [
        (spec, None) for spec in dict.fromkeys(request.models)
    ]
    wanted += [(text, request.shapes) for text in request.expressions]
    for spec, shapes in wanted:
        try:
            found = api.load_models(
                spec,
                wrt=request.wrt,
                same=request.same,
                expression_shapes=shapes,
                name=request.name if shapes is not None else None,
                extras=extras,
            )
        except NoSuchExtra as fault:
            raise _usage(fault) from fault
        except (DeriveError, OSError) as fault:
            faults.tell(fault)
            continue
        trusted = shapes is None and spec in shipped_names
        for derived in found:
            program = derived.program
            origin = f"{program.path}:{program.line}" if program.path else f'-e "{spec}"'
            yield Loaded(derived, origin, trusted)


def _usage(fault: NoSuchExtra) -> click.UsageError:
    """Return what the command line says of --with that asks for what does not exist."""
    hint = f" {fault.hint[0].upper()}{fault.hint[1:]}." if fault.hint else ""
    return click.UsageError(f"--with: {fault.found}. {' '.join(fault.needed)}{hint}")


def print_each(request: Request, text: Callable[[Loaded], str]) -> int:
    """Print `text` of each model, an empty line between two; return the exit code."""
    faults = Faults()
    printed = False
    for loaded in load(request, faults):
        try:
            words = text(loaded)
        except DeriveError as fault:
            faults.tell(fault)
        else:
            artefact(("\n" if printed else "") + words)
            printed = True
    return faults.exit_code


def known_sizes(loaded: Loaded, sizes: dict[str, int]) -> dict[str, int]:
    """Return `sizes`; raise DeriveError where one is for a dimension that the model lacks."""
    known = loaded.derived.program.dimensions
    for name in sizes:
        if name not in known:
            raise DeriveError(
                f"{loaded.derived.program.name} has no dimension {name}",
                needed=(f"It has {', '.join(known)}." if known else "It has none.",),
                hint="give --size a dimension of the model",
            )
    return sizes
