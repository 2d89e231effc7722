"""Lines of Python as the formatter leaves them: at most 88 columns, wrapped in its own style.

Each function returns lines, indented.  What does not fit is wrapped as `ruff format` wraps it:
first everything between the brackets on a line of its own, then one item on each line.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

WIDTH = 88

_OPEN = re.compile(r'(?:"\w+": )?[\w.]*')
_TERNARY = re.compile(r"([\w.]+) if (.+) else ([\w.]+)")


def bracketed(
    indent: int, head: str, items: Sequence[str], tail: str, *, literal: bool = False
) -> list[str]:
    """Return `head` + items + `tail`, where head ends with a bracket that tail closes.

    literal: the brackets make a tuple, whose items go one on each line once they are wrapped.
    """
    pad = " " * indent
    inner = ", ".join(items)
    if indent + len(head) + len(inner) + len(tail) <= WIDTH:
        return [f"{pad}{head}{inner}{tail}"]
    if indent + 4 + len(inner) <= WIDTH and not literal:
        return [f"{pad}{head}", f"{pad}    {inner}", f"{pad}{tail}"]
    lines = [line for item in items for line in item_lines(indent + 4, item)]
    return [f"{pad}{head}", *lines, f"{pad}{tail}"]


def disjoined(indent: int, head: str, tests: Sequence[str], tail: str) -> list[str]:
    """Return `head` + tests with `or` between them + `tail`, in brackets where it is too long."""
    pad, whole = " " * indent, " or ".join(tests)
    if len(tests) == 1 or indent + len(head) + len(whole) + len(tail) <= WIDTH:
        return [f"{pad}{head}{whole}{tail}"]
    first, *rest = tests
    lines = [f"{pad}    {first}", *(f"{pad}    or {test}" for test in rest)]
    inner = [f"{pad}    {whole}"] if indent + 4 + len(whole) <= WIDTH else lines
    return [f"{pad}{head}(", *inner, f"{pad}){tail}"]


def message_lines(indent: int, head: str, message: str, tail: str) -> list[str]:
    """Return `head` + `f"message"` + `tail`: a long message is cut after its first comma."""
    pad = " " * indent
    line = f'{pad}{head}f"{message}"{tail}'
    if len(line) <= WIDTH:
        return [line]
    if indent + len(message) + 7 <= WIDTH:
        return [f"{pad}{head}", f'{pad}    f"{message}"', f"{pad}{tail}"]
    first, _, rest = message.partition(", ")
    room = WIDTH - indent - 7
    pieces = [piece for part in (f"{first}, ", rest) for piece in _pieces(part, room)]
    return [f"{pad}{head}", *(f"{pad}    {_quoted(piece)}" for piece in pieces), f"{pad}{tail}"]


def _pieces(message: str, room: int) -> list[str]:
    """Cut a message at its blanks, none within braces, into pieces of at most that many letters."""
    found = [""]
    for word in re.findall(r"(?:\{[^}]*\}|[^ {])+ ?", message):
        if found[-1] and len(found[-1]) + len(word) > room:
            found.append("")
        found[-1] += word
    return found


def _quoted(piece: str) -> str:
    return f'{"f" * ("{" in piece)}"{piece}"'


def dropped(names: Sequence[str]) -> list[str]:
    """Return `del a, b` in a function's body."""
    line = f"    del {', '.join(names)}"
    return [line] if len(line) <= WIDTH else bracketed(4, "del (", names, ")", literal=True)


def statement(indent: int, target: str, text: str, comment: str) -> list[str]:
    """Return `target = text  # comment`, the comment above where it does not fit behind."""
    pad = " " * indent
    line = f"{pad}{target} = {text}"
    if not comment:
        return [line] if len(line) <= WIDTH else _wrapped(pad, target, text)
    if len(line) + 4 + len(comment) <= WIDTH:
        return [f"{line}  # {comment}"]
    above = commented(indent, comment)
    return [*above, line] if len(line) <= WIDTH else [*above, *_wrapped(pad, target, text)]


def _wrapped(pad: str, target: str, text: str) -> list[str]:
    """Wrap the right side: in brackets, each operand on its line where that is still too long."""
    head, bracket, body = text.partition("(")
    if bracket and head.replace(".", "").isidentifier() and _closes_last(body):
        arguments = _arguments(body[:-1])
        line = f"{pad}    {body[:-1]}"
        indent = len(pad) + 4
        split = [text for part in arguments for text in item_lines(indent, part)]
        return [f"{pad}{target} = {head}(", *([line] if len(line) <= WIDTH else split), f"{pad})"]
    inner = f"{pad}    {text}"
    if len(inner) <= WIDTH:
        return [f"{pad}{target} = (", inner, f"{pad})"]
    parts = operands(text)
    parts = parts if len(parts) > 1 else _calls(text)
    return [f"{pad}{target} = (", *(f"{pad}    {part}" for part in parts), f"{pad})"]


def _calls(text: str) -> list[str]:
    """Split `f(a).g(b).h()` before the names that follow a call."""
    parts, depth = [""], 0
    for k, c in enumerate(text):
        if c == "." and not depth and text[k - 1] == ")":
            parts.append("")
        depth += (c in "([{") - (c in ")]}")
        parts[-1] += c
    return parts


def item_lines(indent: int, text: str) -> list[str]:
    """Return an item and its comma: what is too long by items of a tuple, else by operands."""
    pad = " " * indent
    if indent + len(text) < WIDTH:
        return [f"{pad}{text},"]
    head, bracket, body = text.partition("(")
    if bracket and _OPEN.fullmatch(head) and _closes_last(body):
        return bracketed(indent, f"{head}(", _arguments(body[:-1]), "),", literal=not head)
    *first, last = _cases(text, WIDTH - indent) or operands(text)
    return [*(f"{pad}{part}" for part in first), f"{pad}{last},"]


def _cases(text: str, room: int) -> list[str]:
    """Split `a if test else b` before its words, [] for anything else."""
    found = _TERNARY.fullmatch(text)
    if not found:
        return []
    test = f"if {found[2]}"
    tests = [test] if len(test) <= room else test.replace(" or ", "\nor ").split("\n")
    return [found[1], *tests, f"else {found[3]}"]


def _closes_last(body: str) -> bool:
    """Whether the bracket that was opened before the text is closed by its last character."""
    depth = 1
    for k, c in enumerate(body):
        depth += (c in "([{") - (c in ")]}")
        if not depth:
            return k == len(body) - 1
    return False


def _arguments(text: str) -> list[str]:
    """Split the arguments of a call at the commas outside brackets."""
    parts, depth = [""], 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


def operands(text: str) -> list[str]:
    """Split an expression before its loosest operators outside brackets."""
    words, depth = text.split(" "), 0
    parts: list[list[str]] = [[]]
    loose = _loosest(words)
    for word in words:
        if depth == 0 and word in loose and parts[-1]:
            parts.append([])
        parts[-1].append(word)
        depth += sum(word.count(c) for c in "([{") - sum(word.count(c) for c in ")]}")
    return [" ".join(part) for part in parts]


def _loosest(words: list[str]) -> tuple[str, ...]:
    depth, seen = 0, set()
    for word in words:
        if depth == 0:
            seen.add(word)
        depth += sum(word.count(c) for c in "([{") - sum(word.count(c) for c in ")]}")
    for level in (("|",), ("&",), ("+", "-"), ("*", "@", "/")):
        if seen.intersection(level):
            return level
    return ()


def commented(indent: int, text: str) -> list[str]:
    """Return a comment, wrapped; later lines stand four blanks further in."""
    pad = " " * indent
    if indent + 2 + len(text) <= WIDTH:
        return [f"{pad}# {text}"]
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{pad}# ",
        subsequent_indent=f"{pad}#     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def docstring(indent: int, first: str, rest: Sequence[str] = ()) -> list[str]:
    """Return a docstring: its first sentence, and further lines after an empty one."""
    pad = " " * indent
    mark = '"""'
    if not rest and indent + len(first) + 6 <= WIDTH:
        return [f'{pad}{mark}{first}"""']
    lines = filled(indent, first, lead=3)
    if len(lines) == 1 and not rest:  # the formatter would put the closing quotes behind it
        lines = filled(indent, first, lead=9)
    body = [f"{pad}{mark}{lines[0].lstrip()}", *lines[1:]]
    if rest:
        body += ["", *(f"{pad}{line}" if line else "" for line in rest)]
    return [*body, f'{pad}"""']


def filled(indent: int, text: str, lead: int = 0) -> list[str]:
    """Return prose, wrapped; `lead` columns of the first line are taken."""
    pad = " " * indent
    wrapped = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=pad + " " * lead,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [pad]


def prose(text: str) -> str:
    """Return free text that can stand in a docstring: it can neither end nor escape it."""
    return text.replace("\\", "\\\\").replace('"', "'")


def listed(words: list[str]) -> str:
    """Return `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
