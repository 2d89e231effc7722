"""The structure of a symmetric matrix, such as a Hessian: which factors say it all.

The matrix has shape s + s for a variable of shape s, and is a sum of labelled products.  A label
that stands both in a row and in the same column is an identity along that axis.  What is left
tells the kind of a part:

    diagonal       d[i] δᵢⱼ                            entries alone
    band           d[i] at (a + i, b + i), and mirrored  entries beside the diagonal, in ranges
    kronecker      δᵢₖ B[j,l]                          one block, the same for every i
    product        w A[i,k] B[j,l]                     A ⊗ B
    exchanged      w A[i,l] B[j,k]                     A ⊗ B after V ↦ Vᵀ (the commutation matrix)
    blocks         δᵢₖ B[i,j,l]                        a block for each i
    outer          w F[j] F[l]                         one vector, with identities beside it or not
    pair           A[j] B[l] + B[j] A[l]               two vectors, likewise
    low_rank       Σ_b w[b] F[b,j] F[b,l]              vectors, likewise
    kronecker_sum  Σ_b F[b,i] F[b,k] B[b,j,l]          a Kronecker product for each b
    dense          M[i,j]                              none of these
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from derive.algebra.build import add, contract
from derive.algebra.hessian.mirror import halves
from derive.algebra.moves.lift import terms_of
from derive.algebra.moves.matrices_that_move import Range
from derive.algebra.nodes import Contract, Node
from derive.algebra.properties.symmetry import is_symmetric
from derive.dims import Shape

FIELDS = {
    "diagonal": ("diagonal",),
    "band": ("entries",),
    "kronecker": ("block",),
    "product": ("weight", "left", "right"),
    "exchanged": ("weight", "left", "right"),
    "blocks": ("blocks",),
    "outer": ("factor", "weight"),
    "pair": ("left", "right"),
    "low_rank": ("factor", "weights"),
    "kronecker_sum": ("factor", "blocks"),
    "dense": ("matrix",),
}
"""The kinds of parts in the order of a sum, and what the arrays of each are called."""
TWICE = ("outer", "low_rank", "kronecker_sum")
"""The kinds whose first array occurs a second time, with columns for rows."""


class Part(NamedTuple):
    """One summand: Σ over `joint` of the arrays' product, identities along the `shared` axes.

    shape: the variable's.  arrays: what the part is made of, in the order of FIELDS[kind].
    labels: for each array, which axes it has: k for row axis k of the variable, rank + k for its
    column axis k (a shared axis is a row axis), 2 · rank and above for the joint ones.
    rows, columns: of a band, the ranges of the variable's axes that it has entries in.
    """

    kind: str
    shape: Shape
    shared: tuple[int, ...]
    arrays: tuple[Node, ...]
    labels: tuple[tuple[int, ...], ...]
    rows: tuple[Range, ...] = ()
    columns: tuple[Range, ...] = ()

    @property
    def exchanged(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The axes of the entries, shared ones once, that are rows and columns of each other."""
        kept = list(dict.fromkeys(self.out))
        rank = len(self.shape)
        rows = [k for k in range(rank) if k not in self.shared]
        return tuple(rows), tuple(kept.index(rank + k) for k in rows)

    @property
    def out(self) -> tuple[int, ...]:
        """The labels of rows and columns."""
        rank = len(self.shape)
        return (*range(rank), *(k if k in self.shared else rank + k for k in range(rank)))

    def product(self, arrays: Sequence[Node]) -> Node:
        """Return the part as a product of other arrays; of a band, of its entries' shape."""
        factors = list(zip(arrays, self.labels, strict=True))
        if self.kind in TWICE:
            factors.insert(1, (arrays[0], self._mirrored(self.labels[0])))
        made = self._contracted(factors)
        if self.kind != "pair":
            return made
        mirror = [(array, self._mirrored(labels)) for array, labels in factors]
        return add(made, self._contracted(mirror))

    def _mirrored(self, labels: Sequence[int]) -> tuple[int, ...]:
        rank = len(self.shape)
        apart = [k for k in range(rank) if k not in self.shared]
        at = {k: rank + k for k in apart} | {rank + k: k for k in apart}
        return tuple(at.get(label, label) for label in labels)

    def _contracted(self, factors: Sequence[tuple[Node, Sequence[int]]]) -> Node:
        sizes = {k: d for k, d in enumerate((*self.shape, *self.shape)) if k in self.out}
        for array, labels in factors:
            sizes.update(zip(labels, array.shape, strict=True))
        return contract(self.out, factors, sizes)


def adds_up_evenly(parts: Sequence[Part]) -> bool:
    """Whether the sum of parts is symmetric to the last bit, however it is rounded.

    It is where each is, and where two are that mirror each other.
    """
    odd = [part for part in parts if not _is_own_mirror(part)]
    return not odd or len(odd) == len(parts) == 2


def _is_own_mirror(part: Part) -> bool:
    if part.kind == "product":
        return all(map(is_symmetric, part.arrays[1:]))
    if part.kind == "exchanged":
        _, left, right = part.arrays
        return right == transposed(left, (0,), (1,))
    return True


def is_mirrored(node: Node, rows: Sequence[int], cols: Sequence[int]) -> bool:
    """Whether the node is its own transpose to the last bit, however it is rounded.

    rows, cols: the axes that change places, pairwise.  An array plus its own transpose is, an
    array times its own transpose, and a sum of such products.
    """
    terms = terms_of(node)
    if len(terms) == 2 and transposed(terms[0], rows, cols) == terms[1]:
        return True
    return all(
        transposed(term, rows, cols) == term or _is_square(term, rows, cols) for term in terms
    )


def _is_square(term: Node, rows: Sequence[int], cols: Sequence[int]) -> bool:
    if not isinstance(term, Contract):
        return False
    found = halves(term, [term.out[k] for k in rows], [term.out[k] for k in cols])
    return found is not None and not found.middle and len(found.half) == 1 >= len(found.joint)


def transposed(node: Node, rows: Sequence[int], cols: Sequence[int]) -> Node:
    """Return the node with these axes exchanged, pairwise."""
    at = dict(zip(rows, cols, strict=True)) | dict(zip(cols, rows, strict=True))
    axes = tuple(range(node.rank))
    out = [at.get(k, k) for k in axes]
    return contract(out, [(node, axes)], dict(zip(axes, node.shape, strict=True)))
