"""Expressions: a tree of the source to an array, a number, a list or a function.

Arrays are nodes of `derive.algebra`; everything else is known while reading.  Whatever has no
reading is refused at its place.  Operators, attributes and calls are in the classes above this.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from derive.algebra.nodes import Node, Symbol
from derive.algebra.scalars.tree import Scalar
from derive.arrays import indexing, layout
from derive.arrays.fault import Refused, ShapeFault
from derive.dims import Dim
from derive.errors import DeriveError
from derive.reader import faults, library, numbers
from derive.reader.imports import BUILTINS, MISSING, Scope
from derive.reader.session import Session
from derive.reader.source import DEEPEST
from derive.reader.trees import instead, named
from derive.reader.unknown import unknown_name
from derive.reader.values import Constant, Copy, Frame, Library, Pair, describe

Tree = ast.expr
LONGEST_LIST = 10_000


class Expressions:
    """Evaluates names, literals, lists and conditions for one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.depth = 0
        self.unfollowed = 0  # blocks of torch.no_grad around the statement at work

    def evaluate(self, tree: Tree, frame: Frame) -> Any:
        """Return the value of an expression."""
        handler = self.HANDLERS.get(type(tree))
        if handler is None:
            raise self.fault(tree, f"{named(tree)} cannot be read", hint=instead(tree))
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(tree, f"nested deeper than {DEEPEST}; at most {DEEPEST} is read")
        try:
            value = handler(self, tree, frame)
        except ShapeFault as fault:
            operands = self._operands(tree, frame)
            raise faults.misfit(self.session, fault, tree, operands) from None
        except Refused as fault:
            raise faults.refused(self.session, fault, tree) from None
        self.depth -= 1
        return value

    def fault(
        self, tree: ast.AST, found: str, *needed: str, hint: str | None = None
    ) -> DeriveError:
        """Return the error at a tree."""
        return DeriveError(
            found, where=self.session.source.place(tree), needed=needed, hint=hint or ""
        )

    def _operands(self, tree: Tree, frame: Frame) -> list[tuple[Tree, Node]]:
        """Evaluate again what an operation took, to tell a fault's operands by their text."""
        self.depth = 0
        written: list[Tree] = []
        if isinstance(tree, ast.BinOp):
            written = [tree.left, tree.right]
        elif isinstance(tree, ast.Call):
            receiver = tree.func.value if isinstance(tree.func, ast.Attribute) else None
            written = [receiver] if receiver is not None else []
            for argument in (*tree.args, *(k.value for k in tree.keywords)):
                listed = isinstance(argument, ast.List | ast.Tuple)
                written += argument.elts if listed else [argument]  # type: ignore[attr-defined]
        elif isinstance(tree, ast.Compare):
            written = [tree.left, *tree.comparators]
        elif isinstance(tree, ast.Subscript):
            parts = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
            written = [tree.value, *(p for p in parts if not isinstance(p, ast.Slice))]
        elif isinstance(tree, ast.Attribute):
            written = [tree.value]
        found = []
        for part in written:
            if not isinstance(part, ast.Starred):
                value = self.array(self.evaluate(part, frame))
                if isinstance(value, Node):
                    found.append((part, value))
        return found

    # Names and literals

    def _name(self, tree: ast.Name, frame: Frame) -> object:
        inner: Frame | None = frame
        while inner is not None:
            if tree.id in inner.names:
                return inner.names[tree.id]
            inner = inner.outer
        scope = frame.scope
        assert isinstance(scope, Scope)
        value = scope.find(tree.id)
        if isinstance(value, ast.expr):
            value = scope.found[tree.id] = self.evaluate(value, Frame(scope))
        if value is not MISSING:
            return value
        if tree.id in BUILTINS:
            return Library(f"builtins.{tree.id}")
        for star in scope.stars:
            if library.knows(f"{star}.{tree.id}"):
                return Library(f"{star}.{tree.id}")
        raise unknown_name(self.session, tree, frame)

    def _constant(self, tree: ast.Constant, frame: Frame) -> object:
        value = tree.value
        if isinstance(value, bool | str) or value is None or value is Ellipsis:
            return value
        if isinstance(value, int | float):
            return numbers.literal(self.session.source.segment(tree))
        raise Refused(f"{value!r} is neither a real number nor a text")

    def _sequence(self, tree: ast.List | ast.Tuple, frame: Frame) -> object:
        values = self.items(tree.elts, frame)
        return values if isinstance(tree, ast.List) else tuple(values)

    def items(self, trees: Sequence[Tree], frame: Frame) -> list[Any]:
        """Return the values of a list of expressions, `*` included."""
        values: list[object] = []
        for tree in trees:
            if isinstance(tree, ast.Starred):
                values += self.iterate(self.evaluate(tree.value, frame), tree)
            else:
                values.append(self.evaluate(tree, frame))
        return values

    def iterate(self, value: object, tree: ast.AST) -> list[Any]:
        """Return the items over which a `for` goes."""
        value = self.array(value)
        if isinstance(value, list | tuple | range):
            if len(value) > LONGEST_LIST:
                raise self.fault(tree, f"more than {LONGEST_LIST} entries; so many are read")
            return list(value)
        if isinstance(value, Node) and value.rank:
            count = value.shape[0].value
            if count is not None:
                return [indexing.basic(value, [k]) for k in range(count)]
            raise self.fault(
                tree,
                f"the entries of an array are taken one by one, and there are {value.shape[0]}",
                f"{value.shape[0]} is not a number while reading.",
                hint="write it as one operation on the whole array",
            )
        if isinstance(value, dict):
            return list(value)
        raise self.fault(tree, f"{describe(value)} cannot be looped over")

    def _dict(self, tree: ast.Dict, frame: Frame) -> object:
        found: dict[str | int, object] = {}
        for key, value in zip(tree.keys, tree.values, strict=True):
            if key is None:
                found.update(self.mapping(value, frame))
            else:
                found[self.key(key, frame)] = self.evaluate(value, frame)
        return found

    def key(self, tree: Tree, frame: Frame) -> str | int:
        """Return a key of a dict."""
        key = self.static(self.evaluate(tree, frame))
        if not isinstance(key, str | int):
            raise self.fault(tree, "a key that is neither a text nor an integer")
        return key

    def mapping(self, tree: Tree, frame: Frame) -> dict[Any, object]:
        """Return the dict that stands behind `**`."""
        value = self.evaluate(tree, frame)
        if not isinstance(value, dict):
            raise self.fault(tree, f"** before {describe(value)}, which is no dict")
        return value

    def array(self, value: object) -> Any:
        """Return a named constant as its symbol, a copy as its array; all else as it is."""
        return value.node if isinstance(value, Constant | Copy) else value

    def static(self, value: object) -> Any:
        """Return what must be known while reading; a named constant is fixed by that."""
        if isinstance(value, Constant):
            self.session.fixed |= value.names
            return value.value
        if isinstance(value, Copy):
            return value.node
        if isinstance(value, list | tuple) and not isinstance(value, Pair):
            return type(value)(self.static(item) for item in value)
        return value

    def condition(self, value: object, tree: ast.AST) -> bool:
        """Return the truth of a condition that is known while reading."""
        value = self.static(value)
        where = self.session.source.place(tree)
        if isinstance(value, Node):
            raise faults.NotKnown(
                "a condition on an array's entries is not known while reading",
                where=where,
                hint="choose entry by entry: torch.where(condition, yes, no)",
            )
        if isinstance(value, Dim | Scalar):
            raise faults.NotKnown(f"whether {value} is 0 is not known while reading", where=where)
        return bool(value)

    def fixed(self, value: Any) -> Any:
        """Return what a value is at this place: a constant under torch.no_grad.

        A name's own array stays what it is: nothing was computed.
        """
        if not self.unfollowed:
            return value
        if isinstance(value, Copy):
            return layout.stop(value.node)
        if isinstance(value, list | tuple) and not isinstance(value, Pair):
            return type(value)(map(self.fixed, value))
        computed = isinstance(value, Node) and not isinstance(value, Symbol)
        return layout.stop(value) if computed else value

    def _choice(self, tree: ast.BoolOp, frame: Frame) -> object:
        wanted = isinstance(tree.op, ast.Or)
        value: object = None
        for part in tree.values:
            value = self.evaluate(part, frame)
            if self.condition(value, part) == wanted:
                return value
        return value

    def _if(self, tree: ast.IfExp, frame: Frame) -> object:
        taken = self.condition(self.evaluate(tree.test, frame), tree.test)
        return self.evaluate(tree.body if taken else tree.orelse, frame)

    def unpack(self, target: Tree, value: object, frame: Frame) -> None:
        """Bind the names of a loop's target without making equations."""
        if isinstance(target, ast.Name):
            frame.names[target.id] = self.fixed(value)
            return
        if not isinstance(target, ast.Tuple | ast.List):
            raise self.fault(target, f"{named(target)} cannot be a loop's target")
        items = self.iterate(value, target)
        if len(items) != len(target.elts):
            raise self.fault(target, f"{len(target.elts)} names for {len(items)} values")
        for part, item in zip(target.elts, items, strict=True):
            self.unpack(part, item, frame)

    HANDLERS: ClassVar[dict[type, Callable]] = {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.List: _sequence,
        ast.Tuple: _sequence,
        ast.Dict: _dict,
        ast.BoolOp: _choice,
        ast.IfExp: _if,
    }
