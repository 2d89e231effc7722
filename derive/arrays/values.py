"""Operands: exact numbers as nodes, what kind of entries a node has, casts between kinds.

A number is an int, a Fraction, a Dim, a Coefficient (with powers of dimensions) or a Scalar
without slots (log 2).  Kinds are "" for floats, "bool", and "int" or "int < v".
"""

from __future__ import annotations

from fractions import Fraction

from derive.algebra import build
from derive.algebra.coefficient import UNIT, Coefficient, coefficient, dimension_power
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars.tree import Scalar, call, number, slot
from derive.arrays.fault import Refused
from derive.dims import Dim
from derive.operations.array_operations import record_of
from derive.operations.functions import FUNCTIONS
from derive.operations.record import Entries

Number = int | Fraction | Dim | Coefficient | Scalar
Operand = Node | Number
NUMBERS = (int, Fraction, Dim, Coefficient, Scalar)


def node(value: Operand) -> Node:
    """Return the operand as a node; a number has shape ()."""
    if isinstance(value, Node):
        return value
    if isinstance(value, Scalar):
        return build.elementwise(value, (), ())
    if isinstance(value, Dim):
        return build.constant(dimension_power(value, 1))
    if isinstance(value, (int, Fraction, Coefficient)):
        return build.constant(value)
    raise Refused(f"an array is needed, not {_describe(value)}")


def _describe(value: object) -> str:
    """Return what a value of the reader is, in two words."""
    words = {str: "a text", list: "a list", tuple: "a tuple", type(None): "None", dict: "a dict"}
    if isinstance(value, Node):
        return "an array"
    if isinstance(value, NUMBERS):
        return "a number"
    return words.get(type(value), "this")


def as_coefficient(value: Number) -> Coefficient | None:
    """Return the number as a coefficient, or None for a Scalar that is no plain number."""
    if isinstance(value, Coefficient):
        return value
    if isinstance(value, Dim):
        return dimension_power(value, 1)
    if isinstance(value, Scalar):
        return None if value.number is None else coefficient(value.number)
    return coefficient(value)


def as_scalar(value: Number) -> Scalar | None:
    """Return the number as a scalar function without slots, or None where a dimension occurs."""
    if isinstance(value, Scalar):
        return value
    c = as_coefficient(value)
    return None if c is None or c.powers else number(c.number)


def kind_of(value: Node) -> str:
    """Return "" for floats, "bool", "int" or "int < v"."""
    if isinstance(value, Symbol):
        return "" if value.is_float else value.kind
    if isinstance(value, Map):
        is_truth = value.fn.op == "call" and FUNCTIONS[value.fn.args[0]].truth
        return "bool" if is_truth else ""
    if isinstance(value, Apply):
        entries = record_of(value).entries
        if entries is Entries.PLACES:
            return f"int < {value.params[0]}"
        if entries is Entries.SAME and value.args:
            return kind_of(value.args[0])
        return "bool" if entries is Entries.TRUTHS else ""
    if isinstance(value, Contract):
        return _kind_of_product(value)
    if isinstance(value, Add):
        return "int" if all(_is_integral(term) for term in value.terms) else ""
    return ""


def _kind_of_product(value: Contract) -> str:
    if len(value.factors) == 1 and value.coefficient == UNIT and not value.bound:
        return kind_of(value.factors[0][0])
    if value.factors and all(kind_of(f).startswith("int") for f, _ in value.factors):
        return "int" if _whole(value.coefficient) else ""
    return ""


def _is_integral(term: Node) -> bool:
    if isinstance(term, Contract) and not term.factors:
        return _whole(term.coefficient)
    return kind_of(term).startswith("int")


def _whole(c: Coefficient) -> bool:
    return c.number.denominator == 1 and all(e > 0 and e.denominator == 1 for _, e in c.powers)


def as_float(value: Operand) -> Node:
    """Return the entries as floats: truth values become 0 and 1, integers are cast."""
    value = node(value)
    kind = kind_of(value)
    if not kind:
        return value
    fn = call("where", slot(0), 1, 0) if kind == "bool" else call("float", slot(0))
    return build.elementwise(fn, (value,), value.shape)


def as_number_array(value: Operand) -> Node:
    """Return the node for arithmetic: truth values become 0 and 1, integers stay integers."""
    value = node(value)
    return as_float(value) if kind_of(value) == "bool" else value


def as_truth(value: Operand) -> Node:
    """Return the entries as truth values: those that are not 0."""
    value = node(value)
    if kind_of(value) == "bool":
        return value
    return build.elementwise(call("not_equal", slot(0), 0), (value,), value.shape)
