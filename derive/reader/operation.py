"""An entry of the reader's table: what a library's function takes, and what it does to arrays.

A signature is a line such as `x y | axis=None keepdims=False`: before the bar the operands, which
may be arrays or numbers, behind it what must be known while reading.  `*arrays` takes a list or
all that follows.  Keywords of the other library (`dim`, `keepdim`, `input`) are read as ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.algebra.nodes import Node
from derive.arrays.fault import Refused
from derive.arrays.values import NUMBERS
from derive.dims import Dim
from derive.reader.numbers import literal

_SAME_WORDS = """
dim axis, dims axis axes, keepdim keepdims, x2 y, other y, b y, B y, mat2 y, vec y, ddof correction,
a_min min, a_max max, newshape shape, size shape, ord p, dim0 axis1, dim1 axis2 first,
axis1 first, axis2 second, dim2 second, indices index, diagonal k, num_classes depth, end stop,
steps n, num n, N n, M m, shift shifts, input1 x, input2 y, anchor x, source src, src y, mat1 x,
dimension axis, indices_or_sections sections,
split_size_or_sections sections, split_size sections, chunks sections,
tensor_indices_or_sections sections
"""
_SAME = {words[0]: words[1:] for words in map(str.split, _SAME_WORDS.split(","))}
_FIRST_WORDS = "input a A x x1 self arrays tensors tup arr ary m logits"
_FIRST = frozenset(_FIRST_WORDS.split())
_IDLE_WORDS = """
dtype device requires_grad inplace memory_format layout non_blocking copy casting order stable
pin_memory like kind sorted compute_mode check_finite overwrite_a overwrite_b assume_a hermitian
"""
_WITHOUT_EFFECT = frozenset(_IDLE_WORDS.split())
REQUIRED = object()
Line = tuple[str, Callable[..., Any], str]
"""Signature, function on nodes, spellings."""
_WORDS = {"None": None, "True": True, "False": False, "required": REQUIRED}


@dataclass(frozen=True)
class Operation:
    """`function(*operands, **statics)`; with `context`, the session comes first."""

    name: str
    function: Callable[..., Any]
    operands: tuple[tuple[str, object], ...]
    statics: tuple[tuple[str, object], ...]
    context: bool = False

    def bind(
        self, args: Sequence[object], keywords: Mapping[str, object]
    ) -> tuple[list[object], dict[str, object]]:
        """Return the operands in order and the statics by name."""
        operands, rest = self._positional(args)
        statics = dict(zip((name for name, _ in self.statics), rest, strict=False))
        by_name = dict(zip((name for name, _ in self.operands), operands, strict=False))
        for keyword, value in keywords.items():
            self._keyword(keyword, value, by_name, statics)
        values = [self._value(name, default, by_name) for name, default in self.operands]
        for name, default in self.statics:
            if name not in statics:
                statics[name] = self._value(name, default, {})
        return values, {name.lstrip("*"): value for name, value in statics.items()}

    def _positional(self, args: Sequence[object]) -> tuple[list[object], list[object]]:
        if self.operands and self.operands[-1][0].startswith("*"):
            fixed = len(self.operands) - 1
            if len(args) > fixed and isinstance(args[fixed], list | tuple):
                return [*args[:fixed], args[fixed]], list(args[fixed + 1 :])
            return [*args[:fixed], list(args[fixed:])], []
        count = len(self.operands)
        rest = list(args[count:])
        if rest and self.statics and self.statics[0][0].startswith("*"):
            gathered = len(rest) == 1 and (isinstance(rest[0], list | tuple) or rest[0] is None)
            rest = rest if gathered else [rest]
        if len(rest) > len(self.statics):
            most = count + len(self.statics)
            given = f"{len(args)} {'is' if len(args) == 1 else 'are'} given"
            raise Refused(f"{self.name} takes at most {counted(most)}, {given}", self.told)
        return list(args[:count]), rest

    def _keyword(
        self, keyword: str, value: object, operands: dict[str, object], statics: dict[str, object]
    ) -> None:
        first = self.operands[0][0] if self.operands else keyword
        others = [first] if keyword in _FIRST else _SAME.get(keyword, [])
        for name in (keyword, *others):
            for target, known in ((operands, self.operands), (statics, self.statics)):
                for spelled in (name, f"*{name}"):
                    if any(spelled == parameter for parameter, _ in known):
                        target[spelled] = value
                        return
        if keyword in _WITHOUT_EFFECT or (keyword == "out" and value is None):
            return
        raise Refused(f"{self.name} is read without the argument {keyword}", self.told)

    def _value(self, name: str, default: object, given: Mapping[str, object]) -> object:
        value = given.get(name, default)
        if value is REQUIRED:
            raise Refused(f"{self.name} needs the argument {name.lstrip('*')}", self.told)
        return value

    @property
    def told(self) -> str:
        """What the operation is called with: "write softmax(x, axis)"."""
        operands = [_told(*parameter) for parameter in self.operands]
        return f"write {self.name}({', '.join(operands + [_told(*s) for s in self.statics])})"


def counted(arguments: int) -> str:
    """Return "1 argument", "2 arguments" …"""
    return f"{arguments} argument{'' if arguments == 1 else 's'}"


def _told(name: str, default: object) -> str:
    """Return a parameter as a signature shows it."""
    if default is REQUIRED:
        return name
    shown = f'"{default}"' if isinstance(default, str) else default
    if isinstance(default, Fraction):
        shown = float(default)
    return f"{name}={shown}"


def operation(
    name: str, signature: str, function: Callable[..., Any], context: bool = False
) -> Operation:
    """Return the entry for a signature line."""
    operands, _, statics = signature.partition("|")
    return Operation(name, function, _parameters(operands), _parameters(statics), context)


def _parameters(text: str) -> tuple[tuple[str, object], ...]:
    return tuple(_parameter(word) for word in text.split())


def _parameter(word: str) -> tuple[str, object]:
    name, equals, default = word.partition("=")
    if not equals:
        return name, REQUIRED
    if default in _WORDS:
        return name, _WORDS[default]
    if default[0] == "(":
        return name, tuple(int(part) for part in default[1:-1].split(","))
    if default[0] in "-0123456789":
        sign = -1 if default[0] == "-" else 1
        number = literal(default.lstrip("-"))
        return name, sign * number if isinstance(number, int) else Fraction(sign) * number
    return name, default


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _length(value: object) -> bool:
    return _integer(value) or isinstance(value, Dim)


def _list_of(check: Callable[[object], bool]) -> Callable[[object], bool]:
    def checked(value: object) -> bool:
        listed = isinstance(value, list | tuple) and all(check(item) for item in value)
        return listed or check(value)

    return checked


def _flag(value: object) -> bool:
    return value is None or isinstance(value, bool) or value in (0, 1)


def _text(value: object) -> bool:
    return isinstance(value, str | bool)


def _number(value: object) -> bool:
    return isinstance(value, (str, Node, *NUMBERS))


def _optional(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or check(value)


_INTEGERS, _LENGTHS = _list_of(_integer), _list_of(_length)
_KINDS: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("axis", "an integer or a list of integers", _optional(_INTEGERS)),
    ("axis1 axis2 first second", "an integer", _optional(_integer)),
    ("start_dim end_dim k offset", "an integer", _integer),
    ("shifts", "an integer or a list of integers", _INTEGERS),
    ("pad_width", "made of integers", _list_of(_LENGTHS)),
    ("bounds", "numbers", _list_of(_number)),
    ("q", "a number", _number),
    ("axes", "an integer or a list of integers", _optional(_list_of(_INTEGERS))),
    ("source destination", "an integer or a list of integers", _INTEGERS),
    ("keepdims unbiased log_target is_causal training log_input", "True or False", _flag),
    ("upper lower left unitriangular unit_diagonal", "True or False", _flag),
    ("shape sizes repeats sections normalized_shape pad", "made of integers", _LENGTHS),
    ("n m depth start length", "an integer", _optional(_length)),
    ("correction", "an integer", _optional(_integer)),
    ("reduction mode approximate", "a text", _text),
    ("p eps beta delta margin scale dropout_p label_smoothing", "a number", _optional(_number)),
    ("fill_value alpha value", "a number", _number),
)
_CHECKS = {name: (words, check) for names, words, check in _KINDS for name in names.split()}


def check_static(operation: str, name: str, value: object) -> None:
    """Refuse what cannot be the argument `name` of an operation."""
    if name in _CHECKS:
        words, check = _CHECKS[name]
        if not check(value):
            raise Refused(f"the argument {name} of {operation} is to be {words}")
