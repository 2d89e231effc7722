"""What a name will stand for: a symbol with an equation where its value computes something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from derive.algebra.nodes import Node, Symbol
from derive.arrays.values import kind_of
from derive.reader.calls import Calls
from derive.reader.session import Session
from derive.reader.values import Copy, Frame, Helper, Pair
from derive.reader.views import is_plain, view_root


class Naming(Calls):
    """Adds the equations of names, of the entries of lists and of a helper's arguments."""

    frames: list[Frame]
    changed: dict[int, set[str]]
    model: ast.FunctionDef

    def keep(self, name: str, value: object, written: ast.AST, text: str, frame: Frame) -> object:
        """Return what a name will stand for: a new symbol where the value computes something."""
        if name == "_":
            return value
        copied = isinstance(value, Copy)
        value = value.node if isinstance(value, Copy) else value
        if isinstance(value, Symbol) and not (copied and name in self._changed()):
            if len(self.frames) == 1:
                self._alias(name, value)
            return value
        if isinstance(value, Node):
            return self.record(name, value, written, text, frame)
        if isinstance(value, list | tuple | dict):
            return self.settled(name, value, written, text, frame)
        return value

    def _alias(self, name: str, symbol: Symbol) -> None:
        if name not in self.session.used and name != symbol.name:
            self.session.aliases[name] = symbol.name
            self.session.used.add(name)

    def record(
        self,
        name: str,
        value: Node,
        written: ast.AST,
        text: str,
        frame: Frame,
        named: bool = True,
    ) -> Symbol:
        """Add an equation for the value of a name."""
        session = self.session
        return session.record(
            name,
            value,
            text,
            session.source.place(written),
            kind=kind_of(value),
            named=named,
            helper=frame.function if len(self.frames) > 1 else "",
        )

    def settled(self, name: str, values: Any, written: ast.AST, text: str, frame: Frame) -> object:
        """Return a list whose entries are symbols: each that computes gets an equation."""
        self.session.step(written)
        if isinstance(values, dict):
            for key, item in values.items():
                values[key] = self.settled_item(f"{name}_{key}", item, written, text, frame)
            return values
        if not any(isinstance(item, Node | Copy | list | tuple | dict) for item in values):
            return values
        ends = values.names if isinstance(values, Pair) else range(1, len(values) + 1)
        found = [
            self.settled_item(f"{name}_{end}", item, written, text, frame)
            for end, item in zip(ends, values, strict=True)
        ]
        if isinstance(values, list):
            values[:] = found
            return values
        return Pair(found, values.names) if isinstance(values, Pair) else tuple(found)

    def settled_item(
        self, name: str, item: object, written: ast.AST, text: str, frame: Frame
    ) -> object:
        """Return an entry of a list as a symbol where it computes something."""
        item = item.node if isinstance(item, Copy) else item
        if isinstance(item, Node) and not is_plain(item):
            word = "".join(c if c.isalnum() else "_" for c in name)
            return self.record(word, item, written, text, frame, named=False)
        if isinstance(item, list | tuple | dict):
            return self.settled(name, item, written, text, frame)
        return item

    def named(self, name: str, value: object, tree: ast.AST, helper: Helper) -> object:
        """Return an argument of a helper, as an equation of its own where it computes."""
        value = value.node if isinstance(value, Copy) else value
        if not isinstance(value, Node) or is_plain(value):
            return value
        session = self.session
        text = f"{name} = {_argument_text(session, name, tree, helper)}"
        return session.record(
            name, value, text, session.source.place(tree), kind=kind_of(value), helper=helper.name
        )

    def _changed(self) -> set[str]:
        """Return the names that the function at work changes in place."""
        tree = self.active[-1].tree if self.active else self.model
        if id(tree) not in self.changed:
            self.changed[id(tree)] = changed_names(tree)
        return self.changed[id(tree)]


def _argument_text(session: Session, name: str, tree: ast.AST, helper: Helper) -> str:
    """Return the text of the argument that a call gives to a parameter."""
    if not isinstance(tree, ast.Call):
        return session.source.segment(tree)
    for keyword in tree.keywords:
        if keyword.arg == name:
            return session.source.segment(keyword.value)
    spec = helper.tree.args
    order = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    at = order.index(name) if name in order else len(tree.args)
    return session.source.segment(tree.args[at] if at < len(tree.args) else tree)


def root(session: Session, node: Node) -> Node:
    """Return the array that a node looks into, or the node."""
    inner = session.unfold(node)
    return view_root(inner, session.definitions) or node


def other_holder(
    session: Session, name: str, value: Node, frame: Frame, frames: list[Frame]
) -> str | None:
    """Return another name at work that holds the array of `name`, or looks into it."""
    own = root(session, value)
    symbols = [own, *session.views.get(own, ())]
    for other_frame in frames:
        names = other_frame.names
        for symbol in symbols:
            for other in sorted(names.holders.get(symbol, ())):
                if other != name or other_frame is not frame:
                    return other
        for other in sorted(names.loose):
            if any(root(session, node) == own for node in _nodes(names[other])):
                return other
    return None


def _nodes(value: object) -> Iterator[Node]:
    """Yield the arrays in nested lists."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _nodes(item)


def changed_names(tree: ast.AST) -> set[str]:
    """Return the names that a function changes in place."""
    found = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AugAssign) else targets
        for target in targets:
            base = target
            while isinstance(base, ast.Subscript):
                base = base.value
            in_place = base is not target or isinstance(node, ast.AugAssign)
            if isinstance(base, ast.Name) and in_place:
                found.add(base.id)
    return found
