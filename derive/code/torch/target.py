"""What every part of a PyTorch module shares: names, printer, the fields of the cache.

The cache holds tensors first, in the order of the program, each None where no needed gradient
uses it; then plain numbers: the model's constants and the sizes that backward computes with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.algebra.nodes import Node, Symbol, symbols_of
from derive.code.expressions import Line, Printer
from derive.code.layout import WIDTH, listed
from derive.code.module import Module
from derive.code.names import Names, class_name
from derive.code.sizes import Check, read_off
from derive.code.torch.cached import cached
from derive.code.torch.dialect import Torch
from derive.code.torch.needs import kept_serves
from derive.plan.nouns import Plan

_WORDS = (
    *("torch", "math", "functional", "Tensor", "NamedTuple", "Cache", "Gradients", "forward"),
    *("backward", "value_and_grad", "predict", "tuple", "isinstance", "any", "zip", "super"),
    *("slice", "ValueError", "TypeError", "print"),
)


class Target(Module):
    """A plan on its way to a PyTorch module.

    asked: the arguments whose gradients are returned.  kept: the tensors of the cache; serves:
    the returned gradients that need each; kept_numbers, sizes: its plain numbers, which come last.
    like: whether the cache has an empty tensor of the output's dtype, having no other float.
    """

    template = "torch.py.jinja"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.asked = [s for s in self.arrays if s.name in plan.returned]
        self.cached = cached(plan)
        self.serves = kept_serves(self.plans())
        used = {k.symbol for p in self.plans() for k in p.kept}
        symbols = [s for s in self.symbols.values() if s in used]
        self.kept = [s for s in symbols if s.role != "constant"]
        self.kept_numbers = [s for s in symbols if s.role == "constant"]
        name = self.program.name
        self.name = f"{name}_model" if name in _WORDS else name
        self.module_class = class_name(self.name, _WORDS)
        self.function_class = f"{class_name(self.name)}Function"
        self.words = (*_WORDS, self.name, self.module_class, self.function_class)
        self.names = self.new_names()
        outer = self.names.outer
        self.dialect: Torch = Torch(outer("torch"), outer("math"), outer("functional"))
        self.printer = self.new_printer(self.names)
        self.sizes: list[str] = []
        self.like = self.is_number and not any(s.is_float for s in self.kept)

    def plans(self) -> Sequence[Plan]:
        """Return the plans that the module's functions are made from."""
        return [self.plan, self.cached.plan] if self.cached.plan else [self.plan]

    def new_names(self) -> Names:
        """Return the names of another function's scope, whose aliases are the module's."""
        names = super().new_names()
        if hasattr(self, "names"):
            names.aliased = self.names.aliased
        return names

    def new_printer(self, names: Names) -> Printer:
        """Return a printer for a function with these names."""
        return Printer(self.dialect, names, self.plan.sizes)

    # -- words and shapes ------------------------------------------------------------------------

    def told(self, symbols: Iterable[Symbol]) -> str:
        """Return `x (n, d), b () and eps`: a plain number and a scalar value need no shape."""
        shape = self.printer.shape
        return listed(
            [
                s.name
                if s.role == "constant" or (s.role == "value" and not s.rank)
                else f"{s.name} {shape(s.shape)}"
                for s in symbols
            ]
        )

    def scalar_shape(self, name: str) -> str:
        """Return how the shape of an argument that is a number is asked for."""
        return f"{name}.shape"

    def array_shape(self, name: str) -> str:
        """Return how the shape of an array is told."""
        return f"{self.names.outer('tuple')}({name}.shape)"

    def kind_check(self, symbol: Symbol, error: str) -> Check:
        """Return the check that an argument holds integers, or truth values."""
        torch, name = self.dialect.torch, symbol.name
        message = f"{name} has dtype {{{name}.dtype}}, needs "
        if symbol.kind == "bool":
            return Check((f"{name}.dtype != {torch}.bool",), error, f"{message}truth values")
        tests = (f"{name}.is_floating_point()", f"{name}.dtype == {torch}.bool")
        return Check(tests, error, f"{message}integers")

    # -- the cache -------------------------------------------------------------------------------

    def cache_names(self, names: Names) -> list[str]:
        """Return the fields of the cache, in order."""
        fields = [s.name for s in self.kept] + ([names.local("like")] if self.like else [])
        return fields + self.number_names(names)

    def first_kept(self) -> str:
        """Return the first field of the cache that is a tensor of floats, "" where none is."""
        return next((s.name for s in self.kept if s.is_float), "")

    def number_names(self, names: Names) -> list[str]:
        """Return the fields that are numbers."""
        return [s.name for s in self.kept_numbers] + [names.dimension[n] for n in self.sizes]

    def size_values(self) -> list[str]:
        """Return the sizes in the cache as expressions in the arguments."""
        return [source.text(source.symbol.name) for source in read_off(self.sizes, self.arrays)]


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
