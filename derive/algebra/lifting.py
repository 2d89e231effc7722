"""A linear expression applied to an array of more axes, as a Jacobian's columns all at once.

A differential is linear in the change `dX` of one child.  Where dX is given for every entry of a
variable at once, as an array with that variable's axes behind its own, the expression acts on the
first axes and carries the others along.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import add, apply, contract, labels_of, zero
from derive.algebra.nodes import Add, Apply, Contract, Node, Symbol, symbols_of
from derive.dims import Shape, dim
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
    if isinstance(node, Apply) and (node.rule in _MOVED or not extra):
        return _operation(node, change, value, extra)
    if isinstance(node, Apply) and node.rule in _OF_STACKS:
        return _of_stack(node, change, value)
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
        return contract(out, factors, sizes, node.coefficient)

    return add(*map(placed, terms_of(lifted(inner, change, value))))


def _operation(node: Apply, change: Symbol, value: Node, extra: Shape) -> Node:
    """Return the operation with the extra axes behind those that it moves."""

    def argument(arg: Node) -> Node:
        moves = change in symbols_of(arg)
        return lifted(arg, change, value) if moves else zero((*arg.shape, *extra))

    if not extra:
        args = [lifted(a, change, value) if change in symbols_of(a) else a for a in node.args]
        return apply(node.rule, args, node.params, node.shape)
    shape = (*node.shape, *extra)
    params = _MOVED[node.rule](node.params, extra, shape)
    return apply(node.rule, list(map(argument, node.args)), params, shape)


def _of_stack(node: Apply, change: Symbol, value: Node) -> Node:
    """Return an operation on matrices with the extra axes in front while it works, as a stack."""
    (matrix,) = node.args
    inner = lifted(matrix, change, value)
    axes, sizes = labels_of(inner)
    in_front = (*axes[matrix.rank :], *axes[: matrix.rank])
    stack = contract(in_front, [(inner, axes)], sizes)
    done = apply(node.rule, [stack], node.params, stack.shape)
    return contract(axes, [(done, in_front)], sizes)


def _whole(extra: Shape) -> tuple:
    return tuple((dim(0), d, 1) for d in extra)


_OF_STACKS = ("sym", "lower_half")
_MOVED = {
    "slice": lambda params, extra, shape: (*params, *_whole(extra)),
    "place": lambda params, extra, shape: (*params[:-1], *_whole(extra), shape),
    "stack": lambda params, extra, shape: params,
    "concatenate": lambda params, extra, shape: params,
    "reshape": lambda params, extra, shape: shape,
}
"""What becomes of an operation's parameters when axes are added behind."""


def identity(shape: Sequence) -> Node:
    """Return the identity on arrays of the shape, of shape `shape + shape`."""
    axes = tuple(range(len(shape)))
    return contract((*axes, *axes), [], dict(enumerate(shape)))
