"""Python's own functions and the methods of lists, on what is known while reading."""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call as scalar_call
from derive.arrays import elementwise
from derive.arrays.fault import Refused
from derive.arrays.values import NUMBERS, as_scalar
from derive.dims import Dim
from derive.reader import numbers
from derive.reader.operation import Operation, counted
from derive.reader.values import Constant, Copy, Library, Method, Opaque, describe

LONGEST_RANGE = 10_000
_WITHOUT_ARGUMENTS = ("list", "tuple", "dict", "print", "zip")
Args = list[object]


class Reader(Protocol):
    """What the builtins need of the reading of a model."""

    def static(self, value: object) -> Any:
        """Return what must be known while reading."""

    def array(self, value: object) -> Any:
        """Return a named constant or a copy as its array."""

    def iterate(self, value: object, tree: ast.AST) -> list[object]:
        """Return the items over which a `for` goes."""

    def operate(self, tree: Any, op: ast.operator, left: object, right: object) -> object:
        """Return `left op right`."""

    def condition(self, value: object, tree: ast.AST) -> bool:
        """Return the truth of a condition."""

    def call(
        self, function: object, args: list[object], keywords: dict[str, object], tree: ast.Call
    ) -> object:
        """Return the value of a call."""

    def operation(
        self, known: Operation, args: list[object], keywords: dict[str, object]
    ) -> object:
        """Apply an entry of the library's list."""

    def fault(self, tree: ast.AST, found: str, *needed: str, hint: str | None = None) -> Exception:
        """Return the error at a tree."""


def call(reader: Reader, name: str, args: Args, keywords: dict, tree: ast.Call) -> object:
    """Return the value of a builtin's call."""
    if name not in _BUILTINS:
        raise Refused(f"{name} is not read")
    if keywords and name not in ("enumerate", "zip", "print", "sorted", "sum", "dict"):
        raise Refused(f"{name} is read without keywords")
    if not args and name not in _WITHOUT_ARGUMENTS:
        raise Refused(f"{name} needs an argument")
    return _BUILTINS[name](reader, args, keywords, tree)


def _range(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    values = [reader.static(arg) for arg in args]
    if any(isinstance(value, Dim) for value in values):
        name = next(value for value in values if isinstance(value, Dim))
        raise reader.fault(
            tree,
            f"a loop over {name} steps: its length is not a number",
            "The program is a straight line: a loop is unrolled while reading.",
            hint="write it as one operation on the whole array, or give the number of steps "
            "as a constant: steps=3",
        )
    if not all(isinstance(value, int) for value in values) or not 1 <= len(values) <= 3:
        wrong = next((v for v in values if not isinstance(v, int)), None)
        raise reader.fault(tree, f"range of {describe(wrong)}: a range needs constant integers")
    if len(values) == 3 and values[2] == 0:
        raise Refused("a range with step 0")
    found = range(*values)
    if len(found) > LONGEST_RANGE:
        raise reader.fault(tree, f"a range of {len(found)} steps; at most {LONGEST_RANGE} are read")
    return found


def _len(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    (value,) = _exactly(args, 1, "len")
    value = reader.array(value)
    if isinstance(value, Node):
        if not value.rank:
            raise Refused("a number has no length")
        return numbers.tidy(value.shape[0])
    if isinstance(value, list | tuple | range | dict | str):
        return len(value)
    raise Refused(f"{describe(value)} has no length")


def _exactly(args: Args, count: int, name: str) -> Args:
    if len(args) != count:
        raise Refused(f"{name} takes {counted(count)}, {len(args)} given")
    return args


def _zip(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    lists = [reader.iterate(arg, tree) for arg in args]
    if len({len(items) for items in lists}) > 1 and keywords.get("strict"):
        raise Refused("zip of lists of different length")
    return list(zip(*lists, strict=False))


def _enumerate(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    start = reader.static(args[1] if len(args) > 1 else keywords.get("start", 0))
    if not isinstance(start, int):
        raise Refused("enumerate from what is no integer")
    return list(enumerate(reader.iterate(args[0], tree), start))


def _sum(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    items = reader.iterate(args[0], tree)
    total: object = args[1] if len(args) > 1 else keywords.get("start", 0)
    for item in items:
        total = item if total == 0 else reader.operate(tree, ast.Add(), total, item)
    return total


def _extreme(word: str) -> Callable[..., object]:
    def apply(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
        items = reader.iterate(args[0], tree) if len(args) == 1 else args
        values = [reader.static(item) for item in items]
        if any(isinstance(v, Node) for v in values):
            raise reader.fault(
                tree,
                f"{word} of arrays: Python compares their truth",
                hint=f"write torch.{word}imum or np.{word}imum",
            )
        best = values[0]
        for value in values[1:]:
            larger = numbers.compare(ast.Gt(), value, best)
            if larger == (word == "max"):
                best = value
        return best

    return apply


def _abs(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    (value,) = _exactly(args, 1, "abs")
    value = reader.array(value)
    if isinstance(value, int | Fraction):
        return abs(value)
    return elementwise.each("abs", value)


def _cast(word: str) -> Callable[..., object]:
    def apply(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
        value = reader.array(_exactly(args, 1, word)[0])
        if isinstance(value, Node) and value.rank:
            raise Refused(f"{word} of an array", "leave it an array")
        if isinstance(value, str):
            if word == "float" and value.lower().lstrip("+-") in ("inf", "infinity"):
                infinity = scalar_call("inf")
                return -infinity if value.startswith("-") else infinity
            raise reader.fault(tree, f"{word}({value!r}) is no number to calculate with")
        if word == "int" and isinstance(value, Fraction):
            return int(value)
        if word == "float" and isinstance(value, bool | int):
            return Fraction(value)
        return value

    return apply


_KINDS = {"int": int, "float": Fraction, "str": str, "list": list, "tuple": tuple, "dict": dict}


def _isinstance(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    """Return whether a value is of a kind: arrays are tensors, and arrays of NumPy."""
    value, kinds = _exactly(args, 2, "isinstance")
    listed = kinds if isinstance(kinds, tuple) else (kinds,)
    words = {k.name.rpartition(".")[2] for k in listed if isinstance(k, Library)}
    words |= {k.word for k in listed if isinstance(k, Opaque)}
    if isinstance(value, Node | Copy):
        return bool(words & {"Tensor", "ndarray", "Array"})
    plain = value.value if isinstance(value, Constant) else value
    return any(isinstance(plain, _KINDS[word]) for word in words if word in _KINDS)


def _list(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> list[object]:
    return reader.iterate(args[0], tree) if args else []


def _map(reader: Reader, args: Args, keywords: dict, tree: ast.Call) -> object:
    lists = [reader.iterate(arg, tree) for arg in args[1:]]
    return [reader.call(args[0], list(items), {}, tree) for items in zip(*lists, strict=False)]


_BUILTINS: dict[str, Callable[..., object]] = {
    "range": _range,
    "len": _len,
    "zip": _zip,
    "enumerate": _enumerate,
    "sum": _sum,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "abs": _abs,
    "int": _cast("int"),
    "float": _cast("float"),
    "list": _list,
    "tuple": lambda reader, args, keywords, tree: tuple(_list(reader, args, keywords, tree)),
    "reversed": lambda reader, args, keywords, tree: reader.iterate(args[0], tree)[::-1],
    "map": _map,
    "isinstance": _isinstance,
    "pow": lambda reader, args, keywords, tree: reader.operate(tree, ast.Pow(), *args),
    "print": lambda reader, args, keywords, tree: None,
    "bool": lambda reader, args, keywords, tree: reader.condition(args[0], tree),
    "dict": lambda reader, args, keywords, tree: dict(keywords),
    "all": lambda reader, args, keywords, tree: all(
        reader.condition(item, tree) for item in reader.iterate(args[0], tree)
    ),
    "any": lambda reader, args, keywords, tree: any(
        reader.condition(item, tree) for item in reader.iterate(args[0], tree)
    ),
}


_CHANGES = {"append": (1, 1), "extend": (1, 1), "insert": (2, 2), "pop": (0, 1), "reverse": (0, 0)}


def container_method(reader: Reader, method: Method, args: Args, tree: ast.Call) -> object:
    """Return the value of a method of a list or a dict; lists change in place, as in Python."""
    receiver, name = method.receiver, method.name
    if isinstance(receiver, list) and name in _CHANGES:
        values = [reader.static(arg) if name in ("insert", "pop") else arg for arg in args]
        if name == "extend":
            values = [reader.iterate(args[0], tree)] if len(args) == 1 else []
        low, high = _CHANGES[name]
        if not low <= len(values) <= high or (name == "pop" and not receiver):
            raise Refused(f"{name} cannot be applied here")
        if name in ("insert", "pop") and values and not isinstance(values[0], int):
            raise Refused(f"{name} at a place that is no constant integer")
        return getattr(receiver, name)(*values)
    if isinstance(receiver, list | tuple) and name == "copy":
        return list(receiver)
    if isinstance(receiver, dict) and name in ("items", "values", "keys"):
        return list(getattr(receiver, name)())
    raise reader.fault(tree, f"{describe(receiver)} has no method {name} that is read")


def scalar_function(reader: Reader, known: Operation, args: Args) -> object:
    """Return math.log(2) and the like: an exact number, kept as what was written."""
    values = [reader.array(arg) for arg in args]
    if known.name == "log" and len(values) == 2:  # math.log(x, base)
        top, base = (scalar_function(reader, known, [value]) for value in values)
        return reader.operate(None, ast.Div(), top, base)
    if len(values) != len(known.operands):
        raise Refused(f"{known.name} takes {counted(len(known.operands))}, {len(values)} given")
    scalars = [as_scalar(v) if isinstance(v, NUMBERS) else None for v in values]
    exact = [s for s in scalars if s is not None]
    if len(exact) == len(values):
        return numbers.tidy(scalar_call(known.name, *exact))
    if any(isinstance(v, Opaque) for v in values) or not all(
        isinstance(v, (Node, Constant, *NUMBERS)) and not getattr(v, "rank", 0) for v in values
    ):
        raise Refused("the functions of math take numbers", "write np. or torch. for arrays")
    return reader.operation(known, values, {})
