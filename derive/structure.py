"""Gradients on a structure: of a symmetric argument the free gradient, and its projection.

The free gradient G takes all entries of A as independent, as autograd does: dL = ⟨G, dA⟩ for every
dA; that Aᵀ = A serves to write it shorter.  For a symmetric dA, dL = ⟨sym(G), dA⟩ with
sym(G) = (G + Gᵀ)/2, the orthogonal projection of G on the symmetric matrices: the gradient there,
along which a step stays symmetric.  Positive definite matrices are open among them: it is the same.

Tables that take the n(n + 1)/2 entries of one triangle as the variables have a third,
G + Gᵀ − G ⊙ I (The Matrix Cookbook, 2012, eq. 138; Magnus and Neudecker by the duplication matrix).
"""

from __future__ import annotations

from derive.algebra.nodes import Node, Symbol
from derive.algebra.simplify import simplify
from derive.algebra.symmetry import KINDS, symmetric_part
from derive.derivation import Derivation
from derive.reverse import LONGEST_UNFOLDED, closed_form, unit_sums


def structured(derivation: Derivation) -> tuple[Symbol, ...]:
    """Return the arguments asked for whose matrices are symmetric, in order."""
    asked = (a.symbol for a in derivation.program.arguments if a.name in derivation.wrt)
    return tuple(s for s in asked if s.kind in KINDS and s.name in derivation.gradients)


def projection(derivation: Derivation, name: str) -> Node:
    """Return a gradient projected on its variable's structure, in the program's symbols.

    That of a variable without a structure is itself.
    """
    return _projected(derivation, name, derivation.gradients[name].expr)


def closed_projection(
    derivation: Derivation, name: str, most: int = LONGEST_UNFOLDED
) -> Node | None:
    """Return it in the model's arguments and the given cotangents; None where that is long."""
    free = closed_form(derivation, name, most)
    return None if free is None else _projected(derivation, name, free)


def _projected(derivation: Derivation, name: str, gradient: Node) -> Node:
    if derivation.gradients[name].variable.kind not in KINDS:
        return gradient
    return simplify(symmetric_part(gradient), unit_sums(derivation.program))


def projected(symbol: Symbol) -> Symbol:
    """Return the symbol of sym(∂L/∂symbol)."""
    return Symbol(symbol.name, symbol.shape, "projected")
