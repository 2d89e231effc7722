"""Gradients on a structure: of a symmetric argument the free gradient, and its projection.

The free gradient G takes all entries of A as independent, as autograd does: dL = ⟨G, dA⟩ for every
dA; that Aᵀ = A serves to write it shorter.  For a symmetric dA, dL = ⟨sym(G), dA⟩ with
sym(G) = (G + Gᵀ)/2, the orthogonal projection of G on the symmetric matrices: the gradient there,
along which a step stays symmetric.  Positive definite matrices are open among them: it is the same.

Tables that take the n(n + 1)/2 entries of one triangle as the variables have a third,
G + Gᵀ − G ⊙ I (The Matrix Cookbook, 2012, eq. 138; Magnus and Neudecker by the duplication matrix).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.algebra.build import add, scale
from derive.algebra.distributing import multiplied_out
from derive.algebra.forms.simplify import UnitSums, simplify
from derive.algebra.nodes import Apply, Node, Symbol, symbols_of
from derive.algebra.paper.on_paper import on_paper
from derive.algebra.properties.symmetry import BY_ONE_TRIANGLE, KINDS, is_symmetric
from derive.algebra.stacks import turned
from derive.derivation.reverse import LONGEST_UNFOLDED, closed_form, unit_sums
from derive.program.derivation import Derivation


def structured(derivation: Derivation) -> tuple[Symbol, ...]:
    """Return the arguments asked for whose matrices are symmetric, in order.

    Those that only a Cholesky factor or eigenvalues are taken of have no free gradient: such a
    function is one of symmetric matrices alone, and its gradient is the projected one.
    """
    asked = (a.symbol for a in derivation.program.arguments if a.name in derivation.wrt)
    found = (s for s in asked if s.kind in KINDS and s.name in derivation.gradients)
    return tuple(s for s in found if not _is_read_as_symmetric(derivation, s))


def _is_read_as_symmetric(derivation: Derivation, symbol: Symbol) -> bool:
    equations = derivation.program.equations
    uses = [e.expr for e in equations if symbol in symbols_of(e.expr)]
    return all(isinstance(u, Apply) and u.rule in BY_ONE_TRIANGLE for u in uses)


def projection(derivation: Derivation, name: str) -> Node:
    """Return a gradient projected on its variable's structure, in the program's symbols.

    That of a variable without a structure is itself.
    """
    return _on_structure(derivation, name, derivation.gradients[name].expr, simplify)


def closed_projection(
    derivation: Derivation, name: str, most: int = LONGEST_UNFOLDED
) -> Node | None:
    """Return it in the model's arguments and the given cotangents; None where that is long."""
    free = closed_form(derivation, name, most)
    return None if free is None else _on_structure(derivation, name, free, on_paper)


def _on_structure(
    derivation: Derivation, name: str, gradient: Node, compact: Callable[[Node, UnitSums], Node]
) -> Node:
    if derivation.gradients[name].variable.kind not in KINDS or is_symmetric(gradient):
        return gradient
    terms = multiplied_out(gradient)
    if is_symmetric(add(*terms)):
        return gradient
    even = [term for term in terms if is_symmetric(term)]
    odd = [term for term in terms if not is_symmetric(term)]
    half = scale(Fraction(1, 2), add(*odd, *map(turned, odd)))
    return compact(add(*even, half), unit_sums(derivation.program))


def projected(symbol: Symbol) -> Symbol:
    """Return the symbol of sym(∂L/∂symbol)."""
    return Symbol(symbol.name, symbol.shape, "projected")
