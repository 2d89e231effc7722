"""What every function of a generated NumPy module shares: names, sizes, parameters, the cache."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.nodes import Symbol, symbols_of
from derive.code.expressions import Line, Printer, again
from derive.code.layout import WIDTH, bracketed, listed, statement
from derive.code.lines import default_of, whole_shape
from derive.code.names import Names
from derive.code.numpy.dialect import NumPy
from derive.code.page import printable
from derive.code.sizes import assigned, read_off, sources
from derive.dims import size_of
from derive.plan.lifetimes import Moment
from derive.plan.nouns import Block, Plan
from derive.program.program import Equation

MODULE = (
    "np math special linalg NamedTuple Cache Gradients forward backward predict value_and_grad "
    "ValueError TypeError"
)


class Base:
    """The names and the printer of one module, and what is read off its plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = plan.derivation.program
        program = self.program
        self.dimensions = program.dimensions
        self.symbols = program.symbols
        self.names = self.new_names()
        outer = self.names.outer
        self.dialect = NumPy(outer("np"), outer("math"), outer("special"), outer("linalg"))
        self.dialect.dtype = self.names.local("dtype")
        self.printer = Printer(self.dialect, self.names, plan.sizes)
        self.arguments = [a for a in program.arguments if a.default is None]
        self.constants = [a for a in program.arguments if a.default is not None]
        self.outputs = program.outputs
        self.tuple = len(self.outputs) > 1 or program.returns_tuple
        self.statements: dict[int, str] = {}
        self.live: list[Block] = []
        self.cached_sizes: list[str] = []
        self.cached_dtype = False
        self.moments: dict[str, list[Moment]] = {}

    def new_names(self) -> Names:
        """Return the names of another function's scope: alike, with none of our locals taken."""
        names = Names([*self.symbols, *self.plan.shared], self.dimensions, MODULE.split())
        names.local("dtype")
        return names

    def _lines(self, block: Block, *, backward: bool = False) -> list[Line]:
        """Return the statements of a block; in backward, a gradient has memory of its own."""
        found: list[Line] = []
        for assign in block.assigns:
            own = backward and assign.returned
            lines = self.printer.lines(assign.symbol, assign.expr, own=own, room=WIDTH - 4)
            made = self.plan.made.get(assign.symbol) if backward else None
            found += again(lines, made.number) if made else lines
        return found

    def heading(self, equation: Equation) -> str:
        """Return what stands above an equation's block."""
        return self.statements.get(id(equation)) or printable(equation.text)

    def _live(self, wanted: Sequence[Symbol]) -> list[Block]:
        """Return the forward blocks that the wanted values are made from."""
        needed, found = set(wanted), []
        for block in reversed(self.plan.forward):
            if block.equation.symbol in needed:
                found.append(block)
                needed.update(symbols_of(block.equation.expr))
        return found[::-1]

    def _taken(self) -> tuple[list[str], bool]:
        """Return the sizes and whether the dtype were used since the last call."""
        used = [name for name in self.dimensions if name in self.printer.sizes_used]
        dtype = self.dialect.uses_dtype
        self.printer.sizes_used, self.dialect.uses_dtype = {}, False
        return used, dtype

    def _need(self, sizes: list[str], dtype: bool) -> None:
        """Note which sizes no kept array shows, so that the cache has to hold them."""
        shown = sources(self._kept_whole())
        self.cached_sizes = [name for name in sizes if name not in shown]
        self.cached_dtype = dtype

    def _kept_whole(self) -> list[Symbol]:
        """Return the arrays of the cache that show their shape: bits in bytes do not."""
        return [kept.symbol for kept in self.plan.kept if not kept.is_mask]

    def _parameters(self) -> list[str]:
        data = [a.name for a in self.arguments if a.symbol.role == "data"]
        named = [a.name for a in self.arguments if a.symbol.role != "data"]
        named += [f"{a.name}={default_of(a)}" for a in self.constants]
        return [*data, *(["*", *named] if named else [])]

    def _described(self, symbols: Sequence[Symbol]) -> str:
        return listed(
            [f"{s.name} {self.printer.shape(s.shape)}" if s.rank else s.name for s in symbols]
        )

    def _output_words(self) -> str:
        return self._described(self.outputs)

    def _opening(self, sizes: list[str], dtype: bool) -> list[str]:
        """Return the shape check, and the sizes and the dtype that are needed."""
        names = [a.name for a in self.program.arguments if a.default is None or a.fixed]
        lines = bracketed(4, "_check_shapes(", names, ")")
        lines += self._sizes(sizes, [a.symbol for a in self.arguments])
        if dtype:
            lines.append(f"    {self.dialect.dtype} = {self._dtype()}")
        return lines

    def _dtype(self) -> str:
        floats = [a.symbol for a in self.arguments if a.symbol.is_float]
        arrays = [symbol for symbol in floats if symbol.rank]
        if arrays:
            return f"{arrays[0].name}.dtype"
        np = self.dialect.np
        return f"{np}.result_type({floats[0].name})" if floats else f"{np}.dtype(float)"

    def _sizes(self, wanted: list[str], shown: Sequence[Symbol]) -> list[str]:
        if not wanted:
            return []
        read = read_off(wanted, shown)
        targets = [self.names.dimension[name] for name in wanted]
        if (whole := whole_shape(read)) is not None:
            return [f"    {', '.join(targets)}{',' * (len(targets) == 1)} = {whole}.shape"]
        return assigned(4, targets, [source.text(source.symbol.name) for source in read])

    def _cache_values(self) -> list[str]:
        values = [kept.symbol.name for kept in self.plan.kept]
        values += [self.names.dimension[name] for name in self.cached_sizes]
        return values + ([self.dialect.dtype] if self.cached_dtype else [])

    def _stored_values(self) -> list[str]:
        """Return what forward puts into the cache: of truth values, eight to a byte."""
        values = self._cache_values()
        for k, kept in enumerate(self.plan.kept):
            if kept.is_mask:
                values[k] = f"{self.dialect.np}.packbits({values[k]})"
        return values

    def _unpacked_masks(self) -> list[str]:
        """Return the lines of backward that take the truth values out of their bits."""
        lines: list[str] = []
        for kept in self.plan.kept:
            if kept.is_mask:
                name, shape = kept.symbol.name, kept.symbol.shape
                axes = ", ".join(self.printer.size(d).text for d in shape)
                count = self.printer.size(size_of(shape)).text
                bits = f"{self.dialect.np}.unpackbits({name}, count={count})"
                lines += statement(4, name, f"{bits}.reshape({axes or '()'}).view(bool)", "")
        return lines
