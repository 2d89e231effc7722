"""What every part of a PyTorch module shares: names, printer, signatures, the fields of the cache.

The cache holds tensors first, in the order of the program, each None where no needed gradient
uses it; then plain numbers: the model's constants and the sizes that backward computes with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.code.expressions import Line, Printer
from derive.code.layout import WIDTH, bracketed, listed
from derive.code.names import Names, class_name
from derive.code.page import printable
from derive.code.precedence import literal
from derive.code.sizes import assigned, read_off
from derive.code.torch.cached import cached
from derive.code.torch.dialect import Torch
from derive.code.torch.needs import kept_serves
from derive.plan.nouns import Plan
from derive.program.program import Argument, Equation

_WORDS = (
    "torch math functional Tensor NamedTuple Cache Gradients forward backward value_and_grad "
    "predict tuple isinstance any zip super slice ValueError TypeError print"
)
MODULE = _WORDS.split()


class Target:
    """A plan on its way to a PyTorch module.

    arguments: all of them in order; arrays and constants: those of a kind.  asked: the arguments
    whose gradients are returned.  kept: the tensors of the cache; serves: the returned gradients
    that need each.  steps: the code of forward, by the name that it sets.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = plan.derivation.program
        program = self.program
        self.arguments = [a.symbol for a in program.arguments]
        self.arrays = [a.symbol for a in program.arguments if a.default is None]
        self.constants = [a for a in program.arguments if a.default is not None]
        self.floats = [s for s in self.arrays if s.is_float]
        self.outputs = program.outputs
        self.several = len(self.outputs) > 1 or program.returns_tuple
        self.is_number = not self.several and not self.outputs[0].rank
        self.asked = [s for s in self.arrays if s.name in plan.returned]
        self.cached = cached(plan)
        self.plans = [plan, self.cached.plan] if self.cached.plan else [plan]
        self.serves = kept_serves(self.plans)
        used = {k.symbol for p in self.plans for k in p.kept}
        symbols = [s for s in program.symbols.values() if s in used]
        self.kept = [s for s in symbols if s.role != "constant"]
        self.kept_numbers = [s for s in symbols if s.role == "constant"]
        self.model = program.name
        if self.model in MODULE:
            self.model = f"{self.model}_model"
        self.module_class = class_name(self.model, MODULE)
        self.function_class = f"{class_name(self.model)}Function"
        self.names = self.new_names()
        outer = self.names.outer
        self.dialect = Torch(outer("torch"), outer("math"), outer("functional"))
        self.printer = self.new_printer(self.names)
        self.sizes: list[str] = []
        self.steps: dict[str, str] = {}
        self.like = bool(self.is_number and not self._has_float_tensor())

    def new_names(self) -> Names:
        """Return the names of a function; functions share nothing but the module's."""
        module = [*MODULE, self.model, self.module_class, self.function_class]
        shared = [name for plan in self.plans for name in plan.shared]
        return Names([*self.program.symbols, *shared], self.program.dimensions, module)

    def new_printer(self, names: Names) -> Printer:
        """Return a printer for a function with these names."""
        return Printer(self.dialect, names, self.plan.sizes)

    def _has_float_tensor(self) -> bool:
        return any(s.is_float for s in self.kept)

    # -- signatures ------------------------------------------------------------------------------

    def parameters(self) -> list[str]:
        """Return the parameters as the model has them."""
        data = [s.name for s in self.arrays if s.role == "data"]
        named = [s.name for s in self.arrays if s.role != "data"]
        named += [f"{c.name}={default(c)}" for c in self.constants]
        return [*data, *(["*", *named] if named else [])]

    def passed(self) -> list[str]:
        """Return the arguments of a call with the names of the parameters."""
        data = [s.name for s in self.arrays if s.role == "data"]
        named = [s.name for s in self.arrays if s.role != "data"]
        named += [c.name for c in self.constants]
        return [*data, *(f"{name}={name}" for name in named)]

    def checked(self) -> list[str]:
        """Return what `_check_shapes` takes: the arrays, and constants whose value is fixed."""
        return [a.name for a in self.program.arguments if a.default is None or a.fixed]

    def opening(self, sizes: Iterable[str]) -> list[str]:
        """Return the shape check, and the lines that name these sizes."""
        lines = bracketed(4, "_check_shapes(", self.checked(), ")")
        return [*lines, *self.size_lines(4, self.ordered(sizes))]

    def statement(self, equation: Equation) -> str:
        """Return what comments say of an equation: the user's statement, or the code of its step.

        A statement that became several numbered steps tells more than any one of them.
        """
        numbers = {e.number for e in self.program.equations if e.place == equation.place}
        code = self.steps.get(equation.symbol.name, "")
        if equation.split and len(numbers) > 1 and code:
            return code
        return printable(equation.text) or code

    def described(self, symbols: Sequence[Symbol]) -> str:
        """Return `x (n, d), b () and eps`: a plain number and a scalar value need no shape."""
        shape = self.printer.shape
        plain = [s.role == "constant" or (s.role == "value" and not s.rank) for s in symbols]
        named = zip(symbols, plain, strict=True)
        return listed([s.name if number else f"{s.name} {shape(s.shape)}" for s, number in named])

    # -- sizes and the cache ---------------------------------------------------------------------

    def ordered(self, sizes: Iterable[str]) -> list[str]:
        """Return dimension names in the order of the model."""
        wanted = set(sizes)
        return [name for name in self.program.dimensions if name in wanted]

    def size_lines(self, indent: int, wanted: Sequence[str]) -> list[str]:
        """Return the lines that read sizes off the arguments."""
        if not wanted:
            return []
        targets = [self.names.dimension[name] for name in wanted]
        return assigned(indent, targets, self.size_values(wanted))

    def size_values(self, wanted: Sequence[str]) -> list[str]:
        """Return the sizes as expressions in the arguments."""
        return [source.text(source.symbol.name) for source in read_off(wanted, self.arrays)]

    def cache_names(self, names: Names) -> list[str]:
        """Return the fields of the cache, in order."""
        fields = [s.name for s in self.kept] + ([names.local("like")] if self.like else [])
        return fields + self.number_names(names)

    def number_names(self, names: Names) -> list[str]:
        """Return the fields that are numbers."""
        return [s.name for s in self.kept_numbers] + [names.dimension[n] for n in self.sizes]


def printed(printer: Printer, symbol: Symbol, expr: Node, room: int = WIDTH - 4) -> list[Line]:
    """Return the statements that set the symbol to the expression, always to a tensor of its own.

    A plain number is put into one; a name that stands for another value copies it, since no
    output of a Function may be one of its inputs.
    """
    assert isinstance(printer.dialect, Torch)
    lines = printer.lines(symbol, expr, room=room)
    last = lines[-1]
    if isinstance(expr, Symbol) and symbol.role == "value":
        lines[-1] = last._replace(text=f"{last.text}.clone()")
    elif not expr.rank and not symbols_of(expr):
        lines[-1] = last._replace(text=f"{printer.dialect.like}.new_full((), {last.text})")
    return lines


def default(argument: Argument) -> str:
    """Return the default of a constant as code."""
    value = argument.default
    assert isinstance(value, Fraction)
    code = literal(value)
    return code.text if " / " not in code.text else repr(float(value))


def words_of(code: str) -> set[str]:
    """Return the names in a piece of code, attributes left out."""
    return set(re.findall(r"(?<![\w.])[^\W\d]\w*", code))


def grouped(indent: int, head: str, items: Sequence[str]) -> list[str]:
    """Return `head` + a tuple, on one line or with an item on each."""
    pad = " " * indent
    plain = f"{pad}{head}({', '.join(items)}{',' if len(items) == 1 else ''})"
    if len(plain) <= WIDTH:
        return [plain]
    return [f"{pad}{head}(", *(f"{pad}    {item}," for item in items), f"{pad})"]
