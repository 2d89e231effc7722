"""What the modules of all targets share: names, signatures, sizes, and data for their templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.algebra.nodes import Symbol, symbols_of
from derive.code.dialect import Dialect
from derive.code.expressions import Line, Printer
from derive.code.layout import WIDTH, commented, listed, prose, statement
from derive.code.names import Names
from derive.code.page import origin, printable
from derive.code.precedence import decimal
from derive.code.sizes import Check, ShapeChecks, assigned, read_off
from derive.derivation.projection import structured
from derive.derivation.ranks import tall_bounds
from derive.plan.nouns import Block, Plan
from derive.program.program import Argument, Equation

_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


Steps = Sequence[tuple[Equation, list[Line]]]
"""Equations of forward, each with its lines."""


@dataclass(frozen=True)
class Field:
    """A field of a class, and what its comment tells.

    kind: "array", "number", "size", or what a target calls the only one of its kind.
    """

    name: str
    kind: str
    told: str = ""


@dataclass(frozen=True)
class Body:
    """A function's opening and its body.

    sizes: the lines that name sizes; dtype: the line that names the dtype, "" for none.
    brief: whether what is returned and from what fit one line of its docstring.
    """

    sizes: Sequence[str]
    body: str
    dtype: str = ""
    brief: bool = True


@dataclass(frozen=True)
class Forward(Body):
    """kept: what goes into the cache; long: whether that needs a line of its own."""

    kept: Sequence[str] = ()
    long: bool = False


@dataclass(frozen=True)
class Outputs:
    """What a model returns, as code returns it.

    names: after `return`; one: as one value among others; told: with shapes, in words.
    """

    names: str
    one: str
    told: str


class Module:
    """A plan on its way to a module: its names and its printer, and what is read off the plan.

    arguments: the arrays; constants: the rest.  several: whether a tuple is returned; is_number:
    whether one number is.  words: the names of the module that its functions reach.
    """

    template = ""
    words: Sequence[str] = ()
    names: Names
    dialect: Dialect
    printer: Printer

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = program = plan.derivation.program
        self.dimensions = program.dimensions
        self.symbols = program.symbols
        self.arguments = [a.symbol for a in program.arguments]
        self.arrays = [a.symbol for a in program.arguments if a.default is None]
        self.constants = [a for a in program.arguments if a.default is not None]
        self.floats = [s for s in self.arrays if s.is_float]
        self.outputs = program.outputs
        self.several = len(self.outputs) > 1 or program.returns_tuple
        self.is_number = not self.several and not self.outputs[0].rank
        self.statements: dict[str, str] = {}

    def new_names(self) -> Names:
        """Return the names of another function's scope: alike, with none of our locals taken."""
        shared = [name for plan in self.plans() for name in plan.shared]
        return Names([*self.symbols, *shared], self.dimensions, self.words)

    def plans(self) -> Sequence[Plan]:
        """Return the plans that the module's functions are made from."""
        return [self.plan]

    # -- signatures and words --------------------------------------------------------------------

    def data(self) -> list[str]:
        """Return the arguments before the bare star."""
        return [s.name for s in self.arrays if s.role == "data"]

    def owned(self) -> list[Symbol]:
        """Return the arrays after it."""
        return [s for s in self.arrays if s.role != "data"]

    def defaults(self) -> list[str]:
        """Return the constants as a signature has them."""
        return [f"{c.name}={default_of(c)}" for c in self.constants]

    def parameters(self) -> list[str]:
        """Return the parameters as the model has them."""
        named = [*(s.name for s in self.owned()), *self.defaults()]
        return [*self.data(), *(["*", *named] if named else [])]

    def passed(self) -> list[str]:
        """Return the arguments of a call with the names of the parameters."""
        named = [*(s.name for s in self.owned()), *(c.name for c in self.constants)]
        return [*self.data(), *(f"{name}={name}" for name in named)]

    def told(self, symbols: Iterable[Symbol]) -> str:
        """Return `x (n, d), b and eps`: a number needs no shape."""
        return listed(
            [f"{s.name} {self.printer.shape(s.shape)}" if s.rank else s.name for s in symbols]
        )

    def outputs_told(self) -> Outputs:
        """Return the outputs as they are returned."""
        names = [symbol.name for symbol in self.outputs]
        alone = ", ".join(names)
        one = f"({alone}{',' * (len(names) == 1)})" if self.several else alone
        return Outputs(one if len(names) == 1 else alone, one, self.told(self.outputs))

    def frame(self) -> dict[str, Any]:
        """Return what the templates of all targets are given."""
        program = self.program
        return {
            "own": self.names,
            "model": program.name,
            "about": f"{prose(printable(program.title)).rstrip('.')}." if program.title else "",
            "formula": self._formula(),
            "origin": origin(program, self.template),
            "structured": structure_words(self.plan),
            "parameters": self.parameters(),
            "passed": self.passed(),
            "outputs": self.outputs_told(),
            "several": self.several,
            "is_number": self.is_number,
            "checked": [a.name for a in program.arguments if a.default is None or a.fixed],
        }

    def _formula(self) -> str:
        """Return the statement of a model that is one equation."""
        equations = self.program.equations
        text = printable(equations[0].text) if len(equations) == 1 else ""
        return prose(text).removesuffix(".")

    # -- sizes -----------------------------------------------------------------------------------

    def ordered(self, sizes: Iterable[str]) -> list[str]:
        """Return dimension names in the order of the model."""
        wanted = set(sizes)
        return [name for name in self.dimensions if name in wanted]

    def size_lines(
        self, wanted: Sequence[str], names: Names, shown: Sequence[Symbol] = ()
    ) -> list[str]:
        """Return the lines that read sizes off arrays, by default off the arguments."""
        if not wanted:
            return []
        read = read_off(wanted, shown or self.arrays)
        targets = [names.dimension[name] for name in wanted]
        return assigned(targets, [source.text(source.symbol.name) for source in read])

    def opening(self, sizes: Iterable[str], dtype: bool, names: Names) -> dict[str, Any]:
        """Return the lines that name the sizes, and the dtype, that a function needs."""
        return {"sizes": self.size_lines(self.ordered(sizes), names)}

    def checks(self) -> list[Check]:
        """Return the body of `_check_shapes`."""
        error = self.names.outer("ValueError")
        checks = ShapeChecks(self.names, self.scalar_shape, self.array_shape)
        found = checks.made(self.arrays, tall_bounds(self.program))
        for symbol in self.arrays:
            if not symbol.is_float:
                found.append(self.kind_check(symbol, self.names.outer("TypeError")))
        for argument in self.constants:
            if argument.fixed:
                name, value = argument.name, default_of(argument)
                message = f"{name} is {{{name}}}, this code is for {value}"
                found.append(Check((f"{name} != {value}",), error, message))
        return found

    def scalar_shape(self, name: str) -> str:
        """Return how the shape of an argument that is a number is asked for."""
        raise NotImplementedError

    def array_shape(self, name: str) -> str:
        """Return how the shape of an array is told."""
        raise NotImplementedError

    def kind_check(self, symbol: Symbol, error: str) -> Check:
        """Return the check that an argument holds integers, or truth values."""
        raise NotImplementedError

    # -- statements ------------------------------------------------------------------------------

    def heading(self, equation: Equation) -> str:
        """Return what stands above an equation's block."""
        return self.statements.get(equation.symbol.name) or printable(equation.text)

    def tell(self, steps: Steps) -> None:
        """Note what stands above each block: the user's statement, or the step of it.

        A statement that became several numbered steps is told step by step, as forward has them.
        """
        numbers: dict[tuple, set[int]] = {}
        for equation in self.program.equations:
            numbers.setdefault((equation.place, equation.text), set()).add(equation.number)
        for equation, lines in steps:
            several = equation.split and len(numbers[equation.place, equation.text]) > 1
            step = f"{lines[-1].target} = {lines[-1].text}"
            self.statements[equation.symbol.name] = (
                step if several else printable(equation.text) or step
            )

    def caching_forward(
        self, steps: Steps, kept: Sequence[str], sizes: Iterable[str], dtype: bool = False
    ) -> Forward:
        """Return the function that returns the outputs and the cache of what is kept."""
        body = [
            text
            for equation, lines in steps
            for text in written(lines, number=f"({equation.number}): ")
        ]
        outputs = self.outputs_told()
        told = f"Return {outputs.told} and the cache, from {self.told(self.arguments)}."
        line = f"    return {outputs.one}, {self.names.outer('Cache')}({', '.join(kept)})"
        return Forward(
            body="\n".join(body),
            **self.opening(sizes, dtype, self.names),
            brief=len(told) + 10 <= WIDTH,
            kept=kept,
            long=len(line) > WIDTH,
        )

    def live(self, wanted: Iterable[Symbol]) -> list[Block]:
        """Return the forward blocks that the wanted values are made from."""
        needed, found = set(wanted), []
        for block in reversed(self.plan.forward):
            if block.equation.symbol in needed:
                found.append(block)
                needed.update(symbols_of(block.equation.expr))
        return found[::-1]


def structure_words(plan: Plan) -> str:
    """Return what is said of which gradient of a symmetric argument is meant."""
    symbols = structured(plan.derivation)
    if not symbols:
        return ""
    turned = "g.T" if all(symbol.rank == 2 for symbol in symbols) else "g.swapaxes(-1, -2)"
    return (
        f"That of the symmetric {listed([symbol.name for symbol in symbols])} is the free one: it "
        "takes all entries as independent, as autograd does.  Along symmetric matrices it is "
        f"(g + {turned}) / 2, and a step along that stays symmetric."
    )


def default_of(argument: Argument) -> str:
    """Return the default of a constant as code."""
    value = argument.default
    assert isinstance(value, Fraction)
    return str(value) if value.denominator == 1 else decimal(value)


def written(lines: Iterable[Line], indent: int = 4, number: str = "") -> list[str]:
    """Return the lines of statements; number: of the equation, before the last one's comment."""
    *parts, last = lines
    found = [text for line in parts for text in statement(indent, *line)]
    return [*found, *statement(indent, last.target, last.text, number + last.comment)]


def words_of(code: str) -> set[str]:
    """Return the names in a piece of code, attributes left out."""
    return set(_WORD.findall(code))


def headed(number: int, text: str) -> list[str]:
    """Return what stands above a block of backward."""
    return ["", *commented(4, f"({number}) {text}".rstrip())]


def few(room: int, uses: Sequence[str], words: str) -> str:
    """Return `words` and the uses, of which the last are counted where they have no room."""
    for count in range(len(uses), 0, -1):
        more = f" and {len(uses) - count} more" if count < len(uses) else ""
        text = f"{words} {', '.join(uses[:count])}{more}"
        if len(text) <= room:
            return text
    return ""


def unkept_words(names: Sequence[str]) -> str:
    """Return which values are in no gradient, "" where they are none or many."""
    if not 0 < len(names) <= 8:
        return ""
    return f"{listed(list(names))} {'is' if len(names) == 1 else 'are'}"
