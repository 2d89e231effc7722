"""The program under construction: equations with unique names, what each name means, remarks.

A name that is assigned again gets a number (`h`, `h_2`, …), so that each symbol means one value.
The names of the model itself win over those of its helpers, whose locals carry the helper's name
when both use one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from derive.algebra.build import rebuild
from derive.algebra.forms.inverses import structure
from derive.algebra.nodes import Node, Symbol
from derive.arrays.values import kind_of
from derive.errors import DeriveError, Place
from derive.program.program import Equation
from derive.reader.annotations import LARGEST_RANK
from derive.reader.names import check_name
from derive.reader.source import Source
from derive.reader.views import is_plain, view_root

MOST_EQUATIONS = 10_000
_MOST_STEPS = 100_000


class Session:
    """What the reading of one model has found so far.

    retry: reads the model again with a piece of its text replaced, for hints that are verified;
    None where this is such a second reading.
    """

    def __init__(
        self, source: Source, name: str, retry: Callable[[Place, str], bool] | None
    ) -> None:
        self.source = source
        self.name = name
        self.retry = retry
        self.equations: list[Equation] = []
        self.definitions: dict[Symbol, Node] = {}
        self.origins: dict[str, str] = {}
        self.views: dict[Node, list[Symbol]] = {}
        self.dimensions: dict[str, list[str]] = {}
        self.brought: set[str] = set()
        self.arguments: list[Symbol] = []
        self.aliases: dict[str, str] = {}
        self.remarks: dict[str, None] = {}
        self.fixed: set[str] = set()
        self.words: frozenset[str] = frozenset(re.findall(r"[^\W\d]\w*", source.text))
        self.model: ast.AST = source.tree
        self.used: set[str] = {name}
        self.counts: dict[str, int] = {}
        self.steps = 0
        self.statement: ast.stmt | None = None
        self.library = ""

    @cached_property
    def own(self) -> frozenset[str]:
        """The names that the model itself gives, which win over those of its helpers."""
        return frozenset(
            node.id if isinstance(node, ast.Name) else node.arg
            for node in ast.walk(self.model)
            if isinstance(node, ast.arg)
            or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        )

    def take_argument(self, symbol: Symbol, where: Place) -> None:
        """Note an argument and the dimensions that it brings."""
        self.used.add(symbol.name)
        self.arguments.append(symbol)
        self.origins[symbol.name] = f"argument, line {where.line}"
        brought = [n for d in symbol.shape for n in d.names if n not in self.brought]
        if brought:
            self.dimensions[symbol.name] = list(dict.fromkeys(brought))
            self.brought.update(brought)

    def unique(self, name: str, helper: str = "") -> str:
        """Return a free name: the given one, or that with a number."""
        if helper and (name in self.own or name in self.used):
            name = f"{helper}_{name}"
        if name not in self.used or self.aliases.pop(name, ""):
            self.used.add(name)
            return name
        count = self.counts.get(name, 1) + 1
        while f"{name}_{count}" in self.used or f"{name}_{count}" in self.words:
            count += 1
        self.counts[name] = count
        self.used.add(f"{name}_{count}")
        return f"{name}_{count}"

    def record(
        self,
        name: str,
        expr: Node,
        text: str,
        where: Place,
        *,
        kind: str = "",
        named: bool = True,
        helper: str = "",
    ) -> Symbol:
        """Add the equation `name = expr` and return its symbol."""
        if named:
            check_name(name, where, "value")
        check_rank(expr, where)
        if len(self.equations) >= MOST_EQUATIONS:
            raise self._too_many(where)
        kind = kind or structure(expr, self.definitions)
        symbol = Symbol(self.unique(name, helper), expr.shape, "value", kind)
        self.definitions[symbol] = expr
        self.origins[symbol.name] = f"line {where.line}"
        looked_into = view_root(expr, self.definitions)
        if looked_into is not None:
            self.views.setdefault(looked_into, []).append(symbol)
        self.equations.append(
            Equation(len(self.equations) + 1, symbol, expr, text, where, named=named)
        )
        return symbol

    def _too_many(self, where: Place) -> DeriveError:
        found = f"more than {MOST_EQUATIONS} equations; at most so many are read"
        return DeriveError(found, where=where)

    def step(self, tree: ast.AST, weight: int = 1) -> None:
        """Count steps under execution; a loop that computes nothing must end as well."""
        self.steps += weight
        if self.steps > _MOST_STEPS:
            raise DeriveError(
                f"more than {_MOST_STEPS} steps when loops and calls are unrolled",
                where=self.source.place(tree),
            )

    def unfold(self, node: Node) -> Node:
        """Return the expression that a name stands for, or the node itself."""
        return self.definitions.get(node, node) if isinstance(node, Symbol) else node

    def opened(self, symbol: Symbol) -> Node:
        """Return a symbol's definition, the arguments of its function named before it.

        log(p) with p = sigmoid(x @ w) is a function of x @ w, which is to be computed once.
        """
        at = next(k for k, e in enumerate(self.equations) if e.symbol == symbol)
        equation = self.equations[at]
        values = {}
        for child in equation.expr.children:
            if not isinstance(child, Symbol) and not is_plain(child):
                inner = self._unnamed(child, "logits", equation.text, equation.place, at)
                values[child] = inner
                at += 1
        if values:
            expr = rebuild(equation.expr, [values.get(c, c) for c in equation.expr.children])
            self.definitions[symbol] = expr
            self.equations[at] = replace(equation, expr=expr)
        return self.definitions[symbol]

    def named(self, value: Node, word: str) -> Node:
        """Return a symbol for a value of the statement at work."""
        if isinstance(value, Symbol) or self.statement is None:
            return value
        text, where = self.source.segment(self.statement), self.source.place(self.statement)
        return self._unnamed(value, word, text, where, len(self.equations))

    def _unnamed(self, value: Node, word: str, text: str, where: Place, at: int) -> Symbol:
        if len(self.equations) >= MOST_EQUATIONS:
            raise self._too_many(where)
        kind = kind_of(value) or structure(value, self.definitions)
        symbol = Symbol(self.unique(word), value.shape, "value", kind)
        self.definitions[symbol] = value
        self.origins[symbol.name] = f"line {where.line}"
        self.equations.insert(at, Equation(0, symbol, value, text, where, named=False))
        return symbol

    def numbered(self) -> tuple[Equation, ...]:
        """Return the equations, numbered from 1."""
        return tuple(
            equation if equation.number == k else replace(equation, number=k)
            for k, equation in enumerate(self.equations, 1)
        )

    def remark(self, text: str) -> None:
        """Note a rewrite that documents must tell."""
        self.remarks.setdefault(text)

    def known_dimensions(self) -> str:
        """Return the sentence that says which argument brings which dimension."""
        if not self.dimensions:
            return ""
        told = ", ".join(f"{_listed(d)} from {name}" for name, d in self.dimensions.items())
        return f"Dimensions so far: {told}. Different names are never equal."


def check_rank(expr: Node, where: Place) -> None:
    """Refuse an array of more axes than are read."""
    if expr.rank > LARGEST_RANK:
        raise DeriveError(
            f"an array of {expr.rank} axes; at most {LARGEST_RANK} are read", where=where
        )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
