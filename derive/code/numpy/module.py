"""A plan as a NumPy module: forward, backward and what belongs to them, written like by hand.

`emit_numpy(plan)` returns the text, which the template `numpy.py.jinja` writes.  Here stands what
that is given: names, shapes, and bodies already spelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from derive.algebra.build import is_zero
from derive.algebra.nodes import Symbol
from derive.code.expressions import Line, Printer, again
from derive.code.layout import WIDTH, statement
from derive.code.module import Body, Field, Module, few, headed, unkept_words, words_of
from derive.code.names import Names
from derive.code.numpy.check import difference_check
from derive.code.numpy.dialect import NumPy
from derive.code.numpy.extras import NumPyExtras, dtype_of
from derive.code.numpy.straight import StraightLine
from derive.code.numpy.training import training
from derive.code.page import helpers, render
from derive.code.precedence import Code
from derive.code.readable import readable, readable_extra
from derive.code.sizes import Check, read_off, sources, whole_shape
from derive.code.soft import targets
from derive.code.together import taken_together
from derive.dims import code_shape, size_of
from derive.plan.lifetimes import Moment
from derive.plan.nouns import Assign, Block, Plan
from derive.plan.once import plan_of_predict, plan_of_value_and_grad
from derive.plan.planner.routines import routine
from derive.program.extra import Extra
from derive.program.optimizers import Optimizer
from derive.program.program import Drawing

_SCIPY = ("linalg", "special")
_WORDS = (
    *("np", "math", *_SCIPY, "NamedTuple", "Cache", "Gradients", "forward", "backward"),
    *("predict", "value_and_grad", "ValueError", "TypeError"),
)


def emit_numpy(
    plan: Plan,
    optimizer: Optimizer | None = None,
    extras: Sequence[Extra] = (),
    drawing: Drawing | None = None,
) -> str:
    """Return the NumPy module of a plan, its checksum not yet filled in.

    optimizer: what the module trains with; without one it has no training part.
    extras: the Jacobians, Hessians and products with them that it has functions for.
    drawing: what its self-check draws otherwise than usual.
    """
    return taken_together(NumPyModule(readable(plan)).text(optimizer, extras, drawing))


@dataclass(frozen=True)
class NumPyBackward(Body):
    """What backward does, in order.

    told: what it is given, in words.  kept: the names of the cache's values; given: those of the
    gradients given.  unpacked: the lines that take truth values out of their bits; checks: of the
    gradients given; unreached: the statements for gradients that no output depends on.
    """

    told: str = ""
    kept: Sequence[str] = ()
    given: str = ""
    unpacked: Sequence[str] = ()
    checks: Sequence[Check] = ()
    unreached: str = ""
    returned: Sequence[str] = ()


@dataclass(frozen=True)
class Straight(Body):
    """A function that frees and reuses as it goes; returned: the gradients, where it makes any."""

    returned: Sequence[str] = ()
    moments: Sequence[Moment] = ()


class NumPyModule(Module):
    """The data of the whole module."""

    template = "numpy.py.jinja"
    words = _WORDS

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.names = self.new_names()
        outer = self.names.outer
        self.dialect: NumPy = NumPy(outer("np"), outer("math"), outer("special"), outer("linalg"))
        self.dialect.dtype = self.names.local("dtype")
        self.printer = Printer(self.dialect, self.names, plan.sizes)
        self.cached_sizes: list[str] = []
        self.cached_dtype = False
        self.value_and_grad: Straight | None = None

    def text(
        self,
        optimizer: Optimizer | None = None,
        extras: Sequence[Extra] = (),
        drawing: Drawing | None = None,
    ) -> str:
        """Return the text, its checksum not yet filled in."""
        live = self.live([*self.outputs, *(kept.symbol for kept in self.plan.kept)])
        steps = [(block.equation, self._lines(block)) for block in live]
        forward_sizes, forward_dtype = self._taken()
        self.tell(steps)
        backward = self._backward()
        sizes, dtype = [*forward_sizes, *self.cached_sizes], forward_dtype or self.cached_dtype
        forward = self.caching_forward(steps, self._stored_values(), sizes, dtype)
        checks = self.checks()
        once = StraightLine(self, plan_of_predict(self.plan))
        predict = self._straight(once)
        if self.is_number:
            line = StraightLine(self, plan_of_value_and_grad(self.plan))
            self.value_and_grad = self._straight(line)
        train = training(self, optimizer) if optimizer else None
        made = [routine(readable_extra(extra)) for extra in extras]
        functions = NumPyExtras(self, made).collected()
        found, math = helpers("numpy/helpers.py", self.dialect.used)
        return render(
            self.template,
            **self.frame(),
            given=self.told(self.arguments),
            scipy=[name for name in _SCIPY if name in self.dialect.imports],
            imports={"math": math or "math" in self.dialect.imports},
            cache=self._cache_fields(),
            unkept=unkept_words([symbol.name for symbol in self.plan.unkept]),
            gradients=[self._field(symbol) for symbol in self._returned()],
            forward=forward,
            backward=backward,
            value_and_grad=self.value_and_grad,
            predict=predict,
            training=train,
            extras=functions,
            array="np.ndarray",
            permute="transpose",
            checks=checks,
            check=difference_check(self.plan, extras, drawing or {}),
            helpers=found,
            aliases=self._aliases,
        )

    def moment_at(self, text: str, number: int) -> Moment:
        """Return the moment of value_and_grad that a line of the text, from 1 on, belongs to."""
        made = self.value_and_grad
        assert made is not None
        start = text.index(made.body, text.index("\ndef value_and_grad("))
        place = number - 1 - text.count("\n", 0, start)
        return made.moments[max(0, place)]

    def _aliases(self) -> list[str]:
        unused = {"math", *_SCIPY}.difference(self.dialect.imports)
        return [word for word in self.names.aliased if word not in unused]

    # -- statements and sizes --------------------------------------------------------------------

    def _lines(self, block: Block, *, backward: bool = False) -> list[Line]:
        """Return the statements of a block; in backward, a gradient has memory of its own."""
        found: list[Line] = []
        for assign in block.assigns:
            own = backward and assign.returned
            lines = self.printer.lines(assign.symbol, assign.expr, own=own, room=WIDTH - 4)
            made = self.plan.made.get(assign.symbol) if backward else None
            found += again(lines, made.number) if made else lines
        return found

    def _taken(self) -> tuple[list[str], bool]:
        """Return the sizes and whether the dtype were used since the last call."""
        used = self.ordered(self.printer.sizes_used)
        dtype = self.dialect.uses_dtype
        self.printer.sizes_used, self.dialect.uses_dtype = {}, False
        return used, dtype

    def size_lines(
        self, wanted: Sequence[str], names: Names, shown: Sequence[Symbol] = ()
    ) -> list[str]:
        """Return the lines that read sizes off arrays, off a whole shape where that is theirs."""
        read = read_off(wanted, shown or self.arrays)
        array = whole_shape(read) if read else None
        if array is None:
            return super().size_lines(wanted, names, shown)
        targets = [names.dimension[name] for name in wanted]
        return [f"{', '.join(targets)}{',' * (len(targets) == 1)} = {array}.shape"]

    def opening(self, sizes: Iterable[str], dtype: bool, names: Names) -> dict[str, Any]:
        """Return the lines that name the sizes, and the dtype, that a function needs."""
        line = f"{self.dialect.dtype} = {dtype_of(self.floats, self.dialect.np)}" if dtype else ""
        return {**super().opening(sizes, dtype, names), "dtype": line}

    def scalar_shape(self, name: str) -> str:
        """Return how the shape of an argument that is a number is asked for."""
        return f"{self.dialect.np}.shape({name})"

    def array_shape(self, name: str) -> str:
        """Return how the shape of an array is told."""
        return f"{name}.shape"

    def kind_check(self, symbol: Symbol, error: str) -> Check:
        """Return the check that an argument holds integers, or truth values."""
        name = symbol.name
        dtype = f"{name}.dtype" if symbol.rank else f"{self.dialect.np}.asarray({name}).dtype"
        is_truth = symbol.kind == "bool"
        test = f'{dtype}.kind != "b"' if is_truth else f'{dtype}.kind not in "iu"'
        words = "truth values" if is_truth else "integers"
        return Check((test,), error, f"{name} has dtype {{{dtype}}}, needs {words}")

    # -- the cache and the gradients -------------------------------------------------------------

    def _field(self, symbol: Symbol) -> Field:
        kind = "array" if symbol.rank else "number"
        return Field(symbol.name, kind, self.printer.shape(symbol.shape))

    def _cache_fields(self) -> list[Field]:
        fields = []
        for kept in self.plan.kept:
            field = self._field(kept.symbol)
            shape = f"{field.told} as bits, for" if kept.is_mask else f"{field.told}, for"
            words = "for" if kept.symbol.role == "constant" else shape
            room = WIDTH - len(field.name) - len("np.ndarray" if kept.symbol.rank else "float") - 10
            uses = [self.names.of(symbol) for symbol in kept.uses]
            fields.append(Field(field.name, field.kind, few(room, uses, words)))
        names = self.names.dimension
        fields += [Field(names[name], "size", name) for name in self.cached_sizes]
        if self.cached_dtype:
            fields.append(Field(self.dialect.dtype, "dtype"))
        return fields

    def _kept_whole(self) -> list[Symbol]:
        """Return the arrays of the cache that show their shape: bits in bytes do not."""
        return [kept.symbol for kept in self.plan.kept if not kept.is_mask]

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

    def _returned(self) -> list[Symbol]:
        return [self.symbols[name] for name in self.plan.returned]

    # -- the functions ---------------------------------------------------------------------------

    def _backward(self) -> NumPyBackward:
        blocks, unused = _without_zeros(self.plan.backward)
        made = [(block, self._lines(block, backward=True)) for block in blocks]
        rest = [line for block in unused for line in self._lines(block, backward=True)]
        rest += self._unreached()
        unpacked = self._unpacked_masks()
        checks = self._check_given()
        sizes, self.cached_dtype = self._taken()
        # The cache has to hold the sizes that no kept array shows.
        shown = sources(self._kept_whole())
        self.cached_sizes = [name for name in sizes if name not in shown]
        read = [name for name in sizes if name in shown]
        body: list[str] = []
        for number, group in groupby(made, key=lambda pair: pair[0].equation.number):
            pairs = list(group)
            body += headed(number, self.heading(pairs[0][0].equation))
            body += [text for _, lines in pairs for k in lines for text in statement(4, *k)]
        told = self._given_words()
        upstream = self.names.local("grad_output")
        brief = f"Return the gradients, from the cache and {upstream} = {told}."
        return NumPyBackward(
            sizes=self.size_lines(read, self.names, self._kept_whole()),
            body="\n".join(body[1:]),
            brief=len(brief) + 10 <= WIDTH,
            told=told,
            kept=self._cache_values(),
            given=self._given([*(line for _, lines in made for line in lines), *rest]),
            unpacked=unpacked,
            checks=checks,
            unreached="\n".join(text for line in rest for text in statement(4, *line)),
            returned=[self._as_returned(symbol) for symbol in self._returned()],
        )

    def _unreached(self) -> list[Line]:
        """Return the statements for returned gradients that no block computes."""
        computed = {a.symbol for block in self.plan.backward for a in block.assigns}
        gradients = self.plan.derivation.gradients
        lines: list[Line] = []
        for symbol in self._returned():
            target = Symbol(symbol.name, symbol.shape, "cotangent")
            if target not in computed and symbol.name in gradients:
                lines += self.printer.lines(target, gradients[symbol.name].expr, own=True)
        return lines

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

    def _check_given(self) -> list[Check]:
        """Return the checks of the given gradients' shapes."""
        found = self.names.local("grad_output")
        checks = []
        for k, symbol in enumerate(self.outputs):
            if not symbol.rank:
                continue
            place = f"[{k}]" if self.several else ""
            sizes = [self.printer.size(d).text for d in symbol.shape]
            shape = self.names.shape(symbol.shape)
            message = f"grad_output{place} has shape {{{found}{place}.shape}}, needs "
            message += code_shape(symbol.shape)
            if all(text.isidentifier() for text in sizes):
                message += f" = {{{', '.join(sizes) if len(sizes) > 1 else shape}}}"
            test = f"{found}{place}.shape != {shape}"
            checks.append(Check((test,), self.names.outer("ValueError"), message))
        return checks

    def _as_returned(self, symbol: Symbol) -> str:
        """Return the name of a gradient, or a copy of one that the caller gave."""
        target = Symbol(symbol.name, symbol.shape, "cotangent")
        name = self.names.of(target)
        given = target in self.plan.derivation.given
        return self.dialect.copied(Code(name), symbol.rank).text if given else name

    def _given_words(self) -> str:
        if self.several:
            return f"({', '.join(f'dL/d{symbol.name}' for symbol in self.outputs)})"
        return f"dL/d{self.told(self.outputs)}"

    def _given(self, lines: Sequence[Line]) -> str:
        """Return the names of the gradients given from outside, of those that are used."""
        used = {word for line in lines for word in words_of(line.text)}
        used |= {self.names.of(Symbol(s.name, s.shape, "cotangent")) for s in self._returned()}
        names = {symbol.name: self.names.of(symbol) for symbol in self.plan.derivation.given}
        found = [names[symbol.name] for symbol in self.outputs]
        found = [name if name in used else "_" for name in found]
        if set(found) == {"_"}:
            return ""
        return targets(found) if self.several else found[0]

    def _straight(self, line: StraightLine) -> Straight:
        lines = line.body()
        lines = lines if lines[0][1] else lines[1:]  # a block of backward has its empty line
        return Straight(
            body="\n".join(text for _, text in lines),
            **self.opening(*line.used(), line.names),
            returned=line.gradients(),
            moments=[line.line.moments[k] for k, _ in lines],
        )


def _without_zeros(blocks: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """Return the blocks without the gradients that are zero, and blocks of these."""
    rest, zeros = (
        [Block(b.equation, tuple(a for a in b.assigns if _is_zero(a) is wanted)) for b in blocks]
        for wanted in (False, True)
    )
    return [b for b in rest if b.assigns], [b for b in zeros if b.assigns]


def _is_zero(assign: Assign) -> bool:
    """Whether zeros are assigned to a gradient, and not to a value that is computed again."""
    return assign.symbol.role == "cotangent" and is_zero(assign.expr)
