"""Index notation, for expressions of rank above two: Y_bij = Σ_k X_bik W_kj.

Free labels take the letters i, j, k, … of the axes of the left side, summed ones the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.matrix import called
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalar import Scalar
from derive.algebra.stacks import is_turned
from derive.emit.formula import COMPARISONS, Formula
from derive.emit.latex_marks import Latex

LETTERS = "ijklpqrstuvabcdefgh"


def letters(count: int, used: int = 0) -> list[str]:
    """Return the next letters after `used` ones; when they are spent, numbered ones."""
    return [
        LETTERS[k] if k < len(LETTERS) else f"i_{{{k - len(LETTERS)}}}"
        for k in range(used, used + count)
    ]


class IndexNotation:
    """Writes nodes entry by entry, with the names and marks of a formula notation."""

    def __init__(self, notation: Formula) -> None:
        self.notation = notation
        self.latex = isinstance(notation, Latex)

    def entry(self, symbol: Symbol) -> str:
        """Return the left side: the symbol with the letters of its axes."""
        return self._indexed(self.notation.symbol(symbol, symbol), letters(symbol.rank))

    def __call__(self, node: Node) -> str:
        """Return the entry of the node at the letters of its axes."""
        return self._entry(node, letters(node.rank), node.rank)

    def _indexed(self, name: str, letters: Sequence[str]) -> str:
        if not letters:
            return name
        inner = "".join(letters)
        return f"{{{name}}}_{{{inner}}}" if self.latex else f"{name}[{','.join(letters)}]"

    def _entry(self, node: Node, at: list[str], used: int) -> str:
        if isinstance(node, Symbol):
            return self._indexed(self.notation.symbol(node, node), at)
        if isinstance(node, Add):
            terms = [self._entry(term, at, used) for term in node.terms]
            return " + ".join(terms).replace(f"+ {self.notation.minus}", f"{self.notation.minus} ")
        if isinstance(node, Contract):
            return self._product(node, at, used)
        if isinstance(node, Map):
            return self._map(node.fn, [self._atom(arg, at, used) for arg in node.args])
        if isinstance(node, Apply) and node.args and all(map(self._bare, node.args)):
            return self._indexed(self._of_matrices(node), at)
        if isinstance(node, Apply):
            inner = [self._entry(a, letters(a.rank, used), used + a.rank) for a in node.args]
            return self._indexed(self.notation.call(called(node), inner), at)
        return str(node)

    def _bare(self, node: Node) -> str:
        """Return a symbol or its transpose by name, "" for what is neither."""
        if isinstance(node, Symbol):
            return self.notation.symbol(node, node)
        if is_turned(node) and isinstance(node.children[0], Symbol):
            return self.notation.transpose(self._bare(node.children[0]))
        return ""

    def _of_matrices(self, node: Apply) -> str:
        """Return an operation on whole arrays, whose entries are told by letters behind it."""
        write, (first, *rest) = self.notation, map(self._bare, node.args)
        if node.rule == "inverse":
            return write.inverse(first, transposed=False)
        if node.rule == "solve":
            return write.parentheses(
                write.juxtapose([write.inverse(first, transposed=False), *rest])
            )
        if node.rule == "pinv":
            return write.pseudoinverse(first)
        if node.rule == "expm":
            return write.exponential(first)
        return write.call(called(node), [first, *rest])

    def _atom(self, node: Node, at: list[str], used: int) -> str:
        text = self._entry(node, at, used)
        return self.notation.parentheses(text) if isinstance(node, Add) else text

    def _factor(self, node: Node, at: list[str], used: int) -> str:
        """Write a factor beside others: a sum, and what begins with a minus, in parentheses."""
        text = self._entry(node, at, used)
        is_sum = isinstance(node, Add) or (isinstance(node, Map) and node.fn.op == "add")
        signed = text.startswith(self.notation.minus)
        return self.notation.parentheses(text) if is_sum or signed else text

    def _product(self, node: Contract, at: list[str], used: int) -> str:
        at_label: dict[int, str] = {}
        for label, letter in zip(node.out, at, strict=True):
            at_label.setdefault(label, letter)
        fresh = iter(letters(len(node.bound), used))
        for label in node.bound:
            at_label[label] = next(fresh)
        used += len(node.bound)
        deltas = [self._delta(at_label[label], at[k]) for k, label in self._repeated(node)]
        factors = [
            self._factor(f, [at_label[label] for label in axes], used) for f, axes in node.factors
        ]
        c = node.coefficient
        sign = self.notation.minus if c.number < 0 else ""
        roots: list[str] = []
        above, below = str(abs(c.number.numerator)), str(c.number.denominator)
        for d, e in c.powers:
            name = str(d).replace("*", r"\,") if self.latex else str(d)
            if e == -1:
                below = name if below == "1" else f"{below} {name}"
            else:
                roots.append(self.notation.superscript(name, str(e)))
        head = above if above != "1" else ""
        if below != "1":
            head = self.notation.fraction(above, below)
        head = (r"\," if self.latex else " ").join([head, *roots] if head else roots)
        summed = "".join(at_label[label] for label in node.bound)
        total = (rf"\sum_{{{summed}}}" if self.latex else f"Σ_{summed}") if summed else ""
        parts = [part for part in (head, *deltas, total, *factors) if part] or ["1"]
        return sign + (r"\," if self.latex else " ").join(parts)

    @staticmethod
    def _repeated(node: Contract) -> list[tuple[int, int]]:
        """Return the axes, with their labels, that are the same as one before."""
        return [(k, label) for k, label in enumerate(node.out) if label in node.out[:k]]

    def _delta(self, first: str, second: str) -> str:
        """Return 1 where two letters are equal, else 0."""
        return self._indexed(self.notation.greek("delta"), [first, second])

    def _map(self, fn: Scalar, args: Sequence[str]) -> str:
        write = self.notation
        if fn.op == "slot":
            return args[fn.args[0]]
        if fn.op == "number":
            number = fn.args[0]
            text = str(abs(number.numerator))
            if number.denominator != 1:
                text = write.fraction(text, str(number.denominator))
            return (write.minus if number < 0 else "") + text
        inner = [self._map(child, args) for child in fn.children]
        if fn.op == "add":
            return " + ".join(inner).replace(f"+ {write.minus}", f"{write.minus} ")
        if fn.op == "mul":
            return self._scalar_product(fn, inner)
        if fn.op == "pow":
            base = (
                inner[0] if fn.children[0].op in ("slot", "call") else write.parentheses(inner[0])
            )
            return write.superscript(base, str(fn.args[1]))
        if fn.args[0] in COMPARISONS:
            return write.bracket(f"{inner[0]} {write.relation(fn.args[0])} {inner[1]}")
        if fn.args[0] == "step":
            return write.bracket(f"{inner[0]} > 0")
        return write.call(fn.args[0], inner)

    def _scalar_product(self, fn: Scalar, inner: Sequence[str]) -> str:
        write = self.notation
        pieces = []
        for child, text in zip(fn.children, inner, strict=True):
            if child.number == -1:
                pieces.append(write.minus)
            else:
                pieces.append(write.parentheses(text) if child.op == "add" else text)
        joined = (r"\," if self.latex else " ").join(p for p in pieces if p != write.minus)
        return (write.minus if write.minus in pieces else "") + joined
