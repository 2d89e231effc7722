"""What may stand for an axis, a shape, a reduction: checked before an operation sees it."""

from __future__ import annotations

from collections.abc import Callable

from derive.algebra.nodes import Node
from derive.arrays.fault import Refused
from derive.arrays.values import NUMBERS
from derive.dims import Dim


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
