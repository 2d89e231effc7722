"""Statements: assignments become equations, loops are unrolled, helpers stand in their place.

Arrays are values here: a name that is changed in place stands for a new value afterwards.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import ClassVar

from derive.algebra.nodes import Node
from derive.errors import DeriveError
from derive.reader.assignments import Assignments, base_name
from derive.reader.contexts import Context, context_of, refusal_of
from derive.reader.faults import NotKnown
from derive.reader.imports import imported
from derive.reader.session import Session
from derive.reader.source import Source
from derive.reader.trees import named
from derive.reader.values import NOTHING, Constant, Copy, Frame, Helper

BREAK, CONTINUE = object(), object()
_SETTING = frozenset(("requires_grad_", "retain_grad"))  # methods that change no value


class Body(Assignments):
    """Executes statements; the result of a block is what it returns, or NOTHING."""

    returned: ast.Return

    def __init__(self, session: Session, same: dict[str, str]) -> None:
        super().__init__(session)
        self.same = same
        self.active: list[Helper] = []
        self.frames: list[Frame] = []
        self.changed: dict[int, set[str]] = {}

    def run(self, helper: Helper, frame: Frame) -> object:
        """Execute a helper's body and return its value."""
        self.frames.append(frame)
        if isinstance(helper.tree, ast.Lambda):
            value = self.evaluate(helper.tree.body, frame)
        else:
            depth, self.depth = self.depth, 0
            under = check_decorators(self.session.source, helper.tree)
            value = self.within(under, helper.tree.body, frame)
            self.depth = depth
        self.frames.pop()
        return None if value is NOTHING else value

    def within(self, under: Context, statements: Sequence[ast.stmt], frame: Frame) -> object:
        """Execute statements where gradients are followed, or not, as the context says."""
        before = self.unfollowed
        if under is Context.CONSTANT:
            self.unfollowed += 1
        if under is Context.FOLLOWED:
            self.unfollowed = 0
        result = self.block(statements, frame)
        self.unfollowed = before
        return result

    def block(self, statements: Sequence[ast.stmt], frame: Frame) -> object:
        """Execute statements in order until one returns, breaks or continues."""
        for statement in statements:
            self.session.statement = statement
            handler = self.STATEMENTS.get(type(statement))
            if handler is None:
                raise self._unsupported(statement)
            result = handler(self, statement, frame)
            if result is not NOTHING:
                return result
        return NOTHING

    def _unsupported(self, statement: ast.stmt) -> DeriveError:
        word, hint = _REFUSED.get(type(statement), (f"the statement {named(statement)}", ""))
        return DeriveError(
            f"{word} cannot be read",
            where=self.session.source.place(statement),
            needed=("A model is a straight line: assignments, loops over constants, return.",),
            hint=hint,
        )

    def _return(self, statement: ast.Return, frame: Frame) -> object:
        if len(self.frames) == 1:
            self.returned = statement
        if statement.value is None:
            return None
        return self.fixed(self.evaluate(statement.value, frame))

    def _for(self, statement: ast.For, frame: Frame) -> object:
        items = self.iterate(self.evaluate(statement.iter, frame), statement.iter)
        for item in items:
            self.session.step(statement)
            self.unpack(statement.target, item, frame)
            result = self.block(statement.body, frame)
            if result is BREAK:
                return NOTHING
            if result is not NOTHING and result is not CONTINUE:
                return result
        return self.block(statement.orelse, frame)

    def _while(self, statement: ast.While, frame: Frame) -> object:
        while self.condition(self.evaluate(statement.test, frame), statement.test):
            self.session.step(statement)
            result = self.block(statement.body, frame)
            if result is BREAK:
                return NOTHING
            if result is not NOTHING and result is not CONTINUE:
                return result
        return self.block(statement.orelse, frame)

    def _if_statement(self, statement: ast.If, frame: Frame) -> object:
        guards = isinstance(statement.body[0], ast.Raise) and not statement.orelse
        if guards:
            raises = self._known(statement.test, frame)
            if raises:
                raise self.fault(statement.body[0], "this statement raises an exception")
            if raises is None:
                text = self.session.source.segment(statement.test)
                self.session.remark(f"{text} is taken not to hold, as the model raises there")
            return NOTHING
        taken = self.condition(self.evaluate(statement.test, frame), statement.test)
        return self.block(statement.body if taken else statement.orelse, frame)

    def _known(self, test: ast.expr, frame: Frame) -> bool | None:
        """Return whether a condition holds, None where only the sizes or the entries tell."""
        depth = self.depth
        try:
            return self.condition(self.evaluate(test, frame), test)
        except NotKnown:
            self.depth = depth
            return None

    def _with(self, statement: ast.With, frame: Frame) -> object:
        """Execute a block under torch.no_grad and the like."""
        under = Context.SAME
        for item in statement.items:
            inner = context_of(item.context_expr)
            if inner is Context.OTHER or item.optional_vars is not None:
                found, hint = refusal_of(item.context_expr, self.session.source)
                raise self.fault(item.context_expr, found, hint=hint)
            under = under if inner is Context.SAME else inner
        return self.within(under, statement.body, frame)

    def _expression(self, statement: ast.Expr, frame: Frame) -> object:
        tree = statement.value
        if isinstance(tree, ast.Constant):
            return NOTHING
        appended = _appended(tree)
        if appended is not None:
            receiver = self.evaluate(appended[0], frame)
            if isinstance(receiver, list):
                value = self.evaluate(appended[1], frame)
                name = f"{base_name(appended[0])}_{len(receiver) + 1}"
                text = self.session.source.segment(statement)
                receiver.append(self.settled_item(name, value, appended[1], text, frame))
                return NOTHING
        if isinstance(tree, ast.Call) and getattr(tree.func, "attr", "") in _SETTING:
            return NOTHING
        calls = tree.keywords if isinstance(tree, ast.Call) else []
        in_place = any(keyword.arg == "inplace" for keyword in calls)
        if isinstance(self.evaluate(tree, frame), Node) and not in_place:
            raise self.fault(
                tree, "the value of this expression goes nowhere", hint="give it a name"
            )
        return NOTHING

    def _function_definition(self, statement: ast.FunctionDef, frame: Frame) -> object:
        check_decorators(self.session.source, statement)
        frame.names[statement.name] = Helper(statement, frame.scope, frame)
        return NOTHING

    def _import(self, statement: ast.Import | ast.ImportFrom, frame: Frame) -> object:
        for name, library in imported(statement).items():
            frame.names[name] = library
        return NOTHING

    def _assert(self, statement: ast.Assert, frame: Frame) -> object:
        holds = self._known(statement.test, frame)
        if holds is False:
            raise self.fault(statement.test, "this assertion does not hold")
        if holds is None:
            text = self.session.source.segment(statement.test)
            self.session.remark(f"{text} is taken to hold, as the model asserts")
        return NOTHING

    def _delete(self, statement: ast.Delete, frame: Frame) -> object:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                frame.names.forget(target.id)
        return NOTHING

    STATEMENTS: ClassVar[dict[type, Callable]] = {
        ast.Assign: Assignments._assign,
        ast.AugAssign: Assignments._augment,
        ast.AnnAssign: Assignments._annotated,
        ast.Return: _return,
        ast.For: _for,
        ast.While: _while,
        ast.If: _if_statement,
        ast.Expr: _expression,
        ast.FunctionDef: _function_definition,
        ast.Import: _import,
        ast.ImportFrom: _import,
        ast.With: _with,
        ast.Assert: _assert,
        ast.Delete: _delete,
        ast.Pass: lambda self, statement, frame: NOTHING,
        ast.Break: lambda self, statement, frame: BREAK,
        ast.Continue: lambda self, statement, frame: CONTINUE,
    }


_REFUSED: dict[type[ast.stmt], tuple[str, str]] = {
    ast.Try: ("a try block", "write the statements without it"),
    ast.ClassDef: ("a class", "write the layer as a function"),
    ast.Global: ("the statement global", "pass the value as an argument"),
    ast.Nonlocal: ("the statement nonlocal", "return the value instead"),
    ast.Raise: ("the statement raise", "leave it out, or put it behind an if"),
    ast.AsyncFunctionDef: ("an async function", "write it without async"),
    ast.AsyncFor: ("an async loop", "write it without async"),
    ast.Match: ("a match statement", "write if, on constants"),
}


def check_decorators(source: Source, tree: ast.FunctionDef) -> Context:
    """Return what a function stands under; refuse a decorator that may change what it computes."""
    found = Context.SAME
    for decorator in tree.decorator_list:
        context = context_of(decorator)
        if context is Context.OTHER:
            raise DeriveError(
                f"the decorator {source.segment(decorator)} may change what {tree.name} computes",
                where=source.place(decorator),
                hint="leave it out, or write what it does into the function",
            )
        found = found if context is Context.SAME else context
    return found


def _appended(tree: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the list and the value of `list.append(value)`."""
    if (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr == "append"
        and len(tree.args) == 1
        and not tree.keywords
    ):
        return tree.func.value, tree.args[0]
    return None


def output_value(value: object) -> object:
    """Return a returned value without what only the reading needs."""
    if isinstance(value, Constant | Copy):
        return value.node
    return value
