"""Functions for Jacobians, Hessians and products with Hessians, the same in both targets.

A target says how its functions open, how a statement is printed and how entries are laid on
diagonals; the classes that hold a Hessian's factors are in `derive.code.structures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.algebra.hessian.kinds import Part, adds_up_evenly
from derive.algebra.moves.matrices_that_move import Range
from derive.algebra.nodes import Contract, Node, Symbol
from derive.code.expressions import Line, Printer
from derive.code.layout import listed
from derive.code.module import Body, Module, written
from derive.code.moves import slice_of
from derive.code.names import Names
from derive.code.sizes import Check
from derive.code.structure_names import NAMES, TOTAL
from derive.code.structures import StructureClass, Structures
from derive.derivation.gradient import TIED
from derive.dims import Dim, code_shape
from derive.plan.nouns import Piece, Routine
from derive.program.extra import Extra


@dataclass(frozen=True)
class ExtraFunction(Body):
    """A function of its own for a Jacobian, a Hessian or a product with one.

    outputs, variable, shapes, direction: in words.  constant, free: sentences of a Hessian's
    docstring; structures: what it is told by.  checks: of the direction.  laid: the lines that
    lay entries out; returned: names.  made: the calls that put factors together, and the class
    of their sum; structure: the class of a Hessian that has none.
    """

    name: str = ""
    kind: str = ""
    own: Names | None = None
    parameters: Sequence[str] = ()
    outputs: str = ""
    variable: str = ""
    several: bool = False
    shapes: str = ""
    direction: str = ""
    constant: str = ""
    free: str = ""
    structures: str = ""
    checks: Sequence[Check] = ()
    laid: str = ""
    returned: str = ""
    made: Sequence[str] = ()
    sum: str = ""
    structure: str = ""


@dataclass(frozen=True)
class AllExtras:
    """The functions, and the classes that they use."""

    structures: Sequence[StructureClass]
    functions: Sequence[ExtraFunction]


class Extras:
    """The extra functions of one module; a target derives from it."""

    structures: Structures
    names: Names
    printer: Printer

    def __init__(self, module: Module, routines: Sequence[Routine]) -> None:
        self.module = module
        self.dialect = module.dialect
        self.routines = routines

    def enter(self, values: Sequence[str]) -> None:
        """Begin a function with these values: its names and its printer."""
        module = self.module
        words = [*module.words, *NAMES, TOTAL]
        self.names = Names(values, module.dimensions, words)
        self.names.aliased = module.names.aliased
        self.printer = Printer(self.dialect, self.names, module.plan.sizes)

    def opening(self, sizes: list[str]) -> dict[str, Any]:
        """Return the lines that name the sizes that are needed."""
        return self.module.opening(sizes, False, self.names)

    def printed(self, symbol: Symbol, expr: Node, own: bool) -> list[Line]:
        """Return the statements that set the symbol, to memory of its own if `own`."""
        raise NotImplementedError

    def spread_out(self, shape: Sequence[Dim], pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        """Return the name of the sum of entries laid on their diagonals, and its lines."""
        raise NotImplementedError

    def collected(self) -> AllExtras:
        """Return the data of all functions and classes."""
        functions = [self._function(routine) for routine in self.routines]
        return AllExtras(self.structures.classes(), functions)

    def _function(self, routine: Routine) -> ExtraFunction:
        extra, variable = routine.extra, routine.extra.variable
        self.enter([*extra.program.symbols, *(s.symbol.name for s in routine.statements)])
        parameters = self.module.parameters()
        if extra.direction is not None:
            parameters.insert(0, extra.direction.name)
        if extra.kind == "hessian":
            star = [] if "*" in parameters else ["*"]
            parameters += [*star, f"{self.names['dense']}=True"]
        body = self._body(routine)
        result = self._result(routine)
        checks = self._direction(extra.direction, variable)
        sizes = [n for n in extra.program.dimensions if n in self.printer.sizes_used]
        shapes = [code_shape((*s.shape, *variable.shape)) for s in extra.outputs]
        return ExtraFunction(
            **self.opening(sizes),
            body="\n".join(body),
            name=extra.name,
            kind=extra.kind,
            own=self.names,
            parameters=parameters,
            outputs=listed([_described(s) for s in extra.outputs]),
            variable=_described(variable),
            several=len(shapes) > 1,
            shapes=listed(shapes) if extra.kind == "jacobian" else code_shape(variable.shape * 2),
            direction=extra.direction.name if extra.direction else "",
            constant=f"It does not depend on {variable.name}. " if extra.constant else "",
            free=_free(variable),
            checks=checks,
            structures=self._kinds(routine) if extra.kind == "hessian" else "",
            **result,
        )

    def _body(self, routine: Routine) -> list[str]:
        own = {p.entries for pieces in routine.pieces for p in pieces if p.layout.is_plain}
        dense = [p for p in routine.parts if p.kind == "dense"]
        own |= {a for p in dense for a in p.arrays if isinstance(a, Symbol)}
        own |= {routine.result} if routine.result is not None else set()
        lines = []
        for made in routine.statements:
            printed = self.printed(made.symbol, made.expr, made.symbol in own)
            lines += written(printed, number=f"({made.number}): " if made.number else "")
        return lines

    def _result(self, routine: Routine) -> dict[str, Any]:
        if routine.extra.kind == "hessian":
            return self._hessian(routine)
        if routine.result is not None:
            return {"returned": self.names.of(routine.result)}
        lines: list[str] = []
        words = []
        variable = routine.extra.variable
        for output, pieces in zip(routine.extra.outputs, routine.pieces, strict=True):
            name, laid = self.spread_out((*output.shape, *variable.shape), pieces)
            words.append(name)
            lines += laid
        return {"laid": "\n".join(lines), "returned": ", ".join(words)}

    def _hessian(self, routine: Routine) -> dict[str, Any]:
        first, variable = routine.parts[0], routine.extra.variable
        if first.kind == "dense":
            word = self.names.of(first.arrays[0])  # type: ignore[arg-type]
            kind = self.names.outer(self.structures.of(first, variable))
            return {"returned": word, "structure": kind}
        made = [self._made(part, variable) for part in routine.parts]
        evenly = adds_up_evenly(routine.extra.parts)
        if len(made) == 1 and evenly:
            return {"made": made}
        return {"made": made, "sum": self.names.outer(self.structures.total(evenly=evenly))}

    def _made(self, part: Part, variable: Symbol) -> str:
        """Return the call that puts a part's factors together."""
        kind = self.names.outer(self.structures.of(part, variable))
        words = [self._value(array) for array in part.arrays]
        words += [
            self._slices(ranges, part.shape) for ranges in (part.rows, part.columns) if ranges
        ]
        if self.structures.needs_shape(part):
            words.append(self.names.shape(variable.shape))
            self.printer.sizes_used.update(dict.fromkeys(n for d in part.shape for n in d.names))
        return f"{kind}({', '.join(words)})"

    def _slices(self, ranges: Sequence[Range], shape: Sequence[Dim]) -> str:
        """Return ranges as a tuple of slices."""
        made = [slice_of(part, d, self.printer.size) for part, d in zip(ranges, shape, strict=True)]
        return f"({', '.join(made)}{',' if len(made) == 1 else ''})"

    def _value(self, array: Node) -> str:
        """Return an array by name, or a number: over sizes, which may be 0, as the library's."""
        text = self.printer.whole(array).text
        above, bar, below = text.rpartition(" / ")
        return self.quotient(above, below) if bar and isinstance(array, Contract) else text

    def quotient(self, above: str, below: str) -> str:
        """Return a number over a size, which may be 0, in the dtype of the arguments."""
        raise NotImplementedError

    def _direction(self, direction: Symbol | None, variable: Symbol) -> list[Check]:
        """Return the check of the direction's shape."""
        if direction is None or not direction.rank:
            return []
        name = direction.name
        shape = self.shape_of(name)
        needed = self.shape_of(variable.name)
        if variable.role == "value":
            for d in variable.shape:
                self.printer.size(d)
            needed = self.names.shape(variable.shape)
        message = f"{name} has shape {{{shape}}}, needs {{{needed}}} as {variable.name}"
        return [Check((f"{shape} != {needed}",), self.names.outer("ValueError"), message)]

    def shape_of(self, name: str) -> str:
        """Return the shape of an array as a tuple."""
        raise NotImplementedError

    def _kinds(self, routine: Routine) -> str:
        """Return what a Hessian is told by."""
        kinds = [self.structures.of(part, routine.extra.variable) for part in routine.parts]
        named = [_counted(kind, count) for kind, count in Counter(kinds).items()]
        if len(kinds) == 1:
            return f"its factors, {named[0]}"
        return f"its factors: the sum of {listed(named)}"


def dense_word(extra: Extra) -> str:
    """Return the keyword by which a Hessian's function gives its factors."""
    return Names(extra.program.symbols, extra.program.dimensions, ()).local("dense")


def _described(symbol: Symbol) -> str:
    return f"{symbol.name} {code_shape(symbol.shape)}" if symbol.rank else symbol.name


def _free(variable: Symbol) -> str:
    """Return what is said of an argument whose property ties its entries."""
    if variable.kind not in TIED:
        return ""
    return f"Entries of {variable.name} move freely, though it is {variable.kind}."


def _counted(kind: str, count: int) -> str:
    if count > 1:
        return f"{count} {kind}s"
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}"
