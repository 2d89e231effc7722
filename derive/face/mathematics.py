"""A model's mathematics: its program, derivation and plan, each derivative as a SymPy expression.

All is computed once, when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

from derive.algebra.build import cotangent
from derive.derivation.gradient import free, gradient_program
from derive.derivation.projection import closed_projection, projection
from derive.derivation.reverse import closed_form, reverse
from derive.derivation.second import find_extra, written_out
from derive.derivation.split import split
from derive.errors import DeriveError
from derive.face.collector import paused
from derive.face.request import Names, variable_of, variables_of
from derive.plan.nouns import Plan
from derive.plan.planner.planner import make_plan
from derive.plan.policy import policy as make_policy
from derive.program.derivation import Derivation, Step
from derive.program.extra import Extra, need_possible
from derive.program.program import Program

LONGEST_EXPANDED = 4000  # operations


class Gradients(Mapping[str, Any]):
    """Gradient expressions by variable name, made when they are looked up.

    Each is in the model's arguments and the given cotangent while that takes at most some 40
    operations, else in the program's symbols.  That of a symmetric argument is the free one, which
    takes all entries as independent, as autograd does; `Derived.projected` has its projection.
    """

    def __init__(self, derived: Mathematics) -> None:
        self._derived = derived

    def __getitem__(self, name: str) -> Any:
        return self._derived._shown_gradient(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._derived.derivation.gradients)

    def __len__(self) -> int:
        return len(self._derived.derivation.gradients)


class Mathematics:
    """A model with its gradients, and its Jacobians and Hessians, as expressions."""

    def __init__(
        self,
        program: Program,
        wrt: Names = None,
        same: Sequence[tuple[str, str]] = (),
        function: Callable[..., Any] | None = None,
        extras: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._read = program
        self._function = function
        self._same = tuple(same)
        self._wrt = variables_of(program, wrt)
        self._extras = dict.fromkeys((k, need_possible(program, k, name)) for k, name in extras)
        self._found: dict[tuple[str, str], Extra] = {}
        self._policy = make_policy(dimensions=program.dimensions)

    @cached_property
    def program(self) -> Program:
        """The model as a straight line of single steps."""
        with paused():
            return split(self._read)

    @cached_property
    def derivation(self) -> Derivation:
        """The reverse sweep, recorded."""
        with paused():
            return reverse(self.program, self._wrt)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What each equation gives to the gradient of each of its inputs."""
        return self.derivation.steps

    @cached_property
    def plan(self) -> Plan:
        """What is computed when, and what backward keeps of forward."""
        with paused():
            return make_plan(self.derivation, self._policy)

    def planned(
        self,
        recompute: str = "none",
        *,
        sizes: Mapping[str, int] | None = None,
        dtype: str = "float32",
    ) -> Self:
        """Return the model with another plan of what is kept for backward and what made again.

        recompute: "none", "cheap" (all but products with weights is made again where that saves
        memory) or "budget=BYTES" (at most so many bytes of forward are alive in backward, such as
        "budget=64MB").  sizes and dtype: at which bytes are compared; sizes that are not given
        count as 128 (the first dimension) and 64.
        """
        other = copy(self)
        for name in ("plan", "evidence"):
            other.__dict__.pop(name, None)
        other._policy = make_policy(recompute, self._read.dimensions, sizes, dtype)
        return other

    @property
    def gradients(self) -> Gradients:
        """The gradients asked for and those on the way, as SymPy expressions by name."""
        return Gradients(self)

    def projected(self, name: str) -> Any:
        """Return a gradient projected on the structure of its variable.

        Of a symmetric or posdef argument that is sym(G) = (G + Gᵀ)/2 of the free gradient G: the
        gradient on the symmetric matrices, along which a step stays symmetric.  Without a
        structure it is the gradient itself.
        """
        name = self._variable(name)
        closed = closed_projection(self.derivation, name)
        return self._notation.expression(closed or projection(self.derivation, name))

    def expanded(self, name: str) -> Any:
        """Return a gradient in the model's arguments alone, nothing named in between.

        Raises DeriveError where that takes more than some thousand operations.
        """
        unfolded = closed_form(self.derivation, self._variable(name), LONGEST_EXPANDED)
        if unfolded is None:
            raise DeriveError(
                f"the gradient of {name} takes more than {LONGEST_EXPANDED} operations written out",
                hint=f'd.gradients["{name}"] has it in the program\'s symbols',
            )
        return self._notation.expression(unfolded)

    def gradient(self, name: str) -> Self:
        """Return a gradient as a model of its own, which can be derived again.

        Its output is the gradient in the model's arguments; where the model returns more than a
        number, the gradients that come from outside are further arguments.
        """
        variable = self.program.symbols[variable_of(self._read, name)]
        with paused():
            made, _ = gradient_program(*free(self.program, variable))
        return type(self)(replace(made, source=f"# the gradient of {self.program.name} in {name}"))

    def jacobian(self, name: str) -> Any:
        """Return ∂y/∂x for an argument or a value x, as a SymPy expression.

        A matrix where that has two axes or fewer, of shape y.shape + x.shape; else in index
        notation.  One for each output in a tuple where there are several.
        """
        found = tuple(self._shown_extra("jacobian", name))
        return found[0] if len(found) == 1 else found

    def hessian(self, name: str) -> Any:
        """Return ∂²l/∂x∂x of a model whose output l is a number, as a SymPy expression.

        Raises DeriveError where the model returns something else.
        """
        return next(self._shown_extra("hessian", name))

    def hvp(self, name: str) -> Any:
        """Return the Hessian times a direction, of x's shape, as a SymPy expression."""
        return next(self._shown_extra("hvp", name))

    def _shown_extra(self, kind: str, name: str) -> Iterator[Any]:
        extra = self._extra(kind, name)
        for value in written_out(extra):
            yield self._notation_of_maps.expression(value)

    def _extra(self, kind: str, name: str) -> Extra:
        """Return a Jacobian, a Hessian or a product with one, derived when first asked for."""
        name = need_possible(self._read, kind, name)
        if (kind, name) not in self._found:
            with paused():
                symbol = self.program.symbols[name]
                self._found[kind, name] = find_extra(self.program, kind, symbol)
        return self._found[kind, name]

    @property
    def extras(self) -> tuple[Extra, ...]:
        """The Jacobians, Hessians and products that code and documents have beside gradients."""
        return tuple(self._extra(kind, name) for kind, name in self._extras)

    @cached_property
    def _notation(self) -> Any:
        from derive.formulas.notation import Notation

        return Notation(self.derivation)

    @cached_property
    def _notation_of_maps(self) -> Any:
        from derive.formulas.notation import Notation

        return Notation(self.derivation, diagonals=True)

    def _variable(self, name: str) -> str:
        """Return the name of a variable that has a gradient; KeyError where it has none."""
        name = self.program.aliases.get(name, name)
        if name not in self.derivation.gradients:
            raise KeyError(f"{name} has no gradient here; {', '.join(self.gradients)} have")
        return name

    def _shown_gradient(self, name: str) -> Any:
        symbol = self.program.symbols.get(self.program.aliases.get(name, name))
        if symbol in self.program.outputs and symbol.name not in self.derivation.gradients:
            return self._notation.expression(cotangent(symbol))
        name = self._variable(name)
        closed = closed_form(self.derivation, name)
        return self._notation.expression(closed or self.derivation.gradients[name].expr)
