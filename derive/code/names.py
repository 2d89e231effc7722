"""Names in generated code: the user's names win, what clashes with them gives way.

Every value keeps the name that the model gives it.  Dimensions, gradients and the locals of our
own that would clash take another; names of the module itself (`np`, `forward`) are reached by an
alias with a leading underscore, which no name of a model has.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from derive.algebra.nodes import Symbol
from derive.code.precedence import SUM, TERM, Code
from derive.dims import Dim, Minimum, Quotient
from derive.errors import DeriveError

_REFUSED = re.compile(r"__.*__\Z")


class Names:
    """The identifiers of one generated module.

    values: every name of the model's own; dimensions: the model's dimension names; module: the
    names that functions of the module reach from inside, none of which a local of ours may hide.
    """

    def __init__(
        self, values: Iterable[str], dimensions: Iterable[str], module: Iterable[str]
    ) -> None:
        self.user = frozenset(values)
        module = tuple(module)
        self.module = frozenset(module)
        self.taken = {*self.user, *keyword.kwlist, *module}
        self.aliased: dict[str, None] = {}
        self.own: dict[str, str] = {}
        self.dimension = {name: self._dimension(name) for name in dimensions}
        self.gradient: dict[tuple[str, str], str] = {}
        self.sizes: dict[Dim, Code] = {}

    def _dimension(self, name: str) -> str:
        return self.fresh(name if name not in self.taken else f"size_{name}")

    def fresh(self, word: str) -> str:
        """Return the word, numbered where it is taken, and take it."""
        name, count = word, 1
        while name in self.taken or _REFUSED.match(name):
            count += 1
            name = f"{word}_{count}"
        self.taken.add(name)
        return name

    def local(self, word: str) -> str:
        """Return our own local of that word, the same each time it is asked for."""
        if word not in self.own:
            self.own[word] = self.fresh(word)
        return self.own[word]

    def __getitem__(self, word: str) -> str:
        """Return how a template writes a name of its own: the module's, or that of a local."""
        is_local = word in self.own or word not in self.module
        return self.local(word) if is_local else self.outer(word)

    def outer(self, word: str) -> str:
        """Return how code inside a function reaches a name of the module."""
        if word not in self.user:
            return word
        self.aliased[word] = None
        return f"_{word}"

    def of(self, symbol: Symbol) -> str:
        """Return the name of a value, of its gradient, or of the gradient given from outside."""
        if symbol.role == "cotangent":
            return self._other(symbol, f"grad_{symbol.name}")
        if symbol.role == "upstream":
            return self._other(symbol, f"upstream_{symbol.name}")
        return symbol.name

    def _other(self, symbol: Symbol, word: str) -> str:
        key = (symbol.role, symbol.name)
        if key not in self.gradient:
            self.gradient[key] = self.fresh(word)
        return self.gradient[key]

    def size(self, d: Dim) -> Code:
        """Return a dimension as an expression of integers."""
        if d not in self.sizes:
            self.sizes[d] = self._size(d)
        return self.sizes[d]

    def _size(self, d: Dim) -> Code:
        if len(d.terms) == 1 and d.terms[0][1] == 1 and len(d.terms[0][0]) == 1:
            (atom,) = d.terms[0][0]
            if isinstance(atom, str):
                return Code(self._size_name(atom))
        text = ""
        for monomial, coefficient in d.terms:
            words = [self._atom(atom) for atom in monomial]
            if abs(coefficient) != 1 or not words:
                words.insert(0, str(abs(coefficient)))
            sign = (" - " if coefficient < 0 else " + ") if text else "-" * (coefficient < 0)
            text += sign + " * ".join(words)
        level = SUM if len(d.terms) > 1 or text.startswith("-") else TERM
        return Code(text or "0", level if " " in text or text.startswith("-") else 9)

    def _atom(self, atom: str | Quotient | Minimum) -> str:
        if isinstance(atom, Quotient):
            top, bottom = (self.size(part) for part in atom)
            return f"({top.at(TERM)} // {bottom.at(8)})"
        if isinstance(atom, Minimum):
            first, second = (self.size(part).text for part in atom)
            return f"{self.outer('min')}({first}, {second})"
        return self._size_name(atom)

    def _size_name(self, dimension: str) -> str:
        if dimension not in self.dimension:
            raise DeriveError(
                f"the size {dimension} is in no argument's shape, so that code cannot know it",
                hint=f"give an argument an axis {dimension}",
            )
        return self.dimension[dimension]

    def shape(self, shape: Iterable[Dim]) -> str:
        """Return a shape as a tuple of integers."""
        sizes = [self.size(d).text for d in shape]
        return f"({', '.join(sizes)},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def class_name(model: str, used: Iterable[str] = ()) -> str:
    """Return the class of a model: `lstm_cell` gives `LstmCell`, `Module` added on a clash."""
    parts = [part for part in model.split("_") if part]
    name = "".join(part[0].upper() + part[1:] for part in parts) or "Model"
    clash = {*keyword.kwlist, *used}
    return f"{name}Module" if name in clash or name == model else name
