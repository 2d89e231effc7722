"""The memory that a generated module takes: its functions' peaks, and what the cache holds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from derive.algebra.build import cotangent
from derive.algebra.nodes import Symbol
from derive.code.footprint.interpreter import Interpreter
from derive.code.footprint.memory import Memory, buffers
from derive.code.footprint.values import TRUTH, WHOLE, Array, Buffer, Dtype, Number, Value, in_order
from derive.dims import Dim, dim
from derive.program.program import Program


@dataclass(frozen=True)
class Footprint:
    """The largest number of bytes alive at once, the caller's arrays left out.

    line: of the module's text, the statement that needs them.
    """

    peak: Dim
    line: int


class Measure:
    """Measures the functions of one module.

    sizes: of every dimension; exact: see `Memory`.  item: bytes of a float.
    """

    def __init__(
        self, text: str, program: Program, item: int, sizes: Mapping[str, int], exact: bool
    ) -> None:
        self.module = ast.parse(text)
        self.program = program
        self.item = item
        self.sizes = sizes
        self.exact = exact

    def peak(self, function: str) -> Footprint:
        """Return the peak of a function of the model's arguments."""
        run = self._run()
        run.call(function, self._arguments(run, function))
        return _footprint(run.memory)

    def apart(self) -> Footprint:
        """Return the peak of forward and then backward, while the caller holds the cache."""
        run = self._run()
        output, cache = run.call("forward", self._arguments(run, "forward"))
        parameters = [a.arg for a in run.functions["backward"].args.args]
        held = run.memory.hold((output, cache))
        run.call("backward", dict(zip(parameters, (cache, self._upstream()), strict=True)))
        run.memory.drop(held)
        return _footprint(run.memory)

    def cache(self) -> Dim:
        """Return the bytes of new memory that a cache keeps alive."""
        run = self._run()
        _, cache = run.call("forward", self._arguments(run, "forward"))
        return _held(cache)

    def kept(self, function: str) -> Dim:
        """Return the bytes of new memory that a function's result keeps alive."""
        run = self._run()
        return _held(run.call(function, self._arguments(run, function)))

    def _run(self) -> Interpreter:
        return Interpreter(self.module, Memory(self.sizes, self.exact))

    def _arguments(self, run: Interpreter, function: str) -> dict[str, Value]:
        """Return the model's arguments by the names that the module gives them."""
        args = run.functions[function].args
        constants = {a.name: Number() for a in self.program.arguments if a.default is not None}
        names = [a.arg for a in [*args.args, *args.kwonlyargs] if a.arg not in constants]
        arrays = [self._given(a.symbol) for a in self.program.arguments if a.default is None]
        return dict(zip(names, arrays, strict=True)) | constants

    def _given(self, symbol: Symbol) -> Array:
        dtype = Dtype("f", self.item)
        if not symbol.is_float:
            dtype = TRUTH if symbol.kind == "bool" else WHOLE
        return Array(symbol.shape, dtype, Buffer(dim(0), given=True), in_order(symbol.shape))

    def _upstream(self) -> Value:
        given = tuple(self._given(cotangent(symbol)) for symbol in self.program.outputs)
        several = len(given) > 1 or self.program.returns_tuple
        return given if several else given[0]


def _held(value: Value) -> Dim:
    """Return the bytes of the memory that a value shows, each piece once."""
    found = {id(buffer): buffer for buffer in buffers(value) if not buffer.given}
    return sum((buffer.size for buffer in found.values()), dim(0))


def _footprint(memory: Memory) -> Footprint:
    place = memory.most_place
    return Footprint(memory.peak(), place.lineno if isinstance(place, ast.stmt) else 0)
