"""Where a line of a template may be broken: marks that filters leave, and what resolves them.

A template writes `forward({{ parameters | items }})` as if every line had room for all of it.  The
filters put marks, which no name and no text of a model has, around and between what they join;
`resolved` takes them out again, and breaks a line that is too long as the formatter would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from derive.code import layout

ITEMS, TUPLE, BARE, EITHER, F_STRING, ITEM, SIDE, SPARED = map(chr, range(0xE000, 0xE008))
NEXT, END, FLOWING = map(chr, range(0xE008, 0xE00B))
_GROUP = re.compile(f"( *)(.*?)([{ITEMS}-{SPARED}])(.*?){END}(.*)")
_MARKED = re.compile(f"[{ITEMS}-{FLOWING}]")
_Lay = Callable[[int, str, list[str], str], list[str]]


def items(words: Iterable[str]) -> str:
    """Arguments of a call, or names of a signature, whose brackets the template has."""
    return f"{ITEMS}{NEXT.join(words)}{END}"


def as_tuple(words: Iterable[str]) -> str:
    """A tuple with its brackets."""
    return f"{TUPLE}{NEXT.join(words)}{END}"


def unbracketed(words: Iterable[str]) -> str:
    """Values with commas between them, which get brackets where their line is broken."""
    return f"{BARE}{NEXT.join(words)}{END}"


def targets(words: Iterable[str]) -> str:
    """The left side of an assignment to several names, or to a single one of a tuple."""
    words = list(words)
    return f"({words[0]},)" if len(words) == 1 else unbracketed(words)


def either(tests: Iterable[str]) -> str:
    """Tests with `or` between them."""
    return f"{EITHER}{NEXT.join(tests)}{END}"


def f_string(text: str) -> str:
    """An f-string, which may be cut."""
    return f"{F_STRING}{text}{END}"


def item(text: str) -> str:
    """One of several items, each on a line with a comma at its end."""
    return f"{ITEM}{text}{END}"


def side(text: str) -> str:
    """The right side of an assignment."""
    return f"{SIDE}{text}{END}"


def spared(text: str) -> str:
    """What is left out where the line would be too long."""
    return f"{SPARED}{text}{END}"


def flowing(text: str) -> str:
    """Words in a docstring, whose line may be wrapped."""
    return f"{text}{FLOWING}"


def note(text: str) -> str:
    """A comment at a line's end, none where there is nothing to tell."""
    return f"  # {text}" if text else ""


_FILTERS = (
    *(items, as_tuple, unbracketed, targets, either, f_string, item, side, spared, flowing, note),
)
FILTERS: dict[str, Callable[..., str]] = {f.__name__: f for f in _FILTERS}


def resolved(text: str) -> str:
    """Return the text without marks, long lines broken."""
    lines = text.split("\n")
    return "\n".join(
        part for line in lines for part in (_laid(line) if _MARKED.search(line) else (line,))
    )


def _laid(line: str) -> list[str]:
    found = _GROUP.fullmatch(line)
    if not found:
        return _wrapped(line)
    pad, head, kind, inside, tail = found.groups()
    return _LAID[kind](len(pad), head, inside.split(NEXT) if inside else [], tail)


def _wrapped(line: str) -> list[str]:
    """Wrap a docstring, its first line, or a line within it."""
    line = line.replace(FLOWING, "")
    text = line.lstrip()
    indent = len(line) - len(text)
    if len(line) <= layout.WIDTH:
        return [line]
    if not text.startswith('"""'):
        return layout.filled(indent, text)
    if text.endswith('"""'):
        return layout.docstring(indent, text[3:-3])
    first, *rest = layout.filled(indent, text[3:], lead=3)
    return [f'{" " * indent}"""{first.lstrip()}', *rest]


def _tuple(indent: int, head: str, words: list[str], tail: str) -> list[str]:
    if len(words) == 1 and indent + len(head) + len(words[0]) + len(tail) + 3 <= layout.WIDTH:
        return [f"{' ' * indent}{head}({words[0]},){tail}"]
    return layout.bracketed(indent, f"{head}(", words, f"){tail}", literal=True)


def _unbracketed(indent: int, head: str, words: list[str], tail: str) -> list[str]:
    pad, plain = " " * indent, f"{head}{', '.join(words)}{tail}"
    if indent + len(plain) <= layout.WIDTH:
        return [f"{pad}{plain}"]
    return [f"{pad}{head}(", *(f"{pad}    {word}," for word in words), f"{pad}){tail}"]


def _spared(indent: int, head: str, words: list[str], tail: str) -> list[str]:
    whole = f"{' ' * indent}{head}{words[0]}{tail}".replace(FLOWING, "")
    return [whole] if len(whole) <= layout.WIDTH else _wrapped(f"{' ' * indent}{head}{tail}")


_LAID: dict[str, _Lay] = {
    ITEMS: layout.bracketed,
    TUPLE: _tuple,
    BARE: _unbracketed,
    EITHER: layout.disjoined,
    F_STRING: lambda indent, head, words, tail: layout.message_lines(indent, head, words[0], tail),
    ITEM: lambda indent, head, words, tail: layout.item_lines(indent, f"{head}{words[0]}"),
    SIDE: lambda indent, head, words, tail: layout.statement(
        indent, head.removesuffix(" = "), words[0], ""
    ),
    SPARED: _spared,
}
