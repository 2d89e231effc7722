"""Functions for Jacobians, Hessians and products with Hessians, the same in both targets.

A target says how its functions open, how a statement is printed and how entries are laid on
diagonals; the classes that hold a Hessian's factors are in `derive.code.structures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from derive.algebra.hessian.kinds import Part, adds_up_evenly
from derive.algebra.moves.matrices_that_move import Range
from derive.algebra.nodes import Contract, Node, Symbol
from derive.code.dialect import Dialect
from derive.code.expressions import Line, Printer
from derive.code.layout import bracketed, docstring, filled, listed, statement
from derive.code.moves import slice_of
from derive.code.names import Names
from derive.code.sizes import raised
from derive.code.structures import Structures
from derive.derivation.gradient import TIED
from derive.dims import Dim, code_shape
from derive.plan.nouns import Piece, Routine
from derive.program.extra import Extra


class Extras:
    """The extra functions of one module; a target derives from it."""

    dialect: Dialect
    names: Names
    printer: Printer
    structures: Structures

    def __init__(self, routines: Sequence[Routine]) -> None:
        self.routines = routines

    def enter(self, values: Sequence[str]) -> None:
        """Begin a function with these values: its names and its printer."""
        raise NotImplementedError

    def parameters(self) -> list[str]:
        """Return the parameters of the model."""
        raise NotImplementedError

    def opening(self, sizes: list[str]) -> list[str]:
        """Return the shape check, and the lines that name the sizes that are needed."""
        raise NotImplementedError

    def printed(self, symbol: Symbol, expr: Node, own: bool) -> list[Line]:
        """Return the statements that set the symbol, to memory of its own if `own`."""
        raise NotImplementedError

    def spread_out(self, shape: Sequence[Dim], pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        """Return the name of the sum of entries laid on their diagonals, and its lines."""
        raise NotImplementedError

    def lines(self) -> list[list[str]]:
        """Return each function, and before them the classes that they use."""
        functions = [self._function(routine) for routine in self.routines]
        return [*self.structures.classes(), *functions]

    def _function(self, routine: Routine) -> list[str]:
        extra = routine.extra
        made = [s.symbol.name for s in routine.statements]
        self.enter([*extra.program.symbols, *made])
        parameters = self.parameters()
        if extra.direction is not None:
            parameters.insert(0, extra.direction.name)
        if extra.kind == "hessian":
            star = [] if "*" in parameters else ["*"]
            parameters += [*star, f"{self.names.local('dense')}=True"]
        body = self._body(routine)
        result = self._result(routine)
        checked = self._direction(extra.direction, extra.variable)
        sizes = [n for n in extra.program.dimensions if n in self.printer.sizes_used]
        opening = [*self.opening(sizes), *checked]
        gap = [""] if body else []
        return [
            *bracketed(0, f"def {extra.name}(", parameters, "):"),
            *self._words(routine),
            *opening,
            *gap,
            *body,
            *[""] * bool(opening or body),
            *result,
        ]

    def _body(self, routine: Routine) -> list[str]:
        own = {p.entries for pieces in routine.pieces for p in pieces if p.layout.is_plain}
        dense = [p for p in routine.parts if p.kind == "dense"]
        own |= {a for p in dense for a in p.arrays if isinstance(a, Symbol)}
        own |= {routine.result} if routine.result is not None else set()
        lines = []
        for made in routine.statements:
            printed = self.printed(made.symbol, made.expr, made.symbol in own)
            for k, line in enumerate(printed):
                last = k == len(printed) - 1
                number = f"({made.number}): " if last and made.number else ""
                lines += statement(4, line.target, line.text, number + line.comment)
        return lines

    def _result(self, routine: Routine) -> list[str]:
        if routine.extra.kind == "hessian":
            return self._hessian(routine)
        if routine.result is not None:
            return [f"    return {self.names.of(routine.result)}"]
        lines: list[str] = []
        words = []
        variable = routine.extra.variable
        for output, pieces in zip(routine.extra.outputs, routine.pieces, strict=True):
            name, laid = self.spread_out((*output.shape, *variable.shape), pieces)
            words.append(name)
            lines += laid
        several = len(words) > 1
        return [*lines, f"    return {', '.join(words) if several else words[0]}"]

    def _hessian(self, routine: Routine) -> list[str]:
        dense = self.names.local("dense")
        if routine.parts[0].kind == "dense":
            return self._dense(routine, routine.parts[0], dense)
        made = [self._made(part, routine.extra.variable) for part in routine.parts]
        name = self.names.fresh("hessian")
        evenly = adds_up_evenly(routine.extra.parts)
        if len(made) == 1 and evenly:
            lines = statement(4, name, made[0], "")
        else:
            parts = self.names.fresh("parts")
            total = self.names.outer(self.structures.total(evenly=evenly))
            only = [f"{made[0]},"] if len(made) == 1 else made
            lines = bracketed(4, f"{parts} = (", only, ")", literal=True)
            lines.append(f"    {name} = {total}({parts})")
        return [*lines, f"    return {name}.dense() if {dense} else {name}"]

    def _dense(self, routine: Routine, part: Part, dense: str) -> list[str]:
        word = self.names.of(part.arrays[0])  # type: ignore[arg-type]
        kind = self.names.outer(self.structures.of(part, routine.extra.variable))
        return [f"    return {word} if {dense} else {kind}({word})"]

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

    def _direction(self, direction: Symbol | None, variable: Symbol) -> list[str]:
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
        return [
            f"    if {shape} != {needed}:",
            *raised(self.names.outer("ValueError"), message),
        ]

    def shape_of(self, name: str) -> str:
        """Return the shape of an array as a tuple."""
        return f"{name}.shape"

    def _words(self, routine: Routine) -> list[str]:
        extra = routine.extra
        variable = _described(extra.variable)
        if extra.kind == "jacobian":
            outputs = listed([_described(s) for s in extra.outputs])
            shapes = [code_shape((*s.shape, *extra.variable.shape)) for s in extra.outputs]
            several = "Jacobians" if len(shapes) > 1 else "Jacobian"
            first = f"Return the {several} of {outputs} in {variable}: {listed(shapes)}."
            return docstring(4, first)
        output = extra.outputs[0].name
        if extra.direction is not None:
            first = f"Return the Hessian of {output} in {variable} times {extra.direction.name}."
            rest = ["The Hessian itself is never formed.", *_free(extra.variable)]
            return docstring(4, first, rest)
        shape = code_shape(extra.variable.shape * 2)
        first = f"Return the Hessian of {output} in {variable}: {shape}."
        rest = [f"With {self.names.local('dense')}=False, {self._kinds(routine)}."]
        if extra.constant:
            rest.insert(0, f"It does not depend on {extra.variable.name}.")
        rest += _free(extra.variable)
        return docstring(4, first, [line.strip() for line in filled(4, " ".join(rest))])

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


def _free(variable: Symbol) -> list[str]:
    """Return what is said of an argument whose property ties its entries."""
    if variable.kind not in TIED:
        return []
    return [f"Entries of {variable.name} move freely, though it is {variable.kind}."]


def _counted(kind: str, count: int) -> str:
    if count > 1:
        return f"{count} {kind}s"
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}"
