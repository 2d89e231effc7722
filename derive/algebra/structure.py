"""The structure of a symmetric matrix, such as a Hessian: which factors say it all.

The matrix has shape s + s for a variable of shape s, and is a sum of labelled products.  A label
that stands both in a row and in the same column is an identity along that axis.  What is left
tells the kind of a part:

    diagonal    d[i] δᵢⱼ                            entries alone
    kronecker   δᵢₖ B[j,l]                          one block, the same for every i
    blocks      δᵢₖ B[i,j,l]                        a block for each i
    outer       w F[j] F[l]                         one vector, with identities beside it or not
    low_rank    Σ_b w[b] F[b,j] F[b,l]              vectors, likewise
    dense       M[i,j]                              none of these
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from derive.algebra.build import add, contract, is_zero, zero
from derive.algebra.coefficient import UNIT, Coefficient
from derive.algebra.lifting import terms_of
from derive.algebra.mirror import halves
from derive.algebra.nodes import Contract, Node
from derive.dims import Dim, Shape


class Part(NamedTuple):
    """One summand: Σ over `joint` of the arrays' product, identities along the `shared` axes.

    shape: the variable's.  arrays: what the part is made of, in the order of FIELDS[kind].
    labels: for each array, which axes it has: k for row axis k of the variable, rank + k for its
    column axis k (a shared axis is a row axis), 2 · rank and above for the joint ones.
    The first of two arrays occurs a second time, with columns for rows.
    """

    kind: str
    shape: Shape
    shared: tuple[int, ...]
    arrays: tuple[Node, ...]
    labels: tuple[tuple[int, ...], ...]

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
        """Return the part as a product of other arrays of the same shapes."""
        rank = len(self.shape)
        factors = list(zip(arrays, self.labels, strict=True))
        if self.kind in ("outer", "low_rank"):
            turned = tuple(
                rank + k if k < rank and k not in self.shared else k for k in self.labels[0]
            )
            factors.insert(1, (arrays[0], turned))
        sizes = {k: d for k, d in enumerate((*self.shape, *self.shape)) if k in self.out}
        for array, labels in factors:
            sizes.update(zip(labels, array.shape, strict=True))
        return contract(self.out, factors, sizes)


FIELDS = {
    "diagonal": ("diagonal",),
    "kronecker": ("block",),
    "blocks": ("blocks",),
    "outer": ("factor", "weight"),
    "low_rank": ("factor", "weights"),
    "dense": ("matrix",),
}


def parts_of(node: Node, shape: Shape) -> tuple[Part, ...]:
    """Return the summands of a symmetric node of shape `shape + shape`, in the order of FIELDS.

    Where one is dense the whole is: nothing is gained by the structure of the others.
    """
    axes = tuple(range(len(shape)))
    if is_zero(node):
        return (Part("diagonal", shape, axes, (zero(shape),), (axes,)),)
    parts = [_part(term, shape) for term in terms_of(node)]
    if any(part.kind == "dense" for part in parts):
        return (Part("dense", shape, (), (node,), (tuple(range(2 * len(shape))),)),)
    return tuple(sorted(_merged(parts), key=lambda part: list(FIELDS).index(part.kind)))


def _part(term: Node, shape: Shape) -> Part:
    rank = len(shape)
    dense = Part("dense", shape, (), (term,), (tuple(range(2 * rank)),))
    if not isinstance(term, Contract):
        return dense if rank else Part("diagonal", shape, (), (term,), ((),))
    rows, cols = term.out[:rank], term.out[rank:]
    shared = tuple(k for k in range(rank) if rows[k] == cols[k])
    rest = [k for k in range(rank) if k not in shared]
    if len(set(term.out)) < 2 * rank - len(shared):
        return dense  # an axis that is identified with another one
    at = {label: k for k, label in enumerate(rows)}
    at |= {cols[k]: rank + k for k in rest}
    if not rest:
        return _entries("diagonal", term, shape, shared, rows)
    used = {label for _, axes in term.factors for label in axes}
    if shared and used.isdisjoint(rows[k] for k in shared):
        labels = [label for label in term.out if at[label] not in shared]
        return _entries("kronecker", term, shape, shared, labels)
    return _low_rank(term, shape, shared, at) or (
        _entries("blocks", term, shape, shared, dict.fromkeys(term.out)) if shared else dense
    )


def _entries(
    kind: str, term: Contract, shape: Shape, shared: tuple[int, ...], labels: Iterable[int]
) -> Part:
    """Return the part that has one array, of the given labels of the term."""
    kept = list(labels)
    sizes = {k: d for k, d in enumerate(term.sizes) if k in kept or k not in term.out}
    entries = contract(kept, term.factors, sizes, term.coefficient)
    at = tuple(term.out.index(label) for label in kept)
    return Part(kind, shape, shared, (entries,), (at,))


def _low_rank(
    term: Contract, shape: Shape, shared: tuple[int, ...], at: dict[int, int]
) -> Part | None:
    rank = len(shape)
    rest = [k for k in range(rank) if k not in shared]
    rows, cols = [term.out[k] for k in rest], [term.out[rank + k] for k in rest]
    found = halves(term, rows, cols)
    if found is None:
        return None
    at = at | {label: 2 * rank + k for k, label in enumerate(found.joint)}
    sizes = dict(enumerate(term.sizes))
    touched = {label for _, axes in found.half for label in axes}
    own = [term.out[k] for k in range(rank) if k in rest or term.out[k] in touched]
    factor_labels = [*found.joint, *own]
    factor = _over(factor_labels, found.half, sizes, UNIT)
    middle = {label for _, axes in found.middle for label in axes}
    weight_labels = [
        label for label in (*found.joint, *(term.out[k] for k in shared)) if label in middle
    ]
    weights = _over(weight_labels, found.middle, sizes, term.coefficient)
    labels = tuple(tuple(at[label] for label in ls) for ls in (factor_labels, weight_labels))
    kind = "low_rank" if found.joint else "outer"
    return Part(kind, shape, shared, (factor, weights), labels)


def _over(labels: Sequence[int], factors: Sequence, sizes: dict[int, Dim], c: Coefficient) -> Node:
    used = {*labels, *(label for _, axes in factors for label in axes)}
    return contract(labels, factors, {k: d for k, d in sizes.items() if k in used}, c)


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


def _merged(parts: Sequence[Part]) -> Iterable[Part]:
    """Add up the parts of one structure: entries of one kind, weights of one factor."""
    groups: dict[tuple, list[Part]] = {}
    for part in parts:
        factor = part.arrays[0] if len(part.arrays) > 1 else None
        groups.setdefault((part.kind, part.shared, part.labels, factor), []).append(part)
    for group in groups.values():
        last = add(*(part.arrays[-1] for part in group))
        yield group[0]._replace(arrays=(*group[0].arrays[:-1], last))
