"""Expressions that name values: comprehensions, lambdas, `name := value`; texts that hold them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from derive.algebra.nodes import Node
from derive.errors import DeriveError
from derive.reader.expressions import Expressions
from derive.reader.values import Constant, Frame, Helper, Names, Opaque

Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp


class Comprehensions(Expressions):
    """Adds what binds names within an expression."""

    def bind_target(
        self, target: ast.expr, value: object, written: ast.AST, text: str, frame: Frame
    ) -> None:
        """Give the value to a name; given by the subclass."""
        raise NotImplementedError

    def _list_comprehension(
        self, tree: ast.ListComp | ast.GeneratorExp, frame: Frame
    ) -> list[object]:
        found: list[object] = []
        self._each(tree, frame, lambda inner: found.append(self.evaluate(tree.elt, inner)))
        return found

    def _dict_comprehension(self, tree: ast.DictComp, frame: Frame) -> dict[str | int, object]:
        found: dict[str | int, object] = {}

        def add(inner: Frame) -> None:
            found[self.key(tree.key, inner)] = self.evaluate(tree.value, inner)

        self._each(tree, frame, add)
        return found

    def _each(self, tree: Comprehension, frame: Frame, act: Callable[[Frame], None]) -> None:
        """Do `act` for each item of a comprehension, in a frame that has its names."""
        inner = Frame(frame.scope, Names(), frame, frame.function)

        def level(k: int) -> None:
            if k == len(tree.generators):
                act(inner)
                return
            generator = tree.generators[k]
            for item in self.iterate(self.evaluate(generator.iter, inner), generator.iter):
                self.session.step(tree)
                self.unpack(generator.target, item, inner)
                if all(self.condition(self.evaluate(t, inner), t) for t in generator.ifs):
                    level(k + 1)

        level(0)

    def _assigned(self, tree: ast.NamedExpr, frame: Frame) -> object:
        """Return the value of `name := value`, which the name stands for from there on."""
        value = self.evaluate(tree.value, frame)
        if not self.frames or frame is not self.frames[-1]:
            raise self.fault(
                tree, ":= within a comprehension or a lambda", hint="assign it in a statement"
            )
        text = self.session.source.segment(tree).replace(":=", "=", 1)
        self.bind_target(tree.target, value, tree.value, text, frame)
        return frame.names[tree.target.id]

    frames: list[Frame]

    def _lambda(self, tree: ast.Lambda, frame: Frame) -> object:
        return Helper(tree, frame.scope, frame)

    def _text(self, tree: ast.JoinedStr, frame: Frame) -> object:
        return "".join(self._piece(part, frame) for part in tree.values)

    def _piece(self, part: ast.expr, frame: Frame) -> str:
        """Return a piece of a text; a value that is not known while reading is \u2026"""
        if isinstance(part, ast.Constant):
            return str(part.value)
        assert isinstance(part, ast.FormattedValue)
        depth = self.depth
        try:
            value: Any = self.evaluate(part.value, frame)
        except DeriveError:  # a text for people, which no equation depends on
            self.depth = depth
            return "\u2026"
        if isinstance(value, Constant):
            value = self.static(value)
        if isinstance(value, Opaque):
            return value.word
        return "\u2026" if isinstance(value, Node) else str(value)

    HANDLERS: ClassVar[dict[type, Callable]] = {
        **Expressions.HANDLERS,
        ast.ListComp: _list_comprehension,
        ast.GeneratorExp: _list_comprehension,
        ast.DictComp: _dict_comprehension,
        ast.NamedExpr: _assigned,
        ast.Lambda: _lambda,
        ast.JoinedStr: _text,
    }
