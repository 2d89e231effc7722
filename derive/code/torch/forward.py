"""Forward in PyTorch: the function that caches, the one that does not, and the shape checks."""

from __future__ import annotations

from derive.algebra.nodes import Symbol, symbols_of
from derive.code.expressions import Line
from derive.code.layout import WIDTH, bracketed, docstring, dropped, statement
from derive.code.sizes import ShapeChecks, raised
from derive.code.torch.target import Target, default, printed, words_of
from derive.derivation.ranks import tall_bounds
from derive.program.program import Equation

_Step = tuple[Equation, list[Line]]
"""An equation and its lines."""


class Forward:
    """The statements of forward, printed once for both functions."""

    def __init__(self, target: Target) -> None:
        self.target = target
        target.dialect.like = target.floats[0].name if target.floats else ""
        self.steps: list[_Step] = []
        for block in target.plan.forward:
            lines = [
                line
                for assign in block.assigns
                for line in printed(target.printer, assign.symbol, assign.expr)
            ]
            self.steps.append((block.equation, lines))
            step = f"{lines[-1].target} = {lines[-1].text}"
            target.steps[block.equation.symbol.name] = step

    def caching(self) -> list[str]:
        """Return `forward`."""
        target = self.target
        head = bracketed(0, "def forward(", target.parameters(), "):")
        words = f"Return {target.described(target.outputs)} and the cache"
        arguments = target.described(target.arguments)
        if len(words) + len(arguments) + 20 <= WIDTH:
            words = f"{words}, from {arguments}"
        steps = self._live({*target.outputs, *target.kept})
        body = target.opening([*self._sizes(steps), *target.sizes])
        for equation, lines in steps:
            for k, line in enumerate(lines):
                shown = f"({equation.number}): " if k == len(lines) - 1 else ""
                body += statement(4, line.target, line.text, shown + line.comment)
        return [*head, *docstring(4, f"{words}."), *body, *self._returned()]

    def alone(self) -> list[str]:
        """Return `predict`, which drops each value after its last use."""
        target = self.target
        head = bracketed(0, "def predict(", target.parameters(), "):")
        words = f"Return {target.described(target.outputs)} alone, keeping nothing."
        outputs = {symbol.name for symbol in target.outputs}
        steps = self._live(set(target.outputs))
        last = self._last_uses(steps, outputs)
        body = target.opening(self._sizes(steps))
        for k, (_, lines) in enumerate(steps):
            for line in lines:
                body += statement(4, line.target, line.text, "")
            if k in last and k < len(steps) - 1:
                body += dropped(last[k])
        return [*head, *docstring(4, words), *body, f"    return {outputs_text(target)}"]

    def _live(self, wanted: set[Symbol]) -> list[_Step]:
        """Return the steps that the wanted values are made of."""
        needed, live = set(wanted), []
        for equation, lines in reversed(self.steps):
            if equation.symbol in needed:
                needed.update(symbols_of(equation.expr))
                live.append((equation, lines))
        return live[::-1]

    def _sizes(self, steps: list[_Step]) -> list[str]:
        """Return the dimensions that the steps compute with."""
        text = "\n".join(line.text for _, lines in steps for line in lines)
        used = words_of(text)
        return [name for name, word in self.target.names.dimension.items() if word in used]

    def _last_uses(self, steps: list[_Step], outputs: set[str]) -> dict[int, list[str]]:
        local = {line.target for _, lines in steps for line in lines} - outputs
        last: dict[str, int] = {}
        for k, (_, lines) in enumerate(steps):
            for line in lines:
                last.update({word: k for word in words_of(line.text) if word in local})
        found: dict[int, list[str]] = {}
        for word, k in sorted(last.items()):
            found.setdefault(k, []).append(word)
        return found

    def _returned(self) -> list[str]:
        target = self.target
        fields = target.cache_names(target.names)
        if target.like:
            like = target.names.local("like")
            fields[fields.index(like)] = f"{target.floats[0].name}.new_empty(0)"
        outputs = outputs_text(target)
        outputs = f"({outputs})" if target.several and outputs[0] != "(" else outputs
        cache = target.names.outer("Cache")
        line = f"    return {outputs}, {cache}({', '.join(fields)})"
        if len(line) <= WIDTH:
            return [line]
        local = target.names.local("cache")
        head = bracketed(4, f"{local} = {cache}(", fields, ")")
        return [*head, f"    return {outputs}, {local}"]


def outputs_text(target: Target) -> str:
    """Return the outputs as they are returned."""
    names = [symbol.name for symbol in target.outputs]
    return f"({names[0]},)" if target.several and len(names) == 1 else ", ".join(names)


def check_shapes(target: Target) -> list[str]:
    """Return `_check_shapes`."""
    error, outer = target.names.outer("ValueError"), target.names.outer

    def shape(name: str) -> str:
        return f"{outer('tuple')}({name}.shape)"

    checks = ShapeChecks(target.names, error, lambda name: f"{name}.shape", shape)
    body = checks.lines(target.arrays, tall_bounds(target.program))
    for symbol in target.arrays:
        if not symbol.is_float:
            body += _check_kind(target, symbol)
    for argument in target.constants:
        if argument.fixed:
            value, name = default(argument), argument.name
            body.append(f"    if {name} != {value}:")
            body += raised(error, f"{name} is {{{name}}}, this code is for {value}")
    return [*bracketed(0, "def _check_shapes(", target.checked(), "):"), *(body or ["    pass"])]


def _check_kind(target: Target, symbol: Symbol) -> list[str]:
    """Return the check that an argument holds integers, or truth values."""
    torch, name = target.dialect.torch, symbol.name
    if symbol.kind == "bool":
        test, words = f"{name}.dtype != {torch}.bool", "truth values"
    else:
        test = f"{name}.is_floating_point() or {name}.dtype == {torch}.bool"
        words = "integers"
    message = f"{name} has dtype {{{name}.dtype}}, needs {words}"
    return [f"    if {test}:", *raised(target.names.outer("TypeError"), message)]
