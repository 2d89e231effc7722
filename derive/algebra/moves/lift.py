"""A linear expression applied to an array of more axes, as a Jacobian's columns all at once.

A differential is linear in the change `dX` of one child.  Where dX is given for every entry of a
variable at once, as an array with that variable's axes behind its own, the expression acts on the
first axes and carries the others along.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.algebra.build import add, apply, contract, labels_of
from derive.algebra.moves.as_matrices import MOVING, moved
from derive.algebra.moves.taken import settled
from derive.algebra.nodes import Add, Apply, Contract, Node, Symbol, symbols_of
from derive.dims import Shape
from derive.errors import DeriveError


def lifted(node: Node, change: Symbol, value: Node) -> Node:
    """Return the node, linear in `change`, with `value` of shape change.shape + extra for it.

    The result has shape node.shape + extra.  Sums are multiplied out, so that each term shows its
    identities.  Raises DeriveError where the node is no linear expression that this knows.
    """
    extra = value.shape[change.rank :]
    if node == change:
        return value
    if isinstance(node, Add):
        return add(*(lifted(term, change, value) for term in node.terms))
    if isinstance(node, Contract):
        return _product(node, change, value, extra)
    if isinstance(node, Apply) and not extra:
        args = [lifted(a, change, value) if change in symbols_of(a) else a for a in node.args]
        return apply(node.rule, args, node.params, node.shape)
    if isinstance(node, Apply) and node.rule in MOVING:
        (which,) = (k for k, arg in enumerate(node.args) if change in symbols_of(arg))
        return moved(node, lifted(node.args[which], change, value), which)
    if isinstance(node, Apply) and node.rule in _OTHERWISE:
        rest = [arg for arg in node.args if change not in symbols_of(arg)]
        (moving,) = (arg for arg in node.args if change in symbols_of(arg))
        return _OTHERWISE[node.rule](node, lifted(moving, change, value), *rest)
    word = node.rule if isinstance(node, Apply) else "this function"
    raise DeriveError(
        f"the derivative of {word} at every entry at once is not known",
        hint="ask for a gradient or for hvp, which need it along one direction only",
    )


def terms_of(node: Node) -> tuple[Node, ...]:
    """Return the terms of a sum, or the node alone."""
    return node.terms if isinstance(node, Add) else (node,)


def _product(node: Contract, change: Symbol, value: Node, extra: Shape) -> Node:
    (k,) = [k for k, f in enumerate(node.children) if change in symbols_of(f)]
    inner, axes = node.factors[k]
    sizes = dict(enumerate(node.sizes))
    more = tuple(range(len(sizes), len(sizes) + len(extra)))
    sizes.update(zip(more, extra, strict=True))
    out = (*node.out, *more)

    def placed(term: Node) -> Node:
        factors = list(node.factors)
        factors[k] = (term, (*axes, *more))
        made = contract(out, factors, sizes, node.coefficient)
        return settled(made) if extra else made

    return add(*map(placed, terms_of(lifted(inner, change, value))))


def _in_front(node: Apply, moved: Node, *others: Node) -> Node:
    """Return an operation on the last axes with the extra ones in front, and then behind again."""
    count = moved.rank - node.rank
    axes, sizes = labels_of(moved)
    own, extra = axes[: node.rank], axes[node.rank :]
    args = [contract((*extra, *own), [(other, own)], sizes) for other in others]
    args.append(contract((*extra, *own), [(moved, axes)], sizes))
    done = apply(node.rule, args, node.params, args[-1].shape)
    labels, sizes = labels_of(done)
    return contract((*labels[count:], *labels[:count]), [(done, labels)], sizes)


def _picked(node: Apply, moved: Node, index: Node) -> Node:
    """Return the entries picked by integers, or added up where these point, by one-hot vectors."""
    (axis,) = node.params
    gathers = node.rule == "gather"
    depth = moved.shape[axis] if gathers else node.shape[axis]
    one_hot = apply("onehot", [index], (depth,), (*index.shape, depth))
    axes, sizes = labels_of(one_hot)
    place, entry = axes[axis], axes[-1]
    extra = tuple(range(len(axes), len(axes) + moved.rank - node.rank))
    sizes |= dict(zip(extra, moved.shape[node.rank :], strict=True))
    have, out = (entry, place) if gathers else (place, entry)

    def at(label: int) -> tuple[int, ...]:
        return (*axes[:axis], label, *axes[axis + 1 : -1], *extra)

    return contract(at(out), [(one_hot, axes), (moved, at(have))], sizes)


_OTHERWISE: dict[str, Callable[..., Node]] = {
    "lower_half": _in_front,
    "sym": _in_front,
    "gather": _picked,
    "scatter": _picked,
    "expm_along": _in_front,
}
"""Other operations: as products, or with the extra axes in front."""
