"""Softmax by its name: exp(log_softmax X) and exp(X - logsumexp X) are softmax X.

For what is shown in the arguments alone.  Derivations keep the exponential of the value at hand,
which costs nothing to keep and overflows nowhere.
"""

from __future__ import annotations

from derive.algebra import scalar
from derive.algebra.build import apply, elementwise, expand, rebuild
from derive.algebra.nodes import Apply, Contract, Map, Node
from derive.algebra.scalar import Scalar


def with_softmax(node: Node) -> Node:
    """Return the expression with each softmax that it spells out written as one."""
    children = [with_softmax(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
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


def _softmax(tree: Scalar, args: tuple[Node, ...]) -> Node | None:
    """Return the softmax that exp(…) over these arguments is, None if it is none."""
    if tree.op != "call" or tree.args[0] != "exp":
        return None
    inner = tree.args[1]
    if inner.op == "slot":
        arg = args[inner.args[0]]
        if isinstance(arg, Apply) and arg.rule == "log_softmax":
            return apply("softmax", arg.args, arg.params, arg.shape)
        return None
    for i, x in enumerate(args):
        for j, copied in enumerate(args):
            if inner == scalar.slot(i) - scalar.slot(j) and _is_logsumexp(copied, x):
                total = copied.children[0]
                assert isinstance(total, Apply)
                return apply("softmax", [x], total.params, x.shape)
    return None


def _is_logsumexp(copied: Node, x: Node) -> bool:
    """Whether the node is logsumexp(x), copied along the axes that it was summed over."""
    if not isinstance(copied, Contract) or len(copied.factors) != 1:
        return False
    total = copied.children[0]
    if not isinstance(total, Apply) or total.rule != "logsumexp" or total.args != (x,):
        return False
    kept = [axis for axis in range(x.rank) if axis not in total.params]
    return copied == expand(total, x.shape, kept)
