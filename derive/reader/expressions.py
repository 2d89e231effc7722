"""Expressions: a tree of the source to an array, a number, a list or a function.

Arrays are nodes of `derive.algebra`; everything else is known while reading.  Whatever has no
reading is refused at its place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import ClassVar

from derive.algebra import build
from derive.algebra.arrays import elementwise, indexing, layout, linear
from derive.algebra.arrays.fault import Refused, ShapeFault
from derive.algebra.arrays.rewrites import joined, quotient
from derive.algebra.arrays.values import NUMBERS, kind_of
from derive.algebra.nodes import Add, Apply, Contract, Node, Symbol
from derive.algebra.scalar import Scalar, call
from derive.dims import Dim, dim, size_of
from derive.errors import DeriveError
from derive.reader import faults, library, numbers
from derive.reader.imports import BUILTINS, MISSING, Scope
from derive.reader.session import Session
from derive.reader.source import DEEPEST
from derive.reader.values import Constant, Copy, Frame, Helper, Library, Method, Opaque, Pair, describe

Tree = ast.expr
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


class Expressions:
    """Evaluates trees for one session; `derive.reader.calls` adds calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.depth = 0

    def evaluate(self, tree: Tree, frame: Frame) -> object:
        """Return the value of an expression."""
        handler = self.HANDLERS.get(type(tree))
        if handler is None:
            raise self.fault(tree, f"{_named(tree)} cannot be read", hint=_INSTEAD.get(type(tree)))
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
        raise self._unknown(tree, frame)

    def _unknown(self, tree: ast.Name, frame: Frame) -> DeriveError:
        known: list[str] = []
        inner: Frame | None = frame
        while inner is not None:
            known += inner.names
            inner = inner.outer
        scope = frame.scope
        assert isinstance(scope, Scope)
        near = faults.suggestion(tree.id, [*known, *scope.names()])
        spelled = library.spellings(tree.id)
        if not near and spelled:
            module, _, word = spelled[0].rpartition(".")
            near = f"import it: from {module} import {word}"
        if not near and tree.id in ("np", "torch", "F", "math", "jnp"):
            near = f"import it: {_IMPORTS[tree.id]}"
        if not near:
            names = ", ".join(name for name in known if not name.startswith("_"))
            near = f"known here: {names}" if names else ""
        return self.fault(tree, f"the name {tree.id} is not known here", hint=near)

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

    def items(self, trees: Sequence[Tree], frame: Frame) -> list[object]:
        """Return the values of a list of expressions, `*` included."""
        values: list[object] = []
        for tree in trees:
            if isinstance(tree, ast.Starred):
                values += self.iterate(self.evaluate(tree.value, frame), tree)
            else:
                values.append(self.evaluate(tree, frame))
        return values

    def iterate(self, value: object, tree: ast.AST) -> list[object]:
        """Return the items over which a `for` goes."""
        value = self.array(value)
        if isinstance(value, list | tuple | range):
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
        if None in tree.keys:
            raise Refused("** in a dict")
        keys = [self.evaluate(key, frame) for key in tree.keys if key is not None]
        if not all(isinstance(key, str | int) for key in keys):
            raise Refused("keys that are neither texts nor integers")
        return dict(zip(keys, self.items(tree.values, frame), strict=True))

    # Operators

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
        raise Refused(f"{_named(op)} cannot be read here")

    def _joined(self, tree: ast.AST, op: ast.operator, left: object, right: object) -> object:
        if isinstance(op, ast.Add) and type(left) is type(right):
            return left + right  # type: ignore[operator]
        if isinstance(op, ast.Mult) and isinstance(self.static(right), int):
            count = self.static(right)
            if isinstance(left, list | tuple) and 0 <= count <= 1000:  # type: ignore[operator]
                return left * count  # type: ignore[operator]
        listed = left if isinstance(left, list | tuple) else right
        if any(isinstance(item, Node) for item in listed):  # type: ignore[union-attr]
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

    def array(self, value: object) -> object:
        """Return a named constant as its symbol, a copy as its array; all else as it is."""
        return value.node if isinstance(value, Constant | Copy) else value

    def static(self, value: object) -> object:
        """Return what must be known while reading; a named constant is fixed by that."""
        if isinstance(value, Constant):
            self.session.fixed |= value.names
            return value.value
        if isinstance(value, Copy):
            return value.node
        if isinstance(value, list | tuple) and not isinstance(value, Pair):
            return type(value)(self.static(item) for item in value)
        return value

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
            raise Refused("a chain of comparisons of arrays", "join two comparisons by &")
        return found[0]

    def _compared(self, op: ast.cmpop, left: object, right: object) -> object:
        if isinstance(op, ast.In | ast.NotIn):
            inside = isinstance(right, list | tuple | dict | str) and left in right  # type: ignore
            return inside == isinstance(op, ast.In)
        identity = isinstance(op, ast.Is | ast.IsNot)
        left, right = (v.node if isinstance(v, Copy) else v for v in (left, right))
        if not identity and any(isinstance(v, Node) for v in (left, right)):
            return elementwise.compare(
                _COMPARISONS[type(op)], self.array(left), self.array(right)
            )
        return numbers.compare(op, self.static(left), self.static(right))

    def condition(self, value: object, tree: Tree) -> bool:
        """Return the truth of a condition that is known while reading."""
        value = self.static(value)
        if isinstance(value, Node):
            raise self.fault(
                tree,
                "a condition on an array's entries is not known while reading",
                hint="choose entry by entry: torch.where(condition, yes, no)",
            )
        if isinstance(value, Dim | Scalar):
            raise self.fault(tree, f"whether {value} is 0 is not known while reading")
        return bool(value)

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

    # Attributes, subscripts, comprehensions

    def _attribute(self, tree: ast.Attribute, frame: Frame) -> object:
        value = self.evaluate(tree.value, frame)
        if isinstance(value, Library):
            return self.library_value(f"{value.name}.{tree.attr}", tree)
        if isinstance(value, Pair) and tree.attr in value.fields:
            return value.fields[tree.attr]
        value = self.array(value)
        if isinstance(value, Node):
            return self._array_attribute(value, tree)
        if isinstance(value, list | dict | tuple | str):
            return Method(value, tree.attr)
        raise self.fault(tree, f"{describe(value)} has no attribute {tree.attr}")

    def _array_attribute(self, value: Node, tree: ast.Attribute) -> object:
        if tree.attr == "T":
            return linear.transpose(value)
        if tree.attr in ("mT", "mH"):
            return linear.matrix_transpose(value)
        if tree.attr == "shape":
            return tuple(numbers.tidy(d) for d in value.shape)
        if tree.attr == "ndim":
            return value.rank
        if tree.attr in ("real", "data"):
            return layout.stop(value) if tree.attr == "data" else value
        if tree.attr in ("dtype", "device", "is_cuda", "requires_grad"):
            return Opaque(tree.attr)
        if tree.attr == "size" and self.session.library == "numpy":
            return numbers.tidy(size_of(value.shape))
        if library.knows(f".{tree.attr}") or tree.attr in ("size", "shape", "dim"):
            return Method(value, tree.attr)
        near = faults.suggestion(tree.attr, [*library.methods(), "shape", "ndim", "size"])
        raise self.fault(tree, f"an array has no attribute {tree.attr} that is read", hint=near)

    def library_value(self, name: str, tree: ast.AST) -> object:
        """Return what stands under a dotted name: a number such as math.pi, or a function."""
        word = name.rpartition(".")[2]
        if name in ("math.pi", "numpy.pi", "torch.pi"):
            return call("pi")
        if name in ("math.e", "numpy.e", "torch.e"):
            return call("e")
        if name in ("numpy.newaxis", "torch.newaxis"):
            return None
        if word in ("inf", "nan") and name.split(".")[0] in ("math", "numpy", "torch"):
            raise self.fault(tree, f"{word} is no number to calculate with", hint=INFINITY)
        if word in library.DTYPES:
            return Opaque(word)
        return Library(name)

    def _subscript(self, tree: ast.Subscript, frame: Frame) -> object:
        value = self.array(self.evaluate(tree.value, frame))
        if isinstance(value, Node):
            key = self.index(tree.slice, frame)
            self._remark_bounds(value, key, tree)
            return indexing.take_key(value, key)
        key = self.static(self.index_part(tree.slice, frame))
        if isinstance(key, slice) and not all(
            isinstance(b, int) or b is None for b in (key.start, key.stop, key.step)
        ):
            raise Refused("a list is cut at constant integers")
        if isinstance(value, list | tuple) and isinstance(key, int | slice):
            if isinstance(key, slice) and key.step == 0:
                raise Refused("a slice with step 0")
            if isinstance(key, int) and not -len(value) <= key < len(value):
                raise Refused(f"there is no entry {key}: the list has {len(value)}")
            return list(value)[key] if isinstance(key, int) else value[key]
        if isinstance(value, dict) and isinstance(key, str | int):
            if key not in value:
                raise self.fault(tree, f"the dict has no key {key!r}")
            return value[key]
        raise self.fault(tree, f"{describe(value)} cannot be indexed by {describe(key)}")

    def _remark_bounds(self, value: Node, key: list[object], tree: ast.Subscript) -> None:
        """Note that x[:3] needs three entries where their number has a name."""
        parts = [part for part in indexing.complete(value, key) if part is not None]
        for size, part in zip(value.shape, parts, strict=True):
            ends = (part.start, part.stop) if isinstance(part, slice) else (part,)
            whole = [end for end in ends if isinstance(end, int)]
            least = max((e + (not isinstance(part, slice)) if e >= 0 else -e for e in whole), default=0)
            if size.value is None and least > 1:
                text = self.session.source.segment(tree)
                self.session.remark(f"{text} takes {size} to be at least {least}")

    def index(self, tree: Tree, frame: Frame) -> list[object]:
        """Return the parts of an array's index: ints, slices, None, Ellipsis, arrays."""
        parts = tree.elts if isinstance(tree, ast.Tuple) else [tree]
        found: list[object] = []
        for part in parts:
            value = self.index_part(part, frame)
            whole = isinstance(tree, ast.Tuple) or not isinstance(value, tuple)
            found += [value] if whole else value  # type: ignore[list-item]
        return [self._counted(self.static(part)) for part in found]

    def _counted(self, part: object) -> object:
        """Return a named arange as what it is: an index that runs along an axis."""
        if isinstance(part, Symbol) and part.kind.startswith("int"):
            definition = self.session.unfold(part)
            inner = definition.children[0] if isinstance(definition, Contract) else definition
            inner = self.session.unfold(inner)
            if isinstance(inner, Apply) and inner.rule == "iota":
                return build.substitute(definition, {definition.children[0]: inner}) if (
                    isinstance(definition, Contract)
                ) else inner
        return part

    def index_part(self, tree: Tree, frame: Frame) -> object:
        """Return one part of an index; a slice's bounds are known while reading."""
        if isinstance(tree, ast.Slice):
            bounds = (tree.lower, tree.upper, tree.step)
            return slice(*(None if b is None else self.static(self.evaluate(b, frame)) for b in bounds))
        return self.evaluate(tree, frame)

    def _comprehension(self, tree: ast.ListComp | ast.GeneratorExp, frame: Frame) -> list[object]:
        found: list[object] = []
        inner = Frame(frame.scope, {}, frame, frame.function)

        def level(k: int) -> None:
            if k == len(tree.generators):
                found.append(self.evaluate(tree.elt, inner))
                return
            generator = tree.generators[k]
            for item in self.iterate(self.evaluate(generator.iter, inner), generator.iter):
                self.session.step(None)
                self.unpack(generator.target, item, inner)
                if all(self.condition(self.evaluate(t, inner), t) for t in generator.ifs):
                    level(k + 1)

        level(0)
        return found

    def unpack(self, target: Tree, value: object, frame: Frame) -> None:
        """Bind the names of a loop's target without making equations."""
        if isinstance(target, ast.Name):
            frame.names[target.id] = value
            return
        if not isinstance(target, ast.Tuple | ast.List):
            raise self.fault(target, f"{_named(target)} cannot be a loop's target")
        items = self.iterate(value, target)
        if len(items) != len(target.elts):
            raise self.fault(target, f"{len(target.elts)} names for {len(items)} values")
        for part, item in zip(target.elts, items, strict=True):
            self.unpack(part, item, frame)

    def _lambda(self, tree: ast.Lambda, frame: Frame) -> object:
        return Helper(tree, frame.scope, frame)

    def _text(self, tree: ast.JoinedStr, frame: Frame) -> object:
        return "text"

    HANDLERS: ClassVar[dict[type, Callable]] = {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.List: _sequence,
        ast.Tuple: _sequence,
        ast.Dict: _dict,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.BoolOp: _choice,
        ast.IfExp: _if,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.ListComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Lambda: _lambda,
        ast.JoinedStr: _text,
    }


INFINITY = "use a large finite number such as -1e9"
_IMPORTS = {
    "np": "import numpy as np",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "jnp": "import jax.numpy as jnp",
}
_WORDS = {
    "NamedExpr": "an assignment within an expression",
    "Set": "a set",
    "SetComp": "a set",
    "DictComp": "a dict comprehension",
    "Await": "await",
    "Yield": "yield",
    "YieldFrom": "yield",
    "Slice": "a slice",
    "Starred": "a starred expression",
    "LShift": "<<",
    "RShift": ">>",
    "BitXor": "^",
    "MatMult": "@",
    "Mod": "%",
    "FloorDiv": "//",
    "Lambda": "a lambda",
}
_INSTEAD = {
    ast.NamedExpr: "assign it in a statement of its own",
    ast.Yield: "return the array",
    ast.DictComp: "use a list",
}


def _named(tree: ast.AST) -> str:
    name = type(tree).__name__
    return _WORDS.get(name, name.lower())


def unsupported(tree: ast.AST) -> str:
    """Return what a tree is, in the words of a message."""
    return _named(tree)


def as_dim(value: object) -> Dim | None:
    """Return a length that is known while reading, None where it is none."""
    return dim(value) if isinstance(value, int | Dim) and not isinstance(value, bool) else None
