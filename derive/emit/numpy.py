"""A plan as a NumPy module: forward, backward and what belongs to them, written like by hand.

`emit_numpy(plan)` returns the text.  The lines are made here and in the printers; the template
`numpy.py.jinja` has the order in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from derive.algebra.build import is_zero
from derive.algebra.nodes import Symbol, symbols_of
from derive.dims import code_shape
from derive.emit.code import Line, Printer
from derive.emit.layout import WIDTH, bracketed, commented, docstring, prose, statement, unpacked
from derive.emit.names import Names
from derive.emit.numpy_check import self_check
from derive.emit.numpy_dialect import NumPy
from derive.emit.numpy_helpers import MATH, helper_lines
from derive.emit.page import header, printable, render
from derive.emit.precedence import Code, decimal
from derive.emit.sizes import ShapeChecks, Source, raised, sources
from derive.errors import DeriveError
from derive.plan.nouns import Assign, Block, Plan
from derive.program import Argument, Equation

_WORD = re.compile(r"[^\W\d]\w*")
TEMPLATE = "numpy.py.jinja"
MODULE = (
    "np math special NamedTuple Cache Gradients forward backward predict value_and_grad "
    "ValueError TypeError"
)


def emit_numpy(plan: Plan) -> str:
    """Return the NumPy module of a plan, its checksum not yet filled in."""
    return _Module(plan).text()


class _Module:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = plan.derivation.program
        program = self.program
        self.dimensions = program.dimensions
        self.symbols = program.symbols
        self.names = Names(self.symbols, self.dimensions, MODULE.split())
        outer = self.names.outer
        self.dialect = NumPy(outer("np"), outer("math"), outer("special"))
        self.dialect.dtype = self.names.local("dtype")
        self.printer = Printer(self.dialect, self.names, self.dimensions)
        self.arguments = [a for a in program.arguments if a.default is None]
        self.constants = [a for a in program.arguments if a.default is not None]
        self.outputs = program.outputs
        self.tuple = len(self.outputs) > 1 or program.returns_tuple
        self.statements: dict[int, str] = {}
        self.cached_sizes: list[str] = []
        self.cached_dtype = False

    def text(self) -> str:
        wanted = [*self.outputs, *(kept.symbol for kept in self.plan.kept)]
        self.live = self._live(wanted)
        forward = [self._lines(block) for block in self.live]
        self.printed = {id(block): lines for block, lines in zip(self.live, forward, strict=True)}
        forward_sizes, forward_dtype = self._taken()
        self.statements = _statement_texts(self.live, forward)
        blocks, unused = _without_zeros(self.plan.backward)
        backward = [self._lines(block, own=True) for block in blocks]
        zeros = self._lines(unused, own=True) if unused else []
        given = self._given()
        extra, arrays = self._unlisted()
        check = self._check_given()
        sizes, dtype = self._taken()
        self._need(sizes, dtype)
        checks = self._check_shapes()
        parts = {
            "forward": self._forward(forward, forward_sizes, forward_dtype),
            "backward": self._backward(blocks, backward, given, [*zeros, *extra], check, sizes),
            "value_and_grad": self._value_and_grad(),
            "predict": self._predict(forward_sizes, forward_dtype),
        }
        return render(
            TEMPLATE,
            header=self._header(),
            imports=self._imports(),
            cache={"words": self._cache_words(), "fields": self._cache_fields()},
            gradients=self._gradient_fields(arrays),
            check_shapes=checks,
            helpers=helper_lines(self.dialect.used),
            check=self_check(self.plan, self.tuple),
            aliases=self._aliases(),
            **parts,
        )

    # -- statements ------------------------------------------------------------------------------

    def _lines(self, block: Block, *, own: bool = False) -> list[Line]:
        return [
            line
            for assign in block.assigns
            for line in self.printer.lines(
                assign.symbol, assign.expr, own=own and assign.returned, room=WIDTH - 4
            )
        ]

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
        shown = sources(kept.symbol for kept in self.plan.kept)
        self.cached_sizes = [name for name in sizes if name not in shown]
        self.cached_dtype = dtype

    # -- the module's head -----------------------------------------------------------------------

    def _header(self) -> list[str]:
        program = self.program
        title = f"Forward and backward pass of `{program.name}` in NumPy"
        if len(program.equations) == 1 and program.equations[0].text:
            longer = f"{title}: {printable(program.equations[0].text)}"
            title = longer if len(longer) + 4 <= WIDTH else title
        words = [prose(printable(program.title)) + "."] if program.title else []
        words = [w.replace("..", ".") if w.endswith("..") else w for w in words]
        document = f"{program.name}.md, which numbers the equations as the comments here do"
        document = document if len(document) <= WIDTH - 14 else f"{program.name}.md"
        rows: list[str] = []
        for word in words:
            rows += [*_filled(word), ""]
        rows += header(program, TEMPLATE, document)
        if "special" in self.dialect.imports:
            at = len(rows) - 4
            rows[at:at] = ["    needs     NumPy, and SciPy for a function that NumPy lacks"]
        return docstring(0, prose(f"{title}.") if title[-1] != "." else title, rows)

    def _imports(self) -> list[str]:
        used = dict(self.dialect.imports)
        if any(name in self.dialect.used for name in MATH):
            used["math"] = None
        lines = ["import math"] if "math" in used else []
        lines += ["from typing import NamedTuple", "", "import numpy as np"]
        return [*lines, *(["from scipy import special"] if "special" in used else [])]

    def _aliases(self) -> list[str]:
        lines = []
        for word in self.names.aliased:
            if word in ("math", "special") and word not in self.dialect.imports:
                continue
            lines.append(f"_{word} = {word}")
        return lines

    # -- cache and gradients ---------------------------------------------------------------------

    def _cache_words(self) -> list[str]:
        if not self.plan.kept and not self.cached_sizes and not self.cached_dtype:
            return docstring(4, "Nothing: backward needs the gradient of the output alone.")
        unkept = [symbol.name for symbol in self.plan.unkept]
        first = "What backward needs of forward: the arrays themselves, not copies."
        rest = "Leave them unchanged until backward has run."
        if 0 < len(unkept) <= 8:
            verb = "is" if len(unkept) == 1 else "are"
            rest += f"  {_listed(unkept)} {verb} in no gradient."
        return docstring(4, first, [line.strip() for line in _filled(rest, 84)])

    def _cache_fields(self) -> list[str]:
        np = "np.ndarray"
        lines = []
        for kept in self.plan.kept:
            shape = self.printer.shape(kept.symbol.shape)
            uses = [self.names.of(symbol) for symbol in kept.uses]
            kind = np if kept.symbol.rank else "float"
            if kept.symbol.role == "constant":
                shape = ""
            lines += _field(kept.symbol.name, kind, shape, uses)
        for name in self.cached_sizes:
            lines.append(f"    {self.names.dimension[name]}: int  # the size {name}")
        if self.cached_dtype:
            lines.append(f"    {self.dialect.dtype}: np.dtype  # of the arguments")
        return lines

    def _cache_values(self) -> list[str]:
        values = [kept.symbol.name for kept in self.plan.kept]
        values += [self.names.dimension[name] for name in self.cached_sizes]
        return values + ([self.dialect.dtype] if self.cached_dtype else [])

    def _gradient_fields(self, shown: Sequence[Symbol]) -> list[str]:
        lines = []
        for symbol in shown:
            kind = "np.ndarray" if symbol.rank else "float"
            lines.append(f"    {symbol.name}: {kind}  # {self.printer.shape(symbol.shape)}")
        return lines

    def _unlisted(self) -> tuple[list[Line], list[Symbol]]:
        """Return the statements for returned gradients that no block computes, and all returned."""
        symbols = self.symbols
        computed = {a.symbol for block in self.plan.backward for a in block.assigns}
        lines: list[Line] = []
        returned = [symbols[name] for name in self.plan.returned]
        gradients = self.plan.derivation.gradients
        for symbol in returned:
            own = gradients.get(symbol.name)
            target = Symbol(symbol.name, symbol.shape, "cotangent")
            if target in computed:
                continue
            if own is not None:
                lines += self.printer.lines(target, own.expr, own=True)
        return lines, returned

    # -- functions -------------------------------------------------------------------------------

    def _parameters(self) -> list[str]:
        data = [a.name for a in self.arguments if a.symbol.role == "data"]
        named = [a.name for a in self.arguments if a.symbol.role != "data"]
        named += [f"{a.name}={_default(a)}" for a in self.constants]
        return [*data, *(["*", *named] if named else [])]

    def _passed(self) -> list[str]:
        data = [a.name for a in self.arguments if a.symbol.role == "data"]
        named = [a.name for a in self.arguments if a.symbol.role != "data"]
        return [*data, *(f"{name}={name}" for name in [*named, *(c.name for c in self.constants)])]

    def _described(self, symbols: Sequence[Symbol]) -> str:
        return _listed(
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
        known = sources(shown)
        if not wanted:
            return []
        for name in wanted:
            if name not in known:
                raise DeriveError(
                    f"the size {name} cannot be read off any argument",
                    needed=(f"It stands in no shape as {name}, k*{name} or {name}+k.",),
                    hint=f"give an argument an axis {name}",
                )
        targets = [self.names.dimension[name] for name in wanted]
        if (whole := _whole_shape([known[name] for name in wanted])) is not None:
            return [f"    {', '.join(targets)}{',' * (len(targets) == 1)} = {whole}.shape"]
        values = [known[name].text(known[name].symbol.name) for name in wanted]
        line = f"    {', '.join(targets)} = {', '.join(values)}"
        if len(line) <= WIDTH:
            return [line]
        return [f"    {t} = {v}" for t, v in zip(targets, values, strict=True)]

    def _forward(self, blocks: list[list[Line]], sizes: list[str], dtype: bool) -> list[str]:
        body = [
            *self._opening(
                [n for n in self.dimensions if n in sizes or n in self.cached_sizes],
                dtype or self.cached_dtype,
            ),
            "",
        ]
        for block, lines in zip(self.live, blocks, strict=True):
            body += self._forward_block(block.equation, lines)
        body += ["", *self._returned()]
        arguments = self._described([a.symbol for a in self.program.arguments])
        words = self._output_words()
        long = f"Return {words} and the cache, from {arguments}."
        doc = [long] if len(long) <= WIDTH - 10 else [f"Return {words} and the cache."]
        head = bracketed(0, "def forward(", self._parameters(), "):")
        rest = [] if doc == [long] else [f"From {line}" for line in [arguments + "."]]
        return [*head, *docstring(4, doc[0], _refilled(rest)), *body]

    def _forward_block(self, equation: Equation, lines: list[Line]) -> list[str]:
        found: list[str] = []
        for k, line in enumerate(lines):
            number = f"({equation.number}): " if k == len(lines) - 1 else ""
            found += statement(4, line.target, line.text, number + line.comment)
        return found

    def _returned(self) -> list[str]:
        names = [symbol.name for symbol in self.outputs]
        value = names[0] if not self.tuple else f"({', '.join(names)},)"
        if self.tuple and len(names) > 1:
            value = f"({', '.join(names)})"
        values = self._cache_values()
        cache = self.names.outer("Cache")
        line = f"    return {value}, {cache}({', '.join(values)})"
        if len(line) <= WIDTH:
            return [line]
        local = self.names.local("cache")
        return [*bracketed(4, f"{local} = {cache}(", values, ")"), f"    return {value}, {local}"]

    def _given(self) -> dict[str, str]:
        """Return what each output's given gradient is called, by output name."""
        return {symbol.name: self.names.of(symbol) for symbol in self.plan.derivation.given}

    def _check_given(self) -> list[str]:
        lines: list[str] = []
        found = self.names.local("grad_output")
        for k, symbol in enumerate(self.outputs):
            word = found
            if self.tuple:
                word = f"{found}[{k}]"
            label = "grad_output" if not self.tuple else f"grad_output[{k}]"
            if not symbol.rank:
                continue
            for d in symbol.shape:
                self.printer.size(d)
            inner = [self.names.size(d).text for d in symbol.shape]
            shape = self.names.shape(symbol.shape)
            message = f"{label} has shape {{{word}.shape}}, needs {code_shape(symbol.shape)}"
            if all(text.isidentifier() for text in inner):
                message += f" = {{{', '.join(inner)}}}" if len(inner) > 1 else f" = {{{shape}}}"
            lines.append(f"    if {word}.shape != {shape}:")
            lines += raised(self.names.outer("ValueError"), message)
        return lines

    def _backward(
        self,
        plan: list[Block],
        blocks: list[list[Line]],
        given: dict[str, str],
        extra: list[Line],
        check: list[str],
        sizes: list[str],
    ) -> list[str]:
        cache, upstream = self.names.local("cache"), self.names.local("grad_output")
        scalar = not self.tuple and not self.outputs[0].rank
        head = bracketed(0, "def backward(", [cache, upstream + "=1.0" * scalar], "):")
        values = self._cache_values()
        body = unpacked(4, values, cache) if values else []
        body += self._take_given(given, blocks, extra, upstream)
        body += self._sizes([s for s in sizes if s not in self.cached_sizes], self._kept_symbols())
        body += check
        numbered = zip(plan, blocks, strict=True)
        for _, group in groupby(numbered, key=lambda pair: pair[0].equation.number):
            pairs = list(group)
            heading = self._heading(pairs[0][0].equation)
            body += ["", *commented(4, f"({pairs[0][0].equation.number}) {heading}")]
            for _, lines in pairs:
                for line in lines:
                    body += statement(4, line.target, line.text, line.comment)
        if extra:
            body += ["", "    # no output depends on these"]
        for line in extra:
            body += statement(4, line.target, line.text, line.comment)
        symbols = self.symbols
        returned = [self._returned_gradient(symbols[name]) for name in self.plan.returned]
        gradients = self.names.outer("Gradients")
        body += ["", *bracketed(4, f"return {gradients}(", returned, ")")]
        return [*head, *self._backward_words(upstream), *body]

    def _heading(self, equation: Equation) -> str:
        return self.statements.get(id(equation)) or printable(equation.text)

    def _returned_gradient(self, symbol: Symbol) -> str:
        """Return the name of a gradient, or a copy of one that the caller gave."""
        target = Symbol(symbol.name, symbol.shape, "cotangent")
        name = self.names.of(target)
        given = target in self.plan.derivation.given
        return self.dialect.copied(Code(name), symbol.rank).text if given else name

    def _backward_words(self, upstream: str) -> list[str]:
        parts = [
            f"dL/d{s.name} {self.printer.shape(s.shape)}" if s.rank else f"dL/d{s.name}"
            for s in self.outputs
        ]
        what = parts[0]
        if self.tuple:
            what = f"({', '.join(f'dL/d{symbol.name}' for symbol in self.outputs)})"
        words = f"Return the gradients, from the cache and {upstream} = {what}."
        if len(words) <= WIDTH - 10:
            return docstring(4, words)
        short = f"Return the gradients, from the cache and {upstream}."
        return docstring(4, short, _refilled([f"{upstream} = {what}."]))

    def _kept_symbols(self) -> list[Symbol]:
        return [kept.symbol for kept in self.plan.kept]

    def _take_given(
        self, given: dict[str, str], blocks: list[list[Line]], extra: list[Line], upstream: str
    ) -> list[str]:
        """Return the lines that name the gradients given from outside, those that are used."""
        used = {word for lines in [*blocks, extra] for line in lines for word in _words(line.text)}
        symbols = self.symbols
        used |= {
            self.names.of(Symbol(name, symbols[name].shape, "cotangent"))
            for name in self.plan.returned
        }
        names = [given[symbol.name] for symbol in self.outputs]
        if not self.tuple:
            return [f"    {names[0]} = {upstream}"] if names[0] in used else []
        targets = [name if name in used else "_" for name in names]
        return [] if set(targets) == {"_"} else unpacked(4, targets, upstream)

    def _value_and_grad(self) -> list[str]:
        if not self.program.is_scalar or self.tuple:
            return []
        value, cache = self.outputs[0].name, self.names.local("cache")
        head = bracketed(0, "def value_and_grad(", self._parameters(), "):")
        call = f"{value}, {cache} = {self.names.outer('forward')}("
        return [
            *head,
            *docstring(4, f"Return {value} and its gradients."),
            *bracketed(4, call, self._passed(), ")"),
            f"    return {value}, {self.names.outer('backward')}({cache})",
        ]

    def _predict(self, sizes: list[str], dtype: bool) -> list[str]:
        """Return the forward pass again, each value dropped after its last use."""
        blocks = [self.printed[id(block)] for block in self._live(self.outputs)]
        head = bracketed(0, "def predict(", self._parameters(), "):")
        body = [*docstring(4, f"Return {self._output_words()} alone, keeping nothing.")]
        text = {word for lines in blocks for line in lines for word in _words(line.text)}
        sizes = [name for name in sizes if self.names.dimension[name] in text]
        body += [*self._opening(sizes, dtype and self.dialect.dtype in text), ""]
        outputs = {symbol.name for symbol in self.outputs}
        local = [line.target for lines in blocks for line in lines if line.target not in outputs]
        last = _last_uses(blocks, set(local))
        for k, lines in enumerate(blocks):
            for line in lines:
                body += statement(4, line.target, line.text, "")
            gone = last.get(k, [])
            if gone and k < len(blocks) - 1:
                body += [f"    del {', '.join(gone)}"]
        names = [symbol.name for symbol in self.outputs]
        value = ", ".join(names) + ("," if self.tuple and len(names) == 1 else "")
        if self.tuple and len(names) == 1:
            value = f"({value})"
        return [*head, *body, f"    return {value}"]

    def _check_shapes(self) -> list[str]:
        names = [a.name for a in self.program.arguments if a.default is None or a.fixed]
        np, error = self.dialect.np, self.names.outer("ValueError")
        checks = ShapeChecks(
            self.names, error, lambda name: f"{np}.shape({name})", lambda name: f"{name}.shape"
        )
        body = checks.lines([a.symbol for a in self.arguments])
        for argument in self.arguments:
            body += self._check_kind(argument.symbol)
        for argument in self.constants:
            if argument.fixed:
                value = _default(argument)
                body.append(f"    if {argument.name} != {value}:")
                message = f"{argument.name} is {{{argument.name}}}, this code is for {value}"
                body += raised(error, message)
        return [*bracketed(0, "def _check_shapes(", names, "):"), *(body or ["    pass"])]

    def _check_kind(self, symbol: Symbol) -> list[str]:
        if symbol.is_float:
            return []
        letters, words = ("b", "truth values") if symbol.kind == "bool" else ("iu", "integers")
        if symbol.rank:
            dtype = f"{symbol.name}.dtype"
        else:
            dtype = f"{self.dialect.np}.asarray({symbol.name}).dtype"
        test = f"!= {letters!r}" if len(letters) == 1 else f"not in {letters!r}"
        return [
            f"    if {dtype}.kind {test}:".replace("'", '"'),
            *raised(
                self.names.outer("TypeError"),
                f"{symbol.name} has dtype {{{dtype}}}, needs {words}",
            ),
        ]


def _statement_texts(blocks: Sequence[Block], lines: list[list[Line]]) -> dict[int, str]:
    """Return what stands above each equation's block: the user's statement, or the step of it.

    A statement that became several numbered steps is told step by step, as forward has them.
    """
    numbers: dict[tuple, set[int]] = {}
    for block in blocks:
        equation = block.equation
        numbers.setdefault((equation.place, equation.text), set()).add(equation.number)
    texts: dict[int, str] = {}
    for block, printed in zip(blocks, lines, strict=True):
        equation = block.equation
        whole = len(numbers[equation.place, equation.text]) == 1 and equation.text
        step = f"{printed[-1].target} = {printed[-1].text}"
        texts[id(equation)] = printable(equation.text) if whole else step
    return texts


def _whole_shape(found: Sequence[Source]) -> str | None:
    """Return the array whose whole shape these are, in order; None where there is none."""
    symbol = found[0].symbol
    plain = all(
        source.symbol == symbol and source.axis == k and (source.factor, source.offset) == (1, 0)
        for k, source in enumerate(found)
    )
    return symbol.name if plain and len(found) == symbol.rank > 1 else None


def _without_zeros(blocks: Sequence[Block]) -> tuple[list[Block], Block | None]:
    """Return the blocks without the gradients that are zero, and these in one."""
    rest: list[Block] = []
    zeros: list[Assign] = []
    for block in blocks:
        zeros += [assign for assign in block.assigns if is_zero(assign.expr)]
        kept = tuple(assign for assign in block.assigns if not is_zero(assign.expr))
        if kept:
            rest.append(replace(block, assigns=kept))
    return rest, replace(blocks[0], assigns=tuple(zeros)) if zeros else None


def _last_uses(blocks: list[list[Line]], local: set[str]) -> dict[int, list[str]]:
    """Return which locals are used last in each block."""
    last: dict[str, int] = {}
    for k, lines in enumerate(blocks):
        for line in lines:
            for word in _words(line.text):
                if word in local:
                    last[word] = k
    found: dict[int, list[str]] = {}
    for word, k in last.items():
        found.setdefault(k, []).append(word)
    return found


def _words(text: str) -> list[str]:
    """Return the identifiers of an expression."""
    return _WORD.findall(text)


def _field(name: str, kind: str, shape: str, uses: list[str]) -> list[str]:
    """Return a field of the cache with its reason, cut where it does not fit."""
    for count in range(len(uses), 0, -1):
        more = f" and {len(uses) - count} more" if count < len(uses) else ""
        reason = f"for {', '.join(uses[:count])}{more}"
        line = (
            f"    {name}: {kind}  # {shape}, {reason}"
            if shape
            else (f"    {name}: {kind}  # {reason}")
        )
        if len(line) <= WIDTH:
            return [line]
    return [f"    {name}: {kind}"]


def _default(argument: Argument) -> str:
    value = argument.default
    assert isinstance(value, Fraction)
    return str(value) if value.denominator == 1 else decimal(value)


def _listed(words: list[str]) -> str:
    """Return `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _filled(text: str, width: int = WIDTH) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _refilled(lines: list[str]) -> list[str]:
    return [part for line in lines for part in _filled(line, WIDTH - 4)]
