"""Operators: arithmetic and comparisons of arrays, numbers and named constants."""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

from derive.algebra.nodes import Add, Node, Symbol
from derive.arrays import elementwise, linear, select, special
from derive.arrays.fault import Refused
from derive.arrays.quotients import quotient
from derive.arrays.rewrites import joined
from derive.arrays.values import NUMBERS, kind_of
from derive.dims import Dim
from derive.reader import numbers
from derive.reader.comprehensions import Comprehensions
from derive.reader.expressions import LONGEST_LIST
from derive.reader.trees import named
from derive.reader.values import Constant, Copy, Frame, describe

ARITHMETIC = (Node, *NUMBERS)
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}
_ARRAY_OPERATORS: dict[type[ast.operator], Callable[..., Node]] = {
    ast.Add: elementwise.add,
    ast.Sub: elementwise.subtract,
    ast.Mult: elementwise.multiply,
    ast.MatMult: linear.matmul,
    ast.Pow: elementwise.power_of,
    ast.Mod: special.remainder,
    ast.FloorDiv: lambda x, y: elementwise.each("floor", elementwise.divide(x, y)),
    ast.BitAnd: lambda a, b: elementwise.logical("logical_and", a, b),
    ast.BitOr: lambda a, b: elementwise.logical("logical_or", a, b),
}
_NUMBER_OPERATORS: dict[type[ast.operator], Callable[..., object]] = {
    ast.Add: numbers.add,
    ast.Sub: numbers.subtract,
    ast.Mult: numbers.multiply,
    ast.Div: numbers.divide,
    ast.FloorDiv: numbers.floor_divide,
    ast.Mod: numbers.remainder,
    ast.Pow: numbers.power,
}


class Operators(Comprehensions):
    """Adds operators to the expressions."""

    def _binary(self, tree: ast.BinOp, frame: Frame) -> object:
        left = self.evaluate(tree.left, frame)
        right = self.evaluate(tree.right, frame)
        value = self.operate(tree, tree.op, left, right)
        if self.session.remarks and isinstance(value, Add):
            value = joined(self.session, value)
        return Copy(value) if isinstance(value, Symbol) else value  # x + 0 is a new array

    def operate(self, tree: ast.AST, op: ast.operator, left: object, right: object) -> object:
        """Return `left op right`; `tree` has the place."""
        sign = type(op)
        if isinstance(left, Node) and isinstance(right, Node) and sign in _ARRAY_OPERATORS:
            return _ARRAY_OPERATORS[sign](left, right)
        if sign is ast.BitXor:
            both = [v for v in (left, right) if isinstance(v, Node) and kind_of(v) == "bool"]
            if len(both) == 2:
                return select.exclusive(*both)
            raise self.fault(tree, "^ is no power in Python", hint="write **")
        if isinstance(left, list | tuple) or isinstance(right, list | tuple):
            return self._joined(tree, op, left, right)
        if isinstance(left, Copy) or isinstance(right, Copy):
            return self.operate(
                tree,
                op,
                left.node if isinstance(left, Copy) else left,
                right.node if isinstance(right, Copy) else right,
            )
        if isinstance(left, Constant) or isinstance(right, Constant):
            found = self._constant_operation(op, left, right)
            if found is not None:
                return found
            left, right = self.array(left), self.array(right)
        if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
            if sign in _NUMBER_OPERATORS:
                return _NUMBER_OPERATORS[sign](left, right)
        elif isinstance(left, ARITHMETIC) and isinstance(right, ARITHMETIC):
            if sign is ast.Div:
                return quotient(self.session, left, right)
            if sign in _ARRAY_OPERATORS:
                return _ARRAY_OPERATORS[sign](left, right)
        else:
            wrong = right if isinstance(left, ARITHMETIC) else left
            raise self.fault(tree, f"{describe(wrong)} cannot stand in arithmetic")
        raise Refused(f"{named(op)} cannot be read here")

    def _joined(self, tree: ast.AST, op: ast.operator, left: Any, right: Any) -> object:
        if isinstance(op, ast.Add) and type(left) is type(right):
            if len(left) + len(right) > LONGEST_LIST:
                raise Refused(f"a list of more than {LONGEST_LIST} entries")
            return left + right
        if isinstance(op, ast.Mult) and isinstance(self.static(right), int):
            count = self.static(right)
            if isinstance(left, list | tuple) and len(left) * count <= LONGEST_LIST:
                return left * count
        listed = left if isinstance(left, list | tuple) else right
        if any(isinstance(item, Node) for item in listed):
            raise self.fault(
                tree, "a list of arrays is no array", hint="stack it: torch.stack or np.stack"
            )
        raise self.fault(tree, f"{describe(listed)} cannot stand in arithmetic")

    def _constant_operation(self, op: ast.operator, left: object, right: object) -> object:
        """Combine named constants with numbers; dimensions with whole ones are dimensions."""
        values = [v.value if isinstance(v, Constant) else v for v in (left, right)]
        names = frozenset().union(*(v.names for v in (left, right) if isinstance(v, Constant)))
        exact = all(isinstance(v, int | Fraction) for v in values)
        if exact and type(op) in _NUMBER_OPERATORS:
            value = _NUMBER_OPERATORS[type(op)](*values)
            if isinstance(value, int | Fraction):
                if isinstance(op, ast.FloorDiv | ast.Mod):
                    self.session.fixed |= names
                    return value
                nodes = [self.array(v) for v in (left, right)]
                node = (
                    quotient(self.session, *nodes)
                    if isinstance(op, ast.Div)
                    else _ARRAY_OPERATORS[type(op)](*nodes)
                )
                return Constant(value, node, names)
        shapes = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
        if all(isinstance(v, int | Dim) for v in values) and isinstance(op, shapes):
            self.session.fixed |= names
            return _NUMBER_OPERATORS[type(op)](*values)
        return None

    def _unary(self, tree: ast.UnaryOp, frame: Frame) -> object:
        value = self.evaluate(tree.operand, frame)
        value = value.node if isinstance(value, Copy) else value
        if isinstance(tree.op, ast.Not):
            return not self.condition(value, tree.operand)
        if isinstance(tree.op, ast.UAdd):
            return value
        if isinstance(tree.op, ast.Invert):
            if isinstance(value, Node) and kind_of(value) == "bool":
                return elementwise.logical("logical_not", value)
            raise Refused("~ is read for arrays of truth values")
        if isinstance(value, Constant):
            return Constant(-value.value, elementwise.negative(value.node), value.names)
        if isinstance(value, Node):
            return elementwise.negative(value)
        if isinstance(value, NUMBERS):
            return numbers.negative(value)
        raise Refused(f"{describe(value)} has no negative")

    def _compare(self, tree: ast.Compare, frame: Frame) -> object:
        values = [self.evaluate(t, frame) for t in (tree.left, *tree.comparators)]
        truths: list[object] = []
        for op, left, right in zip(tree.ops, values, values[1:], strict=False):
            truths.append(self._compared(op, left, right))
            if truths[-1] is False:
                return False
        found = [t for t in truths if isinstance(t, Node)]
        if not found:
            return True
        if len(truths) > 1:
            raise Refused("a chain of comparisons of arrays", self._chained(tree))
        return found[0]

    def _chained(self, tree: ast.Compare) -> str:
        """Return how a chain of comparisons is written for arrays."""
        text = self.session.source.segment
        parts = [tree.left, *tree.comparators]
        pairs = (
            f"({text(left)} {numbers.SYMBOLS[type(op)]} {text(right)})"
            for op, left, right in zip(tree.ops, parts, parts[1:], strict=False)
            if type(op) in numbers.SYMBOLS
        )
        return f"write {' & '.join(pairs)}"

    def _compared(self, op: ast.cmpop, left: object, right: object) -> object:
        if isinstance(op, ast.In | ast.NotIn):
            inside = isinstance(right, list | tuple | dict | str) and left in right
            return inside == isinstance(op, ast.In)
        identity = isinstance(op, ast.Is | ast.IsNot)
        left, right = (v.node if isinstance(v, Copy) else v for v in (left, right))
        if not identity and any(isinstance(v, Node) for v in (left, right)):
            return elementwise.compare(_COMPARISONS[type(op)], self.array(left), self.array(right))
        return numbers.compare(op, self.static(left), self.static(right))

    HANDLERS: ClassVar[dict[type, Callable]] = {
        **Comprehensions.HANDLERS,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
    }
