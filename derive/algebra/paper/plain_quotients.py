"""What is plain on paper: quotients without guards, numbers and rows' numbers before an array.

x ⊘ (‖x‖ 1) is x/‖x‖, also inside a sum; what no gradient passes is what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import add, contract, elementwise, negative, rebuild, split_coefficient
from derive.algebra.coefficient import UNIT, coefficient
from derive.algebra.forms.joining import Factor
from derive.algebra.nodes import Apply, Contract, Map, Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar
from derive.dims import Shape

OTHERWISE = {
    "less": "greater_equal",
    "less_equal": "greater",
    "greater": "less_equal",
    "greater_equal": "less",
}
"""Each comparison by the one that holds where it does not."""


def plain(node: Node) -> Node:
    """Return the expression with plain quotients, and copies taken out of functions."""
    children = [plain(child) for child in node.children]
    if any(new is not old for new, old in zip(children, node.children, strict=True)):
        node = rebuild(node, children)
    if isinstance(node, Apply) and node.rule == "stop":
        return node.args[0]
    if not isinstance(node, Map):
        return node
    fn, args = _positive(scalar.transform(node.fn, _plain), node.args)
    if node.rank:
        return _Copies(args, node.shape).apart(fn)
    return _of_factors(fn, args)


def _positive(fn: Scalar, args: Sequence[Node]) -> tuple[Scalar, list[Node]]:
    """Return the function with the signs of its arguments in it: σ(-z) of -z is one of z."""
    turned = [k for k, arg in enumerate(args) if split_coefficient(arg)[0].number < 0]
    signed = scalar.substitute(fn, {k: -scalar.slot(k) for k in turned})
    return signed, [negative(arg) if k in turned else arg for k, arg in enumerate(args)]


def _of_factors(fn: Scalar, given: Sequence[Node]) -> Node:
    """Return a function of numbers with products among them taken apart: 1/(xᵀx yᵀy)."""
    args: list[Node] = []
    slots: dict[int, Scalar] = {}
    for k, arg in enumerate(given):
        parts = _unjoined(arg) if isinstance(arg, Contract) else [arg]
        slots[k] = scalar.mul(*(scalar.slot(len(args) + j) for j in range(len(parts))))
        args += parts
    return elementwise(scalar.substitute(fn, slots), args, ())


def _unjoined(node: Contract) -> list[Node]:
    """Return the numbers that a number is the product of: its factors that no label joins."""
    groups: list[tuple[set[int], list[Factor]]] = []
    for factor, axes in node.factors:
        joined = [group for group in groups if group[0] & set(axes)]
        groups = [group for group in groups if group not in joined]
        labels = set(axes).union(*(labels for labels, _ in joined))
        groups.append((labels, [*(f for _, inner in joined for f in inner), (factor, axes)]))
    if len(groups) < 2:
        return [node]
    parts = [contract((), inner, {k: node.sizes[k] for k in labels}) for labels, inner in groups]
    number = contract((), [], {}, node.coefficient)
    return parts if node.coefficient == coefficient(1) else [number, *parts]


def _plain(tree: Scalar) -> Scalar | None:
    """Return a quotient without its guard, and what is 0 where a condition holds by the other."""
    if tree.op != "call":
        return None
    if tree.args[0] == "safe_reciprocal":
        return 1 / scalar.transform(tree.args[1], _plain)
    if tree.args[0] == "where" and [case.number for case in tree.args[2:]] == [0, 1]:
        condition = scalar.transform(tree.args[1], _plain)
        if condition.op == "call" and condition.args[0] in OTHERWISE:
            name, *compared = condition.args
            return scalar.call("where", scalar.call(OTHERWISE[name], *compared), 1, 0)
    return None


class _Copies:
    """The arguments of a map, told as copies of what has fewer axes where they are such."""

    def __init__(self, args: Sequence[Node], shape: Shape) -> None:
        self.args = args
        self.shape = shape
        self.labels = tuple(range(len(shape)))
        self.sources = [_source(arg) for arg in args]

    def apart(self, fn: Scalar) -> Node:
        """Return the function at the arguments, what depends on copies alone made but once."""
        places = {self.sources[k][1] for k in fn.slots}
        if places <= {self.labels}:
            return elementwise(fn, self.args, self.shape)
        if len(places) == 1:
            return contract(self.labels, [self._once(fn)], dict(enumerate(self.shape)))
        if fn.op == "add":
            return add(*map(self.apart, fn.args))
        if fn.op == "mul":
            return self._product(fn)
        children = [self.apart(child) for child in fn.children]
        outer = scalar.rebuild(fn, [scalar.slot(k) for k in range(len(children))])
        return elementwise(outer, children, self.shape)

    def _product(self, fn: Scalar) -> Node:
        number, whole, factors = UNIT, [], []
        for part in fn.args:
            places = {self.sources[k][1] for k in part.slots}
            if part.op == "number":
                number = coefficient(part.args[0])
            elif places == {self.labels}:
                whole.append(part)
            elif len(places) == 1:
                factors.append(self._once(part))
            else:
                factors.append((self.apart(part), self.labels))
        if whole:
            entries = elementwise(scalar.mul(*whole), self.args, self.shape)
            factors.append((entries, self.labels))
        return contract(self.labels, factors, dict(enumerate(self.shape)), number)

    def _once(self, fn: Scalar) -> Factor:
        """Return a function of copies at what they are copies of, and where that lies."""
        (place,) = {self.sources[k][1] for k in fn.slots}
        inner = [
            source if k in fn.slots else arg
            for k, ((source, _), arg) in enumerate(zip(self.sources, self.args, strict=True))
        ]
        return elementwise(fn, inner, tuple(self.shape[label] for label in place)), place


def _source(arg: Node) -> Factor:
    """Return what the argument is a copy of, and the axes that the copy has from it."""
    labels = tuple(range(arg.rank))
    if not isinstance(arg, Contract) or arg.out != labels:
        return arg, labels
    used = tuple(k for k in labels if any(k in axes for _, axes in arg.factors))
    sizes = {label: arg.sizes[label] for label in (*used, *arg.bound)}
    return contract(used, arg.factors, sizes, arg.coefficient), used
