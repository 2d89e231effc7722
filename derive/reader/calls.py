"""Calls: functions of the libraries, methods of arrays, builtins, helpers of the same file.

A helper is read as if its body stood in the place of the call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import ClassVar

from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, axes_told
from derive.arrays.values import NUMBERS
from derive.dims import dim, size_of
from derive.reader import builtin, library, numbers
from derive.reader.access import Access
from derive.reader.imports import canonical
from derive.reader.layers import layer
from derive.reader.operation import Operation, check_static, counted
from derive.reader.operators import ARITHMETIC
from derive.reader.unknown import unknown_function, unknown_method
from derive.reader.values import (
    Chain,
    Frame,
    Helper,
    Library,
    Method,
    Names,
    Opaque,
    Partial,
    describe,
)
from derive.reader.views import is_large

DEEPEST_CALLS = 50
_CALL = 10  # steps
LARGEST_RESULT = 60  # operations; a helper that returns more has its result named
_OF_CHECKPOINT = ("use_reentrant", "preserve_rng_state", "determinism_check", "debug")
_WITHOUT_RESULT = ("torch.manual_seed", "numpy.random.seed", "warnings.warn")


class Calls(Access):
    """Adds calls; `derive.reader.body` adds statements and with them the helpers' bodies."""

    def run(self, helper: Helper, frame: Frame) -> object:
        """Execute a helper's body; given by the subclass."""
        raise NotImplementedError

    def _call(self, tree: ast.Call, frame: Frame) -> object:
        function = self._function(tree.func, frame)
        args = self.items(tree.args, frame)
        keywords = {}
        for keyword in tree.keywords:
            if keyword.arg is None:
                keywords.update(self.mapping(keyword.value, frame))
            else:
                keywords[keyword.arg] = self.evaluate(keyword.value, frame)
        value = self.call(function, args, keywords, tree)
        own = dict(function.keywords) if isinstance(function, Partial) else {}
        in_place = {**own, **keywords}.get("inplace") is True and args
        return self.changed_in_place(tree, args[0], value, frame) if in_place else value

    def changed_in_place(self, tree: ast.Call, old: object, new: object, frame: Frame) -> object:
        """Return the value of a call with inplace=True; given by the subclass."""
        raise NotImplementedError

    def _function(self, tree: ast.expr, frame: Frame) -> object:
        if isinstance(tree, ast.Attribute):
            value = self.array(self.evaluate(tree.value, frame))
            if isinstance(value, Node):
                return Method(value, tree.attr)
            if isinstance(value, Library):
                return Library(canonical(f"{value.name}.{tree.attr}"))
            return self._attribute(tree, frame)
        return self.evaluate(tree, frame)

    def call(
        self,
        function: object,
        args: list[object],
        keywords: dict[str, object],
        tree: ast.Call,
    ) -> object:
        """Return the value of a call."""
        if isinstance(function, Helper):
            return self.inline(function, args, keywords, tree)
        if isinstance(function, Library):
            if function.name.startswith("builtins."):
                return builtin.call(self, function.name[9:], args, keywords, tree)
            known = library.find(function.name)
            if known is None:
                return self._other_function(function.name, args, keywords, tree)
            if function.name.startswith("math."):
                return self._mathematics(known, function.name, args)
            return self.operation(known, args, keywords)
        if isinstance(function, Method):
            return self._method(function, args, keywords, tree)
        if isinstance(function, Partial):
            args = [*function.before, *args, *function.behind]
            return self.call(function.function, args, {**dict(function.keywords), **keywords}, tree)
        if isinstance(function, Chain):
            return self._chained_calls(function, args, tree)
        if isinstance(function, Opaque):
            return args[0]
        hint = "write a product with *" if isinstance(function, ARITHMETIC) else ""
        raise self.fault(tree, f"{describe(function)} cannot be called", hint=hint)

    def _chained_calls(self, chain: Chain, args: list[object], tree: ast.Call) -> object:
        if len(args) != 1:
            raise Refused(f"a sequence of layers takes 1 argument, {len(args)} given")
        (value,) = args
        for function in chain.functions:
            value = self.call(function, [value], {}, tree)
        return value

    def _other_function(
        self, name: str, args: list[object], keywords: dict[str, object], tree: ast.Call
    ) -> object:
        """Call what is no operation on arrays: a function of functions, a layer, of numbers."""
        if name == "functools.partial" and args:
            return Partial(args[0], tuple(args[1:]), (), tuple(keywords.items()))
        if name == "torch.utils.checkpoint.checkpoint" and args:
            given = {k: v for k, v in keywords.items() if k not in _OF_CHECKPOINT}
            return self.call(args[0], args[1:], given, tree)
        if name.startswith("torch.nn.") and name.count(".") == 2:
            found = layer(name.rpartition(".")[2], args, keywords)
            if found is not None:
                return found
        if name in _WITHOUT_RESULT or name.startswith("logging."):
            return None
        return self._number_function(name, args, tree)

    def operation(
        self, known: Operation, args: list[object], keywords: dict[str, object]
    ) -> object:
        """Apply an entry of the library."""
        operands, statics = known.bind(args, keywords)
        operands = [self._operand(known, operand) for operand in operands]
        statics = {name: self.static(value) for name, value in statics.items()}
        for name, value in statics.items():
            check_static(known.name, name, value)
        if known.context:
            return known.function(self.session, *operands, **statics)
        return known.function(*operands, **statics)

    def _operand(self, known: Operation, value: object) -> object:
        value = self.array(value)
        if isinstance(value, list | tuple):
            return [self._operand(known, item) for item in value]
        if value is None or isinstance(value, (Node, str, *NUMBERS)):
            return value
        raise Refused(f"{known.name} needs an array, not {describe(value)}")

    def _mathematics(self, known: Operation, name: str, args: list[object]) -> object:
        """math.sqrt and the like: exact on numbers."""
        if name == "math.sqrt" and len(args) == 1 and isinstance(args[0], NUMBERS):
            return numbers.square_root(args[0])
        return builtin.scalar_function(self, known, args)

    def _number_function(self, name: str, args: list[object], tree: ast.Call) -> object:
        values = [self.static(arg) for arg in args]
        of_shape = len(values) == 1 and isinstance(values[0], list | tuple)
        if of_shape and name == "math.prod":
            return numbers.tidy(size_of(dim(d) for d in values[0]))
        if name.rpartition(".")[2] in library.DTYPES and len(args) == 1:
            return args[0]
        if name in ("torch.Size", "torch.nn.Parameter") and len(args) == 1:
            return args[0]
        raise unknown_function(self.session, name, tree)

    def _method(
        self, method: Method, args: list[object], keywords: dict[str, object], tree: ast.Call
    ) -> object:
        receiver, name = method.receiver, method.name
        if not isinstance(receiver, Node):
            return builtin.container_method(self, method, args, tree)
        if name in ("size", "dim", "numel", "nelement", "item", "tolist"):
            return self._measure(receiver, name, args, tree)
        known = library.find(f".{name}")
        if known is None:
            raise unknown_method(self.session, name, tree)
        return self.operation(known, [receiver, *args], keywords)

    def _measure(self, x: Node, name: str, args: list[object], tree: ast.Call) -> object:
        if name == "dim":
            return x.rank
        if name in ("numel", "nelement"):
            return numbers.tidy(size_of(x.shape))
        if name in ("item", "tolist"):
            raise self.fault(tree, f".{name}() leaves the arrays, and with them the gradients")
        shape = tuple(numbers.tidy(d) for d in x.shape)
        if not args:
            return shape
        axis = self.static(args[0])
        if not isinstance(axis, int) or not -x.rank <= axis < x.rank:
            raise Refused(f"the array has {axes_told(x.rank)}, and none is number {axis}")
        return shape[axis]

    def inline(
        self, helper: Helper, args: list[object], keywords: dict[str, object], tree: ast.Call
    ) -> object:
        """Return what a helper returns for these arguments."""
        active = self.active
        self.session.step(tree, _CALL)
        if any(helper.tree is running.tree for running in active):
            raise self.fault(
                tree,
                f"{helper.name} calls itself",
                hint="write the recursion as a for loop over a constant range",
            )
        if len(active) >= DEEPEST_CALLS:
            raise self.fault(tree, f"calls nested deeper than {DEEPEST_CALLS}")
        frame = Frame(helper.scope, Names(), helper.frame, helper.name)
        self.bind(helper, frame, args, keywords, tree)
        active.append(helper)
        source = self.session.source
        self.session.source = helper.scope.source
        value = self.run(helper, frame)
        self.session.source = source
        active.pop()
        if isinstance(value, Node) and is_large(value, LARGEST_RESULT):
            return self.session.named(value, f"{helper.name}_value")
        return value

    active: list[Helper]

    def bind(
        self,
        helper: Helper,
        frame: Frame,
        args: list[object],
        keywords: dict[str, object],
        tree: ast.Call,
    ) -> None:
        """Give a helper's parameters their values, named where they compute something."""
        spec = helper.tree.args
        if spec.kwarg:
            raise self.fault(tree, f"{helper.name} takes **{spec.kwarg.arg}, which is not read")
        parameters = [*spec.posonlyargs, *spec.args]
        given: dict[str, object] = dict(zip((p.arg for p in parameters), args, strict=False))
        extra = args[len(parameters) :]
        if extra and not spec.vararg:
            most = len(parameters)
            raise self.fault(tree, f"{helper.name} takes {counted(most)}, {len(args)} given")
        if spec.vararg:
            given[spec.vararg.arg] = tuple(extra)
        names = {p.arg for p in (*parameters, *spec.kwonlyargs)}
        for name, value in keywords.items():
            if name not in names or name in given:
                word = "twice" if name in given else "an argument that it lacks"
                raise self.fault(tree, f"{helper.name} is given {word}: {name}")
            given[name] = value
        self._defaults(helper, given)
        for name in names:
            if name not in given:
                raise self.fault(tree, f"{helper.name} needs the argument {name}")
        for name, value in given.items():
            frame.names[name] = self.named(name, value, tree, helper)

    def _defaults(self, helper: Helper, given: dict[str, object]) -> None:
        spec = helper.tree.args
        parameters = [*spec.posonlyargs, *spec.args]
        pairs: list[tuple[ast.arg, ast.expr | None]] = []
        pairs += zip(parameters[::-1], spec.defaults[::-1], strict=False)
        pairs += zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        for parameter, default in pairs:
            if default is not None and parameter.arg not in given:
                given[parameter.arg] = self.evaluate(default, Frame(helper.scope))

    def named(self, name: str, value: object, tree: ast.AST, helper: Helper) -> object:
        """Return an argument of a helper, as an equation of its own where it computes."""
        raise NotImplementedError

    HANDLERS: ClassVar[dict[type, Callable]] = {**Access.HANDLERS, ast.Call: _call}
