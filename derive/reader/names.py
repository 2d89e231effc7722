"""Which names a model may use: ASCII or Greek identifiers, checked in the source's own characters.

Python folds names (𝐱 becomes x, ϕ becomes φ), so that two names which look different are one and
two which look alike are two.  The tokens of the source are read instead of the tree's names.
"""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from collections.abc import Callable

from derive.errors import DeriveError, Place

_LONGEST = 64
_LIKE_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_NAME = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]*\Z")


def check_tokens(text: str, place: Callable[[int, int, int], Place]) -> None:
    """Refuse identifiers with characters of other scripts; `place(line, column, end)` is ours."""
    reader = io.StringIO(text).readline
    for token in tokenize.generate_tokens(reader):
        if token.type == tokenize.NAME and not token.string.isascii():
            where = place(token.start[0], token.start[1], token.end[1])
            check_letters(token.string, where)


def check_letters(name: str, where: Place | None) -> None:
    """Refuse a name with a letter that is neither ASCII nor Greek, naming its code point."""
    for letter in name:
        if letter in _LIKE_LATIN:
            raise DeriveError(
                f"the name {name!r} holds U+{ord(letter):04X} {unicodedata.name(letter)}, "
                f"which looks like a Latin {_LIKE_LATIN[letter]}",
                where=where,
                hint="type the Latin letter",
            )
        if not (letter.isascii() or "Α" <= letter <= "ω"):
            title = unicodedata.name(letter, "a character without a name")
            raise DeriveError(
                f"the name {name!r} holds U+{ord(letter):04X} {title}",
                where=where,
                needed=("Names are made of ASCII and Greek letters, digits and _.",),
                hint="type the letter that was meant",
            )


def check_name(name: str, where: Place | None, what: str) -> str:
    """Return the name of an argument, a value or a model if it can stand in code."""
    check_letters(name, where)
    if name.startswith("_"):
        raise DeriveError(
            f"the {what} {name!r} starts with an underscore",
            where=where,
            needed=("The generated NamedTuples cannot have such a field.",),
            hint=f"call it {name.strip('_') or 'x'}",
        )
    if not _NAME.match(name) or len(name) > _LONGEST:
        raise DeriveError(
            f"{name[:_LONGEST]!r} cannot be the name of {_with_article(what)}",
            where=where,
            needed=(f"A name has at most {_LONGEST} letters, digits and _, a letter first.",),
        )
    return name


def _with_article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
