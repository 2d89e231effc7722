"""A plan as a PyTorch module: plain functions, the autograd Body, the drop-in, the Module.

`emit_torch(plan)` returns the text, which the template `torch.py.jinja` writes.  Here stands what
that is given: names, shapes, and bodies already spelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.algebra.nodes import Symbol
from derive.code.expressions import Line
from derive.code.layout import WIDTH, dropped, listed, statement
from derive.code.module import Body, Field, Forward, Steps, few, unkept_words, words_of
from derive.code.page import helpers, render
from derive.code.readable import readable, readable_extra
from derive.code.together import taken_together
from derive.code.torch.autograd import drop_in, function_data, owned, setup
from derive.code.torch.backward import Backward, through_cached
from derive.code.torch.check import grad_check
from derive.code.torch.check_extras import checked_extras, extras_check
from derive.code.torch.extras import TorchExtras
from derive.code.torch.target import Target, printed
from derive.plan.nouns import Block, Plan
from derive.plan.planner.routines import routine
from derive.program.extra import Extra
from derive.program.program import Drawing


def emit_torch(plan: Plan, extras: Sequence[Extra] = (), drawing: Drawing | None = None) -> str:
    """Return the PyTorch module of a plan with extra functions, its checksum not yet filled in.

    drawing: what its self-check draws otherwise than usual.
    """
    return taken_together(TorchModule(readable(plan)).text(extras, drawing or {}))


class TorchModule(Target):
    """The data of the whole module."""

    def text(self, extras: Sequence[Extra], drawing: Drawing) -> str:
        """Return the text, its checksum not yet filled in."""
        steps = self._steps()
        self.tell(steps)
        backward = Backward(self, self.plan, self.names, self.printer)
        second = through_cached(self)
        self.sizes = self.ordered([*backward.sizes, *(second.sizes if second else [])])
        checked = checked_extras(self, extras)
        made = [routine(readable_extra(extra)) for extra in extras]
        functions = TorchExtras(self, made).collected()
        beside = extras_check(self, checked)
        check = grad_check(self, drawing)
        given = self.told(self.arguments)
        data = {
            "forward": self._forward(steps),
            "backward": backward.data(self._given_words(), "grad_output"),
            "second": second.data(self._cached_words(), "grad_cached") if second else None,
            "predict": self._alone(steps),
            "function": function_data(self),
            "setup": setup(self),
            "drop_in": drop_in(self, given),
            "owned": owned(self),
            "extras": functions,
            "checks": self.checks(),
            "beside": beside,
            "check": check,
        }
        used = [*self.dialect.used]
        if self.cached.values and (second or self.several):
            used.append("_filled")
        found, math = helpers("torch/helpers.py", [*used, *(["_sums"] if second else [])])
        return render(
            self.template,
            **self.frame(),
            **data,
            name=self.name,
            given=given,
            module_class=self.module_class,
            function_class=self.function_class,
            imports={
                "math": math or "math" in self.dialect.imports,
                "functional": "functional" in self.dialect.imports,
            },
            cache=self._cache_fields(),
            unkept=self._unkept(),
            gradients=[self._gradient(self.symbols[name]) for name in self.plan.returned],
            every=_every(len(self.plan.returned)),
            like=self.names.local("like") if self.like else self.first_kept(),
            floats=[s.name for s in self.floats],
            array="Tensor",
            permute="permute",
            helpers=found,
            aliases=self._aliases,
        )

    def _aliases(self) -> list[str]:
        unused = {"math", "functional"}.difference(self.dialect.imports)
        return [word for word in self.names.aliased if word not in unused]

    # -- words and shapes ------------------------------------------------------------------------

    def _given_words(self) -> str:
        parts = [f"dL/d{self.told([s])}" for s in self.outputs]
        told = f"({', '.join(parts)})" if self.several else parts[0]
        return told if len(told) <= WIDTH - 68 else "those of the outputs"

    def _cached_words(self) -> str:
        values = [s.name for s in self.cached.moving]
        if len(values) == 1:
            return f"cotangent of the cached {values[0]} adds"
        told = f"cotangents of the cached {listed(values)} add"
        return told if len(told) <= WIDTH - 27 else "cotangents of the cached values add"

    # -- the cache -------------------------------------------------------------------------------

    def _gradient(self, symbol: Symbol) -> Field:
        told = self.printer.shape(symbol.shape)
        fits = len(symbol.name) + len(told) + 23 <= WIDTH
        return Field(symbol.name, "array", told if fits else "")

    def _cache_fields(self) -> list[Field]:
        names, fields = self.names, []
        for symbol in self.kept:
            uses = [f"grad_{n}" for n in self.plan.returned if n in self.serves[symbol]]
            words = f"{self.printer.shape(symbol.shape)}, for"
            told = few(WIDTH - len(symbol.name) - 23, uses, words)
            fields.append(Field(symbol.name, "array", told))
        if self.like:
            fields.append(Field(names.local("like"), "array", "empty, of the output's dtype"))
        fields += [Field(s.name, "number") for s in self.kept_numbers]
        return [*fields, *(Field(names.dimension[n], "size", n) for n in self.sizes)]

    def _unkept(self) -> str:
        kept = {*self.kept, *self.kept_numbers}
        return unkept_words([s.name for s in self.plan.unkept if s not in kept])

    # -- forward ---------------------------------------------------------------------------------

    def _steps(self) -> Steps:
        self.dialect.like = self.floats[0].name if self.floats else ""
        return [(block.equation, [*self._printed(block)]) for block in self.plan.forward]

    def _printed(self, block: Block) -> Iterator[Line]:
        for assign in block.assigns:
            yield from printed(self.printer, assign.symbol, assign.expr)

    def _forward(self, steps: Steps) -> Forward:
        live = self._alive(steps, [*self.outputs, *self.kept])
        kept = self.cache_names(self.names)
        if self.like:
            kept[kept.index(self.names.local("like"))] = f"{self.floats[0].name}.new_empty(0)"
        return self.caching_forward(live, kept, [*self._sizes_in(live), *self.sizes])

    def _alone(self, steps: Steps) -> Body:
        """Return `predict`, which drops each value after its last use."""
        live = self._alive(steps, self.outputs)
        outputs = {symbol.name for symbol in self.outputs}
        last = _last_uses(live, outputs)
        body: list[str] = []
        for k, (_, lines) in enumerate(live):
            body += [text for line in lines for text in statement(4, line.target, line.text, "")]
            if k in last and k < len(live) - 1:
                body += dropped(last[k])
        return Body(body="\n".join(body), **self.opening(self._sizes_in(live), False, self.names))

    def _alive(self, steps: Steps, wanted: Iterable[Symbol]) -> Steps:
        live = {id(block.equation) for block in self.live(wanted)}
        return [step for step in steps if id(step[0]) in live]

    def _sizes_in(self, steps: Steps) -> list[str]:
        """Return the dimensions that the steps compute with."""
        used = words_of("\n".join(line.text for _, lines in steps for line in lines))
        return [name for name, word in self.names.dimension.items() if word in used]


def _last_uses(steps: Steps, outputs: set[str]) -> dict[int, list[str]]:
    local = {line.target for _, lines in steps for line in lines} - outputs
    last: dict[str, int] = {}
    for k, (_, lines) in enumerate(steps):
        for line in lines:
            last.update(dict.fromkeys(words_of(line.text) & local, k))
    found: dict[int, list[str]] = {}
    for word, k in sorted(last.items()):
        found.setdefault(k, []).append(word)
    return found


def _every(count: int) -> str:
    return f"(True,) * {count}" if count > 1 else "(True,)" * count or "()"
