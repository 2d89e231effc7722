"""Runs the functions of a generated module on shapes: statements in order, references counted.

An expression gives a value that the interpreter owns; operands are dropped when the operation is
done, a function's locals when it returns.  Checks, which only raise, are passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from derive.code.footprint import layout, products
from derive.code.footprint.elementwise import apply, operate
from derive.code.footprint.layout import Cut, Rest
from derive.code.footprint.library import FUNCTIONS, METHODS
from derive.code.footprint.memory import Memory
from derive.code.footprint.values import Array, Number, Path, Unknown, Value
from derive.dims import Dim, dim, size_of

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "power",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
}
_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}
_WORDS = {"np", "math", "special", "map", "bool"}  # what is imported, and builtins
_Frame = dict[str, Value]


class Interpreter:
    """The functions of one module, over one memory."""

    def __init__(self, module: ast.Module, memory: Memory) -> None:
        self.memory = memory
        self.depth = 0
        self.functions: dict[str, ast.FunctionDef] = {}
        self.globals: _Frame = {word: Path(word) for word in _WORDS}
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
                self.globals[node.name] = Path(node.name)
            elif isinstance(node, ast.ClassDef):
                self.globals[node.name] = Path("tuple")
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                (target,) = node.targets
                self.globals[ast.unparse(target)] = self.globals[node.value.id]

    def call(self, name: str, values: Mapping[str, Value]) -> Value:
        """Return what the function gives; its arguments are the interpreter's from then on."""
        frame = dict(values)
        result = None
        self.depth += 1
        for node in self.functions[name].body:
            if self.depth == 1:
                self.memory.place = node
            if isinstance(node, ast.Return):
                result = self.value(node.value, frame) if node.value else None
                break
            self._run(node, frame)
        for value in frame.values():
            self.memory.drop(value)
        self.depth -= 1
        return result

    def _run(self, node: ast.stmt, frame: _Frame) -> None:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            self._store(target, self.value(node.value, frame), frame)
        elif isinstance(node, ast.AugAssign):
            self._augmented(node, frame)
        elif isinstance(node, ast.Delete):
            for name in node.targets:
                assert isinstance(name, ast.Name)
                self.memory.drop(frame.pop(name.id))
        elif isinstance(node, ast.Expr):
            self.memory.drop(self.value(node.value, frame))
        elif not (isinstance(node, ast.If) and _only_raises(node)):
            raise Unknown(f"a statement such as `{ast.unparse(node).splitlines()[0]}`")

    def _augmented(self, node: ast.AugAssign, frame: _Frame) -> None:
        if not isinstance(node.target, ast.Name):
            raise Unknown(f"an assignment to `{ast.unparse(node.target)}`")
        mine, other = frame[node.target.id], self.value(node.value, frame)
        if isinstance(mine, Array):
            self.memory.drop(apply(self.memory, BINARY[type(node.op)], [mine, other], mine))
        else:
            frame[node.target.id] = self._operated(node.op, mine, other)
        self.memory.drop(other)

    def _store(self, target: ast.expr, value: Value, frame: _Frame) -> None:
        if isinstance(target, ast.Name):
            old = frame.get(target.id)
            frame[target.id] = value
            self.memory.drop(old)
        elif isinstance(target, ast.Tuple):
            for part, item in zip(target.elts, value, strict=True):
                self._store(part, item, frame)
        elif isinstance(target, ast.Subscript):
            self.memory.drop(value)
        else:
            raise Unknown(f"an assignment to `{ast.unparse(target)}`")

    def value(self, node: ast.expr, frame: _Frame) -> Value:
        """Return the value of an expression, with a reference that is the caller's."""
        known = self.EXPRESSIONS.get(type(node))
        if known is None:
            raise Unknown(f"an expression such as `{ast.unparse(node)}`")
        return known(self, node, frame)

    def _name(self, node: ast.Name, frame: _Frame) -> Value:
        if node.id in frame:
            return self.memory.hold(frame[node.id])
        if node.id in self.globals:
            return self.globals[node.id]
        raise Unknown(f"the name {node.id}")

    def _constant(self, node: ast.Constant, frame: _Frame) -> Value:
        value = node.value
        if isinstance(value, bool) or value is None or isinstance(value, str):
            return value
        if value is Ellipsis:
            return Rest()
        return dim(value) if isinstance(value, int) else Number("f")

    def _tuple(self, node: ast.Tuple, frame: _Frame) -> Value:
        return tuple(self.value(item, frame) for item in node.elts)

    def _binary(self, node: ast.BinOp, frame: _Frame) -> Value:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        made = self._operated(node.op, left, right)
        self.memory.drop((left, right))
        return made

    def _operated(self, op: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(left, Array) or isinstance(right, Array):
            if isinstance(op, ast.MatMult):
                return products.matmul(self.memory, left, right)
            if isinstance(op, ast.Pow) and isinstance(right, Dim) and right == 2:
                return operate(self.memory, "square", [left])
            return operate(self.memory, BINARY[type(op)], [_plain(left), _plain(right)])
        if isinstance(left, Dim) and isinstance(right, Dim):
            exact = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
            if isinstance(op, ast.FloorDiv):
                return left // right
            if type(op) in exact:
                return exact[type(op)]
        return Number("f")

    def _unary(self, node: ast.UnaryOp, frame: _Frame) -> Value:
        inner = self.value(node.operand, frame)
        if not isinstance(inner, Array):
            return -inner if isinstance(inner, Dim) and isinstance(node.op, ast.USub) else inner
        name = "negative" if isinstance(node.op, ast.USub) else "positive"
        made = operate(self.memory, name, [inner])
        self.memory.drop(inner)
        return made

    def _compared(self, node: ast.Compare, frame: _Frame) -> Value:
        left, right = self.value(node.left, frame), self.value(node.comparators[0], frame)
        name = _COMPARED.get(type(node.ops[0]))
        if name is None or len(node.ops) > 1:
            raise Unknown(f"a comparison such as `{ast.unparse(node)}`")
        made = apply(self.memory, name, [_plain(left), _plain(right)])
        self.memory.drop((left, right))
        return made

    def _attribute(self, node: ast.Attribute, frame: _Frame) -> Value:
        owner = self.value(node.value, frame)
        if isinstance(owner, Path):
            known = f"{owner.name}.{node.attr}"
            return Path(known) if known in FUNCTIONS or node.attr in ("linalg", "s_") else Number()
        if not isinstance(owner, Array):
            return Number()
        found: Value
        if node.attr == "T":
            found = layout.transposed(self.memory, owner, range(owner.rank)[::-1])
        else:
            facts = {
                "shape": owner.shape,
                "dtype": owner.dtype,
                "size": size_of(owner.shape),
                "ndim": dim(owner.rank),
            }
            if node.attr not in facts:
                raise Unknown(f"the attribute .{node.attr}")
            found = facts[node.attr]
        self.memory.drop(owner)
        return found

    def _subscript(self, node: ast.Subscript, frame: _Frame) -> Value:
        owner = self.value(node.value, frame)
        index = self.value(node.slice, frame)
        if isinstance(owner, Path):
            return index  # np.s_[...]
        if isinstance(owner, Array):
            items = index if isinstance(index, tuple) else (index,)
            made = layout.subscripted(self.memory, owner, items)
        elif isinstance(owner, tuple) and isinstance(index, Dim) and index.value is not None:
            made = self.memory.hold(owner[index.value])
        else:
            raise Unknown(f"an expression such as `{ast.unparse(node)}`")
        self.memory.drop((owner, index))
        return made

    def _slice(self, node: ast.Slice, frame: _Frame) -> Value:
        ends = (node.lower, node.upper, node.step)
        start, stop, step = (self.value(end, frame) if end else None for end in ends)
        return Cut(start, stop, 1 if step is None else step.value)

    def _call(self, node: ast.Call, frame: _Frame) -> Value:
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, frame)
            if isinstance(owner, Array):
                return self._applied(METHODS, node.func.attr, (owner,), node, frame)
            name = f"{owner.name}.{node.func.attr}" if isinstance(owner, Path) else ""
        else:
            found = self.value(node.func, frame)
            name = found.name if isinstance(found, Path) else ""
        if name == "tuple":
            return tuple(self.value(arg, frame) for arg in node.args)
        if name in self.functions and name not in FUNCTIONS:
            return self._entered(name, node, frame)
        if name.startswith("math."):
            return Number()
        return self._applied(FUNCTIONS, name, (), node, frame)

    def _applied(
        self,
        table: Mapping[str, Callable[..., Value]],
        name: str,
        first: tuple[Value, ...],
        node: ast.Call,
        frame: _Frame,
    ) -> Value:
        """Return what an entry of the library gives, and drop its operands."""
        if name not in table:
            raise Unknown(f"`{ast.unparse(node.func)}`")
        values = (*first, *(self.value(arg, frame) for arg in node.args))
        named = {word.arg or "": self.value(word.value, frame) for word in node.keywords}
        try:
            made = table[name](self.memory, *values, **named)
        except TypeError as error:
            raise Unknown(f"`{ast.unparse(node)}`") from error
        self.memory.drop((*values, *named.values()))
        return made

    def _entered(self, name: str, node: ast.Call, frame: _Frame) -> Value:
        """Call a function of the module; one that returns nothing is a check."""
        function = self.functions[name]
        if not any(isinstance(part, ast.Return) and part.value for part in ast.walk(function)):
            return None
        parameters = [a.arg for a in [*function.args.args, *function.args.kwonlyargs]]
        values = dict(zip(parameters, (self.value(arg, frame) for arg in node.args), strict=False))
        values |= {word.arg or "": self.value(word.value, frame) for word in node.keywords}
        return self.call(name, values)

    EXPRESSIONS: Mapping[type[ast.expr], Callable[..., Value]] = {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.Tuple: _tuple,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compared,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Slice: _slice,
        ast.Call: _call,
    }


def _plain(value: Value) -> Value:
    """Return a size as the plain number that it is beside an array."""
    return Number("i") if isinstance(value, Dim) else value


def _only_raises(node: ast.If) -> bool:
    return not node.orelse and all(isinstance(part, ast.Raise) for part in node.body)
