"""The one list of operations that a model may use: each library's spelling and what it means.

A line gives a signature (see `derive.reader.operation`), the function on nodes, and its spellings:
`np:` numpy, `torch:` torch, `F:` torch.nn.functional, `m:` a method, `both:` numpy and torch,
`all:` these two and the method, `la:` both libraries' linalg, `sp:` scipy.special,
`ts:` torch.special, `jnn:` jax.nn, `math:` math.  To add an operation, add its
line to the table of its kind.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import NamedTuple

from derive.arrays import elementwise, matrices, reduce, rewrites
from derive.operations.array_operations import ARRAY_OPERATIONS
from derive.operations.functions import FUNCTIONS
from derive.operations.idioms import IDIOMS
from derive.reader import meaning, several_results
from derive.reader.array_table import ARITHMETIC, AXES, MAKING, REDUCTIONS, TRUTHS
from derive.reader.matrix_table import MATRICES, PRODUCTS
from derive.reader.network_table import ACTIVATIONS, LOSSES, NETWORKS
from derive.reader.operation import Line, Operation, operation

_HOMES: dict[str, tuple[str, ...]] = {
    "np": ("numpy.",),
    "torch": ("torch.",),
    "F": ("torch.nn.functional.",),
    "m": (".",),
    "both": ("numpy.", "torch."),
    "all": ("numpy.", "torch.", "."),
    "la": ("numpy.linalg.", "torch.linalg."),
    "sp": ("scipy.special.",),
    "ts": ("torch.special.",),
    "jnn": ("jax.nn.",),
    "math": ("math.",),
}
_DTYPES = """
float16 float32 float64 bfloat16 half double int8 int16 int32 int64 long uint8 bool_ bool int float
single long_ intp
"""
LEAST_ALIKE = 0.7  # of 1: below, a name is not taken for a slip of another
DTYPES = frozenset(_DTYPES.split())
# These see through names, or mean different things in NumPy and PyTorch.
# fmt: off
WITH_CONTEXT: tuple[Line, ...] = (
    ("x", rewrites.logarithm, "all:log math:log"),
    ("x", rewrites.log1p, "all:log1p math:log1p sp:log1p ts:log1p"),
    ("x y | rounding_mode=None", meaning.divide, "all:divide all:true_divide torch:div m:div"),
    ("x | *axes=None", meaning.transpose, "m:transpose"),
    ("x | axis=None correction=None keepdims=False unbiased=None",
        partial(meaning.moment, reduce.variance), "m:var"),
    ("x | axis=None correction=None keepdims=False unbiased=None",
        partial(meaning.moment, reduce.deviation), "m:std"),
    ("x y=None | axis=None keepdims=False",
        partial(several_results.extreme_method, "max"), "m:max"),
    ("x y=None | axis=None keepdims=False",
        partial(several_results.extreme_method, "min"), "m:min"),
    ("x | axis=-1 descending=False", several_results.sort, "m:sort"),
)
# fmt: on


def _spelled(spellings: str, own_name: str) -> Iterator[str]:
    for word in spellings.split():
        home, _, name = word.partition(":")
        for prefix in _HOMES.get(home, (f"{home}.",)):
            yield prefix + (name or own_name)


def _tables() -> Iterator[tuple[str, Operation]]:
    arrays = (ARITHMETIC, TRUTHS, PRODUCTS, MATRICES, AXES, REDUCTIONS)
    groups = (*arrays, ACTIVATIONS, LOSSES, NETWORKS, MAKING)
    for signature, function, spellings in (line for group in groups for line in group):
        yield from _entries(signature, function, spellings)
    for name, known in FUNCTIONS.items():
        make = elementwise.compare if known.truth else elementwise.each
        signature = known.signature or "x y z"[: 2 * known.arity]
        yield from _entries(signature, partial(make, name), known.models, name)
    for idiom in IDIOMS:
        compute = partial(elementwise.composed, idiom.meaning)
        yield from _entries(idiom.signature, compute, idiom.models)
    for name, of in ARRAY_OPERATIONS.items():
        yield from _entries("x", partial(matrices.square_function, name, of.what), of.models, name)
    for signature, function, spellings in WITH_CONTEXT:
        yield from _entries(signature, function, spellings, "", True)


def _entries(
    signature: str,
    function: Callable,
    spellings: str,
    own_name: str = "",
    context: bool = False,
) -> Iterator[tuple[str, Operation]]:
    for spelled in _spelled(spellings, own_name):
        yield spelled, operation(spelled.rpartition(".")[2], signature, function, context)


class Entry(NamedTuple):
    """One operation: all its spellings, and what it takes."""

    spellings: tuple[str, ...]
    operation: Operation


def entries() -> tuple[Entry, ...]:
    """Return the operations in the order of the list, each with every way to spell it."""
    found: dict[tuple, list[str]] = {}
    first: dict[tuple, Operation] = {}
    for spelled, entry in _tables():
        key = (entry.function, entry.operands, entry.statics, entry.context)
        found.setdefault(key, []).append(spelled)
        first.setdefault(key, entry)
    return tuple(Entry(tuple(dict.fromkeys(found[key])), first[key]) for key in found)


@cache
def _table() -> dict[str, Operation]:
    return dict(_tables())


def find(name: str) -> Operation | None:
    """Return the entry of a full name such as `numpy.tanh`, or of a method, `.sum`."""
    return _table().get(name)


def knows(name: str) -> bool:
    """Whether a full name is in the list."""
    return name in _table()


def methods() -> list[str]:
    """Return the names of the methods of arrays."""
    return [name[1:] for name in _table() if name.startswith(".")]


def spellings(word: str) -> list[str]:
    """Return the full names of functions whose last word this is, PyTorch first."""
    homes = ("torch.", "torch.nn.functional.", "numpy.", "scipy.special.", "math.")
    return [home + word for home in homes if knows(home + word)]


def nearest(name: str) -> str | None:
    """Return the full name of the known function nearest to one, in its library if it is there."""
    home, _, word = name.rpartition(".")
    best, found = LEAST_ALIKE, None
    for full in _table():
        other_home, _, other = full.rpartition(".")
        if other_home:
            matcher = difflib.SequenceMatcher(None, word, other)
            score = matcher.ratio() + (0.05 if other_home == home else 0)
            if score > best:
                best, found = score, full
    return found and _in_library(found, name.split(".")[0])


def spelled_for(text: str, root: str) -> str:
    """Return a sentence with PyTorch's functions as another library spells them."""
    if root != "numpy":
        return text
    named = re.sub(r"torch\.[\w.]*\w", lambda match: _in_library(match.group(), root), text)
    return named.replace("numpy.", "np.")


def _in_library(full: str, root: str) -> str:
    """Return the same function as a library spells it, as it was given where it does not."""
    alike = next((e.spellings for e in entries() if full in e.spellings), ())
    return next((s for s in (full, *alike) if s.split(".")[0] == root), full)


def words() -> list[str]:
    """Return the last words of all functions, for suggestions."""
    return sorted({name.rpartition(".")[2] for name in _table() if not name.startswith(".")})
