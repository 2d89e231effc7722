"""What a record of an operation holds: the data that reader, rules, planner and printers ask for.

Slopes and meanings are trees in x, y, z, w (the arguments) and `out` (the value).  Spellings are
told by a home and a name: `np.exp`, `torch.special.ndtr`; the name is left out where it is the
operation's own (`np`, `F`).  `own` is a function that the generated module defines itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import partial
from typing import Any

from derive.algebra.scalars.tree import OUT, Scalar, slot

x, y, z, w, out = slot(0), slot(1), slot(2), slot(3), slot(OUT)


@dataclass(frozen=True)
class Spelled:
    """How a library spells an operation.

    home: "np", "special" or "linalg" (SciPy's), "torch", "F", or "own".  keywords: what stands
    behind the arguments; `{1}` in it is argument 1, which then stands there.  entry: what is taken
    of the result.
    """

    home: str
    name: str
    keywords: str = ""
    entry: str = ""


_SPELLED = re.compile(r"(\w+)(?:\.([\w.]+))?(?:\((.*)\)(.*))?")


def spelled(text: str, own_name: str) -> Spelled | None:
    """Read `home` or `home.name`, with keywords and an entry as in `F.gelu(approximate="tanh")`.

    None for an empty text.
    """
    match = _SPELLED.fullmatch(text.strip())
    if match is None:
        return None
    home, name, keywords, entry = match.groups("")
    return Spelled(home, name or own_name, keywords, entry)


class Regular(IntEnum):
    """Where a function has a derivative: everywhere, between kinks, or on a part of the line."""

    EVERYWHERE = 0
    BETWEEN_KINKS = 1
    IN_A_DOMAIN = 2


class Work(IntEnum):
    """What an operation costs: moving entries, one pass over them, or as much as a product."""

    MOVE = 0
    PASS = 1
    PRODUCT = 2


class Entries(Enum):
    """What the entries of a result are: those of the argument, floats, places, or truth values."""

    SAME = "same"
    FLOATS = "floats"
    PLACES = "places"
    TRUTHS = "truths"


@dataclass(frozen=True)
class ArrayOperation:
    """An operation on whole arrays, that has a rule of its own.

    numpy, torch: how it is called on a matrix, None where a target's own table says it.
    of_matrices: whether it works on each matrix of a stack.  full_rank: what of the matrix must
    have full rank: "all" of it, or its "columns".  paper: its name in formulas.  models: its
    spellings in models, for an operation that takes a square matrix and gives one; what: such a
    value in errors.  regular, word, of_logits, sign: as for functions.
    """

    name: str
    work: Work
    entries: Entries = Entries.FLOATS
    regular: Regular = Regular.BETWEEN_KINKS
    of_matrices: bool = False
    full_rank: str = ""
    numpy: Spelled | None = None
    torch: Spelled | None = None
    word: str = ""
    of_logits: bool = False
    paper: str = ""
    sign: tuple[str, str] = ("", "")
    models: str = ""
    what: str = ""


@dataclass(frozen=True)
class Function:
    """A function at each entry.

    slopes: one for each argument; None where it is constant wherever it is differentiable.
    meaning: what it is, made of others, on paper; composed: exactly so, and all that is not told
    follows from it.  named: formulas keep its name and define it, where others stand as what they
    mean.  numpy, torch: None where the code is what it means; tensors_alone: PyTorch's takes no
    plain numbers; plain_parameters: behind the first argument it takes nothing else.  models: its
    spellings in models, as `derive.reader.library` reads them; signature: "" for a plain `x y z`.
    inverse: x in terms of y = f(x), in slot 0.  keeps_sign: f(x) > 0 where x > 0 alone, if its
    parameter is positive.  word: what a value of it is called, of_logits: its argument, where a
    model names neither.  sign: its name in formulas, in text and in LaTeX, if it has another.
    """

    name: str
    slopes: tuple[Scalar | None, ...]
    meaning: Scalar | None = None
    composed: bool = False
    named: bool = False
    truth: bool = False
    regular: Regular | None = Regular.BETWEEN_KINKS
    arithmetic: bool = False
    numpy: Spelled | None = None
    torch: Spelled | None = None
    tensors_alone: bool = False
    plain_parameters: bool = False
    models: str = ""
    signature: str = ""
    inverse: Scalar | None = None
    never_zero: bool = False
    keeps_sign: bool = False
    of_logits: bool = False
    word: str = ""
    sign: tuple[str, str] = ("", "")

    @property
    def arity(self) -> int:
        return len(self.slopes)


def function(name: str, *slopes: Scalar | None, code: str = "np | torch", **known: Any) -> Function:
    """Return the record of a function; `code` tells how NumPy and PyTorch spell it, or both."""
    numpy, bar, torch = code.partition("|")
    known |= {"numpy": spelled(numpy, name), "torch": spelled(torch if bar else numpy, name)}
    return Function(name, slopes, **known)


smooth = partial(function, regular=Regular.EVERYWHERE)
within = partial(function, regular=Regular.IN_A_DOMAIN)


def composition(
    name: str, meaning: Scalar, *slopes: Scalar | None, code: str = "", **known: Any
) -> Function:
    """Return the record of a function that is what it means: all follows that is not told."""
    known = {"regular": None, **known}
    return function(name, *slopes, code=code, meaning=meaning, composed=True, **known)
