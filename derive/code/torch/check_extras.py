"""The part of a PyTorch module's self-check that is about Jacobians and Hessians.

They are compared with what `torch.func.jacrev` makes of `predict`, which autograd differentiates
by itself: no line of the hand-derived backward takes part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.extras import dense_word
from derive.code.layout import bracketed, listed, statement
from derive.code.names import Names
from derive.code.torch.target import MODULE, Target
from derive.program.extra import Extra

NAME = "_check_extras"


def checked_extras(target: Target, extras: Sequence[Extra]) -> list[Extra]:
    """Return the extras in an argument: a value of the model cannot be moved alone.

    Nor can an entry of a symmetric matrix that is read by one triangle.
    """
    halves = by_one_triangle(e.expr for e in target.program.equations)
    moved = {s.name for s in target.floats if not (halves and is_symmetric(s))}
    return [extra for extra in extras if extra.variable.name in moved]


class ExtrasCheck:
    """`_check_extras`, a function of the model's arguments."""

    def __init__(self, target: Target, extras: Sequence[Extra]) -> None:
        self.target = target
        self.extras = extras
        functions = [extra.name for extra in extras]
        values = target.program.symbols
        self.names = Names(values, target.program.dimensions, [*MODULE, target.model, *functions])
        self.names.aliased = target.names.aliased

    def lines(self) -> list[str]:
        """Return the function."""
        names, target = self.names, self.target
        torch, jacrev, close = names.outer("torch"), names.local("jacrev"), names.local("close")
        variables = dict.fromkeys(extra.variable.name for extra in self.extras)
        told = listed([extra.name for extra in self.extras])
        agrees = "agrees" if len(self.extras) == 1 else "agree"
        words = f'"{told} {agrees} with torch.func.jacrev"'
        return [
            *bracketed(0, f"def {NAME}(", target.parameters(), "):"),
            '    """Compare with what torch.func.jacrev makes of predict."""',
            f"    {jacrev}, {close} = {torch}.func.jacrev, {torch}.testing.assert_close",
            *(line for x in variables for line in ("", *self._in(x))),
            "",
            *bracketed(4, f"{names.outer('print')}(", [words], ")"),
        ]

    def _in(self, x: str) -> Iterator[str]:
        """Yield the comparisons in one variable."""
        function = self.names.fresh(f"in_{x}")
        jacrev, expected = self.names.local("jacrev"), self.names.local("expected")
        kinds = {extra.kind: extra for extra in self.extras if extra.variable.name == x}
        yield from self._output(function, x)
        yield ""
        if "jacobian" in kinds:
            yield f"    {expected} = {jacrev}({function})({x})"
            yield from self._jacobian(kinds["jacobian"])
        if "hessian" in kinds or "hvp" in kinds:
            v = self.names.local("v")
            yield f"    {expected} = {jacrev}({jacrev}({function}))({x})"
            yield f"    {v} = {self.names.outer('torch')}.randn_like({x})"
            yield from self._second(kinds)

    def _output(self, function: str, x: str) -> Iterator[str]:
        """Yield the model as a function of the variable alone; integers have no derivative."""
        predict = self.names.outer("predict")
        yield f"    def {function}({x}):"
        if self._is_whole():
            yield from bracketed(8, f"return {predict}(", self.target.passed(), ")")
        else:
            outputs = self.names.local("outputs")
            yield from bracketed(8, f"{outputs} = {predict}(", self.target.passed(), ")")
            yield f"        return {self._floats(outputs)}"

    def _jacobian(self, extra: Extra) -> Iterator[str]:
        expected, call = self.names.local("expected"), self._call(extra)
        if self._is_whole():
            yield from self._close(call, expected)
        else:
            found = self.names.local("found")
            yield from statement(4, found, call, "")
            yield from self._close(f"({self._floats(found)})", expected)

    def _second(self, kinds: Mapping[str, Extra]) -> Iterator[str]:
        v, expected, factors = map(self.names.local, ("v", "expected", "factors"))
        product = f"{self.names.outer('torch')}.tensordot({expected}, {v}, {v}.ndim)"
        if "hessian" in kinds:
            yield from self._close(self._call(kinds["hessian"]), expected)
            call = self._call(kinds["hessian"], after=f"{dense_word(kinds['hessian'])}=False")
            yield from statement(4, factors, call, "")
            yield from self._close(f"{factors}.dense()", expected)
            yield from self._close(f"{factors} @ {v}", product)
        if "hvp" in kinds:
            yield from self._close(self._call(kinds["hvp"], before=v), product)

    def _call(self, extra: Extra, *, before: str = "", after: str = "") -> str:
        passed = [before] * bool(before) + self.target.passed() + [after] * bool(after)
        return f"{extra.name}({', '.join(passed)})"

    def _close(self, found: str, expected: str) -> list[str]:
        return bracketed(4, f"{self.names.local('close')}(", [found, expected], ")")

    def _is_whole(self) -> bool:
        return all(symbol.is_float for symbol in self.target.outputs)

    def _floats(self, outputs: str) -> str:
        """Return the outputs that are no integers as a tuple."""
        kept = [k for k, symbol in enumerate(self.target.outputs) if symbol.is_float]
        return ", ".join(f"{outputs}[{k}]" for k in kept) + "," * (len(kept) == 1)
