"""Extra to Routine: what is computed in which order, each expression that occurs twice once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from derive.algebra.build import add, scale, substitute
from derive.algebra.forms.solves import with_solves
from derive.algebra.hessian.kinds import FIELDS, Part, is_mirrored, transposed
from derive.algebra.hessian.layouts import by_layout
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol, symbols_of, walk
from derive.algebra.properties.symmetry import is_symmetric
from derive.derivation.split import fresh, word_for
from derive.plan.nouns import Piece, Routine, RoutineStatement
from derive.plan.storage import shown_by
from derive.program.extra import Extra


def routine(extra: Extra) -> Routine:
    """Lay out the code of a Jacobian, a Hessian or a Hessian-vector product."""
    work = _Work(extra)
    if extra.kind == "jacobian":
        pieces = tuple(map(work.pieces, extra.values))
        return Routine(extra, work.statements(), pieces=pieces)
    if extra.kind == "hessian":
        parts = tuple(map(work.part, extra.parts))
        statements = work.statements()
        return Routine(extra, *_without_copies(statements, parts))
    result = work.result("product", extra.values[0])
    return Routine(extra, work.statements(), result=result)


def _without_copies(
    statements: tuple[RoutineStatement, ...], parts: tuple[Part, ...]
) -> tuple[tuple[RoutineStatement, ...], tuple, tuple[Part, ...]]:
    """Leave out second names of one array, which a part can hold by its first."""
    first = {
        s.symbol: s.expr
        for s in statements
        if isinstance(s.expr, Symbol) and any(s.symbol in part.arrays for part in parts)
    }
    kept = tuple(s for s in statements if s.symbol not in first or s.number)
    held = [
        p._replace(arrays=tuple(first.get(a, a) if isinstance(a, Symbol) else a for a in p.arrays))
        for p in parts
    ]
    return kept, (), tuple(held)


class _Work:
    def __init__(self, extra: Extra) -> None:
        program = extra.program
        self.taken = {*program.symbols, *program.dimensions, *program.aliases}
        self.made = [
            RoutineStatement(e.symbol, with_solves(e.expr), e.number if e.text else 0)
            for e in program.equations
        ]

    def named(self, word: str, expr: Node) -> Symbol:
        symbol = Symbol(fresh(word, self.taken), expr.shape)
        self.made.append(RoutineStatement(symbol, with_solves(expr)))
        return symbol

    def pieces(self, value: Node) -> tuple[Piece, ...]:
        """Return the summands of a Jacobian, one for each way in which entries lie."""
        found = []
        for layout, entries in by_layout(value).items():
            whole = layout.is_plain
            made = self.result("jacobian", entries) if whole else self.named("entries", entries)
            found.append(Piece(made, layout))
        return tuple(found)

    def part(self, part: Part) -> Part:
        """Return the part with its arrays named, numbers left as they are."""
        if part.kind in ("kronecker", "blocks", "dense"):
            return self._symmetric(part)
        arrays = []
        for word, array in zip(FIELDS[part.kind], part.arrays, strict=True):
            if part.kind == "product" or word == "blocks":
                array = self._rounded(array)
            plain = isinstance(array, Symbol)
            number = not array.rank and not symbols_of(array)
            arrays.append(array if plain or number else self.named(word, array))
        return part._replace(arrays=tuple(arrays))

    def _symmetric(self, part: Part) -> Part:
        """Return a part that is one array of rows and columns, made symmetric to the last bit."""
        (array,), (labels,) = map(with_solves, part.arrays), part.labels
        rank = len(part.shape)
        rows = [labels.index(k) for k in range(rank) if k not in part.shared]
        cols = [labels.index(rank + k) for k in range(rank) if k not in part.shared]
        (word,) = FIELDS[part.kind]
        if not is_mirrored(array, rows, cols):
            array = self._averaged(array, rows, cols)
        return part._replace(arrays=(self.named(word, array),))

    def _rounded(self, side: Node) -> Node:
        """Return matrices that are symmetric to the last bit if they are so at all."""
        side = with_solves(side)
        rows, cols = (side.rank - 2,), (side.rank - 1,)
        exact = isinstance(side, Symbol) or is_mirrored(side, rows, cols)
        return side if exact or not is_symmetric(side) else self._averaged(side, rows, cols)

    def _averaged(self, array: Node, rows: Sequence[int], cols: Sequence[int]) -> Node:
        rounded = self.named("rounded", array)
        return scale(Fraction(1, 2), add(rounded, transposed(rounded, rows, cols)))

    def result(self, word: str, value: Node) -> Symbol:
        """Return the symbol of the last value; what the caller gave is copied."""
        made = {s.symbol: s.expr for s in self.made}
        if isinstance(value, Symbol) and value in made and shown_by(made[value]) is None:
            return value
        return self.named(word, value)

    def statements(self) -> tuple[RoutineStatement, ...]:
        """Return the statements, repeated work by name where it occurs first."""
        counts = Counter(n for s in self.made for n in walk(s.expr) if _is_work(n))
        repeated = {n for n, count in counts.items() if count > 1}
        names: dict[Node, Node] = {}
        result = []
        for statement in self.made:
            for node in reversed(list(walk(statement.expr))):
                if node in repeated and node not in names and node != statement.expr:
                    word = word_for(node, statement.expr)
                    symbol = Symbol(fresh(word, self.taken), node.shape)
                    result.append(RoutineStatement(symbol, substitute(node, names)))
                    names[node] = symbol
            expr = substitute(statement.expr, names)
            result.append(RoutineStatement(statement.symbol, expr, statement.number))
            if statement.expr in repeated:
                names.setdefault(statement.expr, statement.symbol)
        return tuple(result)


def _is_work(node: Node) -> bool:
    """Whether computing the node costs more than a pass over what is there already."""
    if isinstance(node, Contract):
        return any(node.sizes[label] != 1 for label in node.bound)
    return isinstance(node, Apply) or (isinstance(node, Map) and bool(node.args))
