"""Assignments: a name for what an expression computes, entries replaced, lists of symbols."""

from __future__ import annotations

import ast
from typing import Any

from derive.algebra.nodes import Apply, Node, Symbol
from derive.arrays import replacing
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.values import kind_of
from derive.dims import code_shape
from derive.reader import faults
from derive.reader.annotations import annotation_text, parse_annotation
from derive.reader.naming import Naming, other_holder
from derive.reader.values import NOTHING, Copy, Frame, describe
from derive.reader.views import view_root


class Assignments(Naming):
    """Adds assignments; `derive.reader.body` adds the other statements."""

    same: dict[str, str]

    def _assign(self, statement: ast.Assign, frame: Frame) -> object:
        value = statement.value
        first = statement.targets[0]
        if len(statement.targets) == 1 and _pairs_up(first, value):
            self._assign_pairs(first, value, frame)
            return NOTHING
        found = self.evaluate(value, frame)
        text = self.session.source.segment(statement)
        for target in statement.targets:
            self.bind_target(target, found, value, text, frame)
        return NOTHING

    def _assign_pairs(self, target: Any, value: Any, frame: Frame) -> None:
        """Execute `a, b = x, y`: all are computed before a name is given."""
        segment = self.session.source.segment
        values = [self.evaluate(part, frame) for part in value.elts]
        for part, written, found in zip(target.elts, value.elts, values, strict=True):
            text = f"{segment(part)} = {segment(written)}"
            self.bind_target(part, found, written, text, frame)

    def bind_target(
        self, target: ast.expr, value: object, written: ast.AST, text: str, frame: Frame
    ) -> None:
        """Give the value to a name, to several names, or to entries of an array."""
        value = self.fixed(value)
        if isinstance(target, ast.Name):
            frame.names[target.id] = self.keep(target.id, value, written, text, frame)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack_into(target, value, written, text, frame)
        elif isinstance(target, ast.Subscript):
            self._assign_entries(target, value, written, text, frame)
        else:
            raise self.fault(target, "an attribute cannot be assigned to", hint="use a name")

    def _unpack_into(
        self,
        target: ast.Tuple | ast.List,
        value: object,
        written: ast.AST,
        text: str,
        frame: Frame,
    ) -> None:
        items = self._items_of(target, value, written)
        stars = [k for k, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        if len(stars) == 1 and len(items) >= len(target.elts) - 1:
            (k,) = stars
            behind = len(items) - (len(target.elts) - 1 - k)
            items = [*items[:k], items[k:behind], *items[behind:]]
        if len(items) != len(target.elts) or len(stars) > 1:
            raise self.fault(target, f"{len(target.elts)} names for {len(items)} values")
        for part, item in zip(target.elts, items, strict=True):
            inner = part.value if isinstance(part, ast.Starred) else part
            self.bind_target(inner, item, written, text, frame)

    def _items_of(self, target: ast.expr, value: object, written: ast.AST) -> list[object]:
        array = self.array(value)
        if isinstance(array, Node) and (not array.rank or array.shape[0].value is None):
            count = array.shape[0] if array.rank else "no"
            raise self.fault(
                target,
                f"an array of {count} entries is unpacked into names",
                hint="take entries by their index: x[0]",
            )
        return self.iterate(array, written)

    def _augment(self, statement: ast.AugAssign, frame: Frame) -> object:
        target = statement.target
        if isinstance(target, ast.Attribute):
            raise self.fault(target, "an attribute cannot be assigned to", hint="use a name")
        old = self.evaluate(_loaded(target), frame)
        right = self.evaluate(statement.value, frame)
        text = self.session.source.segment(statement)
        if isinstance(old, list) and isinstance(statement.op, ast.Add):
            old.extend(self.iterate(right, statement))
            return NOTHING
        if isinstance(target, ast.Subscript) and self._picks(target, frame):
            raise self.fault(
                statement, "adding to entries named by integers counts a repeated one once"
            )
        try:
            value = self.operate(statement, statement.op, old, right)
        except ShapeFault as fault:
            operands = [(_loaded(target), old), (statement.value, right)]
            arrays = [(tree, v) for tree, v in operands if isinstance(v, Node)]
            raise faults.misfit(self.session, fault, statement, arrays) from None
        except Refused as refusal:
            raise faults.refused(self.session, refusal, statement) from None
        value = Copy(value) if isinstance(value, Symbol) else value
        if isinstance(target, ast.Name) and isinstance(old, Node):
            if isinstance(value, Node) and value.shape != old.shape:
                raise self.fault(
                    statement,
                    f"{target.id} is {code_shape(old.shape)} and cannot become "
                    f"{code_shape(value.shape)} in place",
                    hint=f"write {target.id} = {target.id} {_sign(statement)} "
                    f"{self.session.source.segment(statement.value)}",
                )
            self._unshared(target.id, old, statement, frame)
        self.bind_target(target, value, statement, text, frame)
        return NOTHING

    def _picks(self, target: ast.Subscript, frame: Frame) -> bool:
        key = self.index(target.slice, frame)
        return any(isinstance(p, Node) and kind_of(p).startswith("int") for p in key)

    def _unshared(self, name: str, value: Node, tree: ast.AST, frame: Frame) -> None:
        """Refuse a change in place of an array that another name holds or looks into."""
        if not isinstance(value, Symbol):
            return
        made = self.session.unfold(value)
        if self.unfollowed and not (isinstance(made, Apply) and made.rule == "stop"):
            raise self.fault(
                tree,
                f"{name} is changed in place where no gradients are followed",
                hint=f"compute a new array: {name} = {name}.detach() + …",
            )
        other = other_holder(self.session, name, value, frame, self.frames)
        if other is not None:
            raise self.fault(
                tree,
                f"{name} is changed in place, and {other} holds the same array",
                "NumPy and PyTorch would change both.",
                hint=f"make a new array: {name} = {name} + …, or copy it first",
            )

    def changed_in_place(self, tree: ast.Call, old: object, new: object, frame: Frame) -> object:
        """Return the value of F.relu(x, inplace=True), which x stands for from there on."""
        target = tree.args[0]
        if isinstance(old, Node) and isinstance(target, ast.Name):
            text = self.session.source.segment(tree)
            self._unshared(target.id, old, tree, frame)
            self.bind_target(target, new, tree, text, frame)
            return frame.names[target.id]
        if isinstance(old, Node) and view_root(old, self.session.definitions) is not None:
            text = self.session.source.segment(target)
            raise self.fault(tree, f"inplace=True changes the array that {text} looks into")
        return new

    def _assign_entries(
        self, target: ast.Subscript, value: object, written: ast.AST, text: str, frame: Frame
    ) -> None:
        base = self.evaluate(target.value, frame)
        if isinstance(base, list | dict):
            self._assign_item(base, target, value, written, text, frame)
            return
        if not isinstance(base, Node) or not isinstance(target.value, ast.Name):
            raise self.fault(target, f"entries of {describe(base)} cannot be assigned")
        self._unshared(target.value.id, base, target, frame)
        key = self.index(target.slice, frame)
        try:
            changed = replacing.replaced(base, key, self.array(value))
        except ShapeFault as fault:
            value_node = self.array(value)
            shown: list[tuple[ast.AST, Node]] = [(target.value, base)]
            shown += [(written, value_node)] if isinstance(value_node, Node) else []
            raise faults.misfit(self.session, fault, target, shown) from None
        except Refused as refusal:
            raise faults.refused(self.session, refusal, target) from None
        name = target.value.id
        frame.names[name] = self.record(name, changed, written, text, frame)

    def _assign_item(
        self,
        base: list | dict,
        target: ast.Subscript,
        value: object,
        written: ast.AST,
        text: str,
        frame: Frame,
    ) -> None:
        key = self.static(self.index_part(target.slice, frame))
        if not isinstance(key, int if isinstance(base, list) else int | str):
            raise self.fault(target, "an entry of a list is assigned by a constant integer")
        if isinstance(base, list) and not -len(base) <= int(key) < len(base):
            raise self.fault(target, f"there is no entry {key}: the list has {len(base)}")
        name = f"{base_name(target)}_{key}"
        base[key] = self.settled_item(name, value, written, text, frame)

    def _annotated(self, statement: ast.AnnAssign, frame: Frame) -> object:
        if statement.value is None:
            return NOTHING
        value = self.evaluate(statement.value, frame)
        shape_text = annotation_text(statement.annotation)
        array = self.array(value)
        if shape_text is not None and isinstance(array, Node):
            where = self.session.source.place(statement.annotation)
            shape, _ = parse_annotation(shape_text, where, self.same)
            if shape != array.shape:
                raise self.fault(
                    statement,
                    f"annotated as {code_shape(shape)}, but the value is {code_shape(array.shape)}",
                )
        text = self.session.source.segment(statement)
        self.bind_target(statement.target, value, statement.value, text, frame)
        return NOTHING


def _pairs_up(target: ast.expr, value: ast.expr) -> bool:
    """Whether the statement is `a, b = x, y`: each name with its own expression."""
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
        return False
    parts = (*target.elts, *value.elts)
    return len(target.elts) == len(value.elts) and not any(
        isinstance(part, ast.Starred) for part in parts
    )


def _sign(statement: ast.AugAssign) -> str:
    """Return the operator of an augmented assignment as it is written."""
    plain = ast.BinOp(ast.Name("a"), statement.op, ast.Name("b"))
    return ast.unparse(plain)[2:-2]


def _loaded(target: ast.expr) -> ast.expr:
    """Return the target as an expression to be read."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def base_name(tree: ast.expr) -> str:
    while isinstance(tree, ast.Subscript | ast.Attribute):
        tree = tree.value
    return tree.id if isinstance(tree, ast.Name) else "item"
