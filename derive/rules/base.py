"""What a rule is: value, differential and pullback of one kind of expression.

For each child i of a node Y = f(X₀, X₁, …) the differential term Dᵢ and the pullback Pᵢ stand in
pairs: ⟨Ȳ, Dᵢ dXᵢ⟩ = ⟨Pᵢ Ȳ, dXᵢ⟩ with ⟨A, B⟩ = Σ A ⊙ B.  The engine sweeps with the pullbacks,
documents print the pair as a proof, and the tests check it for every rule.

Rules know no rank, dtype, layout or broadcasting, and neither accumulate nor prune: the nodes and
the engine do that once for all.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Protocol

from derive.algebra.nodes import Node, Symbol


class Rule(Protocol):
    """The rule of one kind of node.

    `out` is the symbol that holds the node's value, or None where it has no name; a rule may tell
    its derivatives in it.
    """

    def value(self, node: Any, xp: ModuleType, *arrays: Any, **sizes: Any) -> Any:
        """Return the value from the children's arrays, with `xp` numpy; safe for complex input.

        sizes: the parameters that hold dimensions, as numbers.
        """

    def differential(self, node: Any, i: int, dX: Node, out: Symbol | None) -> Node:
        """Return the term of dY in which only child i moves, by dX."""

    def pullback(self, node: Any, i: int, Ybar: Node, out: Symbol | None) -> Node:
        """Return the cotangent that child i receives, of that child's shape."""


def output(node: Node, out: Symbol | None) -> Node:
    """Return the name of the node's value where there is one, else the node itself."""
    return node if out is None else out
