"""Softmax by its name: exp(X - logsumexp X), exp(log_softmax X) and exp X ⊘ (sum of exp X).

A number for all entries, such as the largest of them, changes no softmax and is left out.  For
what is shown in the arguments alone.  Derivations keep the exponential of the value at hand, which
costs nothing to keep and overflows nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.build import add, apply, contract, elementwise, expand, rebuild, scale
from derive.algebra.canonical_number import identity
from derive.algebra.coefficient import Coefficient
from derive.algebra.forms.as_function import as_function
from derive.algebra.forms.joining import Factor
from derive.algebra.nodes import Apply, Contract, Map, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, slot


def with_softmax(node: Node) -> Node:
    """Return the expression with each softmax that it spells out written as one."""
    children = [with_softmax(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    if isinstance(node, Contract):
        return _with_quotient(node)
    if isinstance(node, Apply) and node.rule == "softmax":
        return softmax(node.args[0], node.params)
    if not isinstance(node, Map):
        return node
    args = list(node.args)

    def named(tree: Scalar) -> Scalar | None:
        found = _softmax(tree, node.args)
        if found is None:
            return None
        args.append(found)
        return scalar.slot(len(args) - 1)

    fn = scalar.transform(node.fn, named)
    return elementwise(fn, args, node.shape) if len(args) > len(node.args) else node


def softmax(x: Node, axes: tuple[int, ...]) -> Node:
    """Return the softmax of x, without what is the same along its axes."""
    terms = _terms(x)
    kept = [term for term in terms if not _is_even(term, axes)]
    x = add(*kept) if 0 < len(kept) < len(terms) else x
    return apply("softmax", [x], axes, x.shape)


def _is_even(term: Node, axes: tuple[int, ...]) -> bool:
    """Whether the term is a copy along the axes."""
    if not isinstance(term, Contract) or len(set(term.out)) < term.rank:
        return False
    labels = {label for _, at in term.factors for label in at}
    return labels.isdisjoint(term.out[axis] for axis in axes)


def _softmax(tree: Scalar, args: tuple[Node, ...]) -> Node | None:
    """Return the softmax that exp(…) over these arguments is, None if it is none."""
    if tree.op != "call" or tree.args[0] != "exp":
        return None
    inner = elementwise(tree.args[1], args, args[0].shape)
    if isinstance(inner, Apply) and inner.rule == "log_softmax":
        return softmax(inner.args[0], inner.params)
    terms = _terms(inner)
    for k, term in enumerate(terms):
        total = _logsumexp(scale(-1, term))
        if total is None:
            continue
        (x,) = total.args
        rest = add(*terms[:k], *terms[k + 1 :])
        if _alike(rest, x) and term == scale(-1, _copied(total, x)):
            return softmax(x, total.params)
    return None


def _terms(inner: Node) -> list[Node]:
    """Return the terms of a sum that may be told as one function."""
    fn, parts = as_function(inner)
    trees = fn.args if fn.op == "add" else (fn,)
    return [elementwise(tree, parts, inner.shape) for tree in trees]


def _alike(first: Node, second: Node) -> bool:
    """Whether both are the same sum, each told as a function or not."""
    return identity(add(*_terms(first))) == identity(add(*_terms(second)))


def _logsumexp(copied: Node) -> Apply | None:
    """Return the logsumexp that the node is a copy of."""
    if isinstance(copied, Contract) and len(copied.factors) == 1:
        (copied,) = copied.children
    found = isinstance(copied, Apply) and copied.rule == "logsumexp"
    return copied if found and isinstance(copied, Apply) else None


def _copied(total: Apply, x: Node) -> Node:
    """Return the sums of x copied along the axes that they were taken over."""
    return expand(total, x.shape, [axis for axis in range(x.rank) if axis not in total.params])


def _with_quotient(node: Contract) -> Node:
    """Return the product with softmax(X) for exp(X) over its sums along some axes."""
    for top, below, (x, axes, c) in _quotients(node):
        rest = [f for f in node.factors if f not in (top, below)]
        rest.insert(node.factors.index(top), (softmax(x, axes), top[1]))
        sizes = dict(enumerate(node.sizes))
        return contract(node.out, rest, sizes, node.coefficient * c)
    return node


def _quotients(
    node: Contract,
) -> Iterator[tuple[Factor, Factor, tuple[Node, tuple[int, ...], Coefficient]]]:
    """Yield exp(X) and the reciprocal of its sums among the factors, X, the axes and a number."""
    for top in node.factors:
        if not isinstance(top[0], Map) or top[0].fn != call("exp", slot(0)):
            continue
        for below in node.factors:
            if isinstance(below[0], Map) and below[0].fn == slot(0) ** -1:
                found = _summed(below[0].args[0], top[0])
                if found is not None:
                    axes, c = found
                    kept = tuple(a for k, a in enumerate(top[1]) if k not in axes)
                    if below[1] == kept and node.factors.count(top) == 1:
                        yield top, below, (top[0].args[0], axes, c)


def _summed(total: Node, top: Node) -> tuple[tuple[int, ...], Coefficient] | None:
    """Return the axes along which the total sums the array, and one over its number."""
    if not isinstance(total, Contract) or total.children != (top,):
        return None
    ((_, labels),) = total.factors
    kept = tuple(label for label in labels if label in total.out)
    if len(set(labels)) < len(labels) or kept != total.out or not total.bound:
        return None
    axes = tuple(k for k, label in enumerate(labels) if label not in total.out)
    return axes, total.coefficient**-1
