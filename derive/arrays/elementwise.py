"""Arithmetic and functions at each entry, with broadcasting written out as products with ones.

Two arrays of different rank are aligned at their last axes; an axis of size 1 (the number, never
a name) is stretched.  A product of arrays stays one labelled product, a square included, so that
sums over it read as inner products and squared norms.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import prod

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, power, slot
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.values import (
    NUMBERS,
    Operand,
    as_coefficient,
    as_float,
    as_number_array,
    as_scalar,
    as_truth,
    kind_of,
    node,
)
from derive.dims import Dim, Shape, broadcast
from derive.operations.functions import FUNCTIONS

LARGEST_EXPONENT = 64
_RULE = "Arrays are aligned at their last axes; only an axis of size 1 is stretched."


def common_shape(nodes: Sequence[Node]) -> Shape:
    """Return the shape that all are broadcast to."""
    shape: Shape = nodes[0].shape
    widest = nodes[0]
    for other in nodes[1:]:
        if other.shape == shape:
            continue
        found = broadcast(shape, other.shape)
        if found and not isinstance(found[0], Dim):
            axis, left, right = found
            clash = f"{{0}} has {left} {_along(axis, widest)}, {{1}} has {right} "
            clash += _along(axis, other)
            raise ShapeFault(clash, widest, other, rule=_RULE)
        if len(other.shape) > len(shape):
            widest = other
        shape = found
    return shape


def _along(axis: int, value: Node) -> str:
    """Return what lies along an axis that is counted from the end."""
    if axis <= 2:
        return ("entries" if value.rank == 1 else "columns") if axis == 1 else "rows"
    return f"along axis {value.rank - axis}"


def spread(value: Node, shape: Shape) -> Node:
    """Return the node broadcast to a shape that it fits."""
    if value.shape == shape:
        return value
    start = len(shape) - value.rank
    return build.expand(value, shape, range(start, len(shape)))


def add(left: Operand, right: Operand) -> Node:
    """Return left + right."""
    nodes = [as_number_array(left), as_number_array(right)]
    shape = common_shape(nodes)
    return build.add(*(spread(term, shape) for term in nodes))


def negative(x: Operand) -> Node:
    """Return -x."""
    return build.negative(as_number_array(x))


def subtract(left: Operand, right: Operand) -> Node:
    """Return left - right."""
    return add(left, negative(right))


def multiply(left: Operand, right: Operand) -> Node:
    """Return the entrywise product."""
    for number, other in ((left, right), (right, left)):
        c = as_coefficient(number) if isinstance(number, NUMBERS) else None
        if c is not None:
            return build.scale(c, as_number_array(other))
    nodes = [node(left), node(right)]
    if all(kind_of(n) == "bool" for n in nodes):
        return map_entries(call("logical_and", slot(0), slot(1)), *nodes)
    nodes = [as_number_array(n) for n in nodes]
    if "" in (kinds := [kind_of(n) for n in nodes]) and any(kinds):
        nodes = [as_float(n) for n in nodes]
    return _product(nodes, common_shape(nodes))


def _product(nodes: Sequence[Node], shape: Shape) -> Node:
    """Return the entrywise product of nodes that broadcast to the shape."""
    sizes = dict(enumerate(shape))
    factors = []
    for value in nodes:
        labels = []
        for axis, have in enumerate(value.shape, len(shape) - value.rank):
            if have == shape[axis]:
                labels.append(axis)
            else:
                sizes[len(sizes)] = have
                labels.append(len(sizes) - 1)
        factors.append((value, labels))
    return build.contract(range(len(shape)), factors, sizes)


def divide(left: Operand, right: Operand) -> Node:
    """Return left / right."""
    if isinstance(right, NUMBERS):
        c = as_coefficient(right)
        if c is not None:
            if not c.number:
                raise Refused("division by zero")
            return build.scale(c**-1, as_float(left))
    return map_entries(slot(0) / slot(1), _floats(left), _floats(right))


def _floats(x: Operand) -> Operand:
    return as_float(x) if isinstance(x, Node) else x


def power_of(base: Operand, exponent: Operand) -> Node:
    """Return base ** exponent; a square is the product of the base with itself."""
    e = as_scalar(exponent) if isinstance(exponent, NUMBERS) else None
    if e is None or e.number is None:
        if isinstance(base, NUMBERS) and base == 2:
            return map_entries(call("exp2", slot(0)), exponent)
        return map_entries(call("pow", slot(0), slot(1)), _floats(base), _floats(exponent))
    if abs(e.number) > LARGEST_EXPONENT:
        raise Refused(
            f"the exponent {e.number} is too large; at most {LARGEST_EXPONENT} is allowed"
        )
    return _number_power(node(base), e.number)


def _number_power(base: Node, exponent: Fraction) -> Node:
    if exponent == 2:
        base = as_number_array(base)
        return _product([base, base], base.shape)
    base = as_float(base)
    named = {Fraction(1, 2): "sqrt", Fraction(-1, 2): "rsqrt"}
    if exponent in named:
        return map_entries(call(named[exponent], slot(0)), base)
    return map_entries(power(slot(0), exponent), base)


def square(x: Operand) -> Node:
    """Return x²."""
    return _number_power(node(x), Fraction(2))


def map_entries(fn: Scalar, *operands: Operand) -> Node:
    """Return the scalar function of the operands' entries, broadcast to one shape."""
    values: dict[int, Scalar] = {}
    nodes: list[Node] = []
    for index, operand in enumerate(operands):
        constant = as_scalar(operand) if isinstance(operand, NUMBERS) else None
        if constant is None:
            values[index] = slot(len(nodes))
            nodes.append(node(operand))
        else:
            values[index] = constant
    if len(nodes) < len(values):
        fn = scalar.substitute(fn, values)
    shape = common_shape(nodes) if nodes else ()
    return build.elementwise(fn, [spread(n, shape) for n in nodes], shape)


def each(name: str, *operands: Operand) -> Node:
    """Return the named function of the list of scalar functions, at each entry."""
    return map_entries(call(name, *map(slot, range(len(operands)))), *map(_floats, operands))


def compare(name: str, *operands: Operand) -> Node:
    """Return the truth values of "greater", "less_equal", "equal", "isnan" …"""
    return map_entries(call(name, *map(slot, range(len(operands)))), *operands)


def logical(name: str, *operands: Operand) -> Node:
    """Return logical_and, logical_or or logical_not of truth values."""
    truths = [as_truth(operand) for operand in operands]
    return map_entries(call(name, *map(slot, range(len(truths)))), *truths)


def where(condition: Operand, yes: Operand, no: Operand) -> Node:
    """Return `yes` where the condition holds, else `no`."""
    return map_entries(
        call("where", slot(0), slot(1), slot(2)), as_truth(condition), _floats(yes), _floats(no)
    )


def clip(x: Operand, low: Operand | None, high: Operand | None) -> Node:
    """Return x held between its bounds, either of which may be None."""
    x = as_float(x)
    if low is not None and high is not None:
        return map_entries(call("clip", slot(0), slot(1), slot(2)), x, low, high)
    if low is not None:
        below = call("less", slot(0), slot(1))
        return map_entries(call("where", below, slot(1), slot(0)), x, low)
    if high is not None:
        above = call("greater", slot(0), slot(1))
        return map_entries(call("where", above, slot(1), slot(0)), x, high)
    raise Refused("clip needs a bound")


def composed(tree: Scalar, *operands: Operand, **also: Operand) -> Operand:
    """Return what a tree computes of the operands, step by step, as a model would spell it."""
    operands += tuple(also.values())
    if not tree.slots:
        return tree if tree.number is None else _plain(tree.number)
    if tree.op == "slot":
        return operands[tree.args[0]]
    if tree.op == "mul":
        return _composed_product(tree, operands)
    values = [composed(child, *operands) for child in tree.children]
    if tree.op == "add":
        return reduce(add, values)
    if tree.op == "pow":
        return divide(1, values[0]) if tree.args[1] == -1 else power_of(values[0], tree.args[1])
    name = tree.args[0]
    if name == "where":
        return where(*values)
    if name in ("logical_and", "logical_or", "logical_not"):
        return logical(name, *values)
    return (compare if FUNCTIONS[name].truth else each)(name, *values)


def _composed_product(tree: Scalar, operands: Sequence[Operand]) -> Operand:
    """Return a product; one with a constant such as π is one function of its entries."""
    if any(not factor.slots and factor.number is None for factor in tree.args):
        return map_entries(tree, *map(_floats, operands))
    below = [factor for factor in tree.args if factor.op == "pow" and factor.args[1] < 0]
    above = [composed(factor, *operands) for factor in tree.args if factor not in below]
    number = prod(value for value in above if isinstance(value, int | Fraction))
    arrays = [value for value in above if not isinstance(value, int | Fraction)]
    found = reduce(multiply, arrays) if arrays else number
    found = multiply(number, found) if arrays and number != 1 else found
    return reduce(divide, [composed(1 / factor, *operands) for factor in below], found)


def _plain(number: Fraction) -> int | Fraction:
    return int(number) if number.denominator == 1 else number
