"""Classes for a Hessian's factors: a NamedTuple for each structure, with `@ v` and `.dense()`.

Their methods are printed from the structure's formula: H v and the entries of H are labelled
products of the fields.  Variables of one structure share a class where the code is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from derive.algebra.build import add, contract, ones, scale
from derive.algebra.hessian.kinds import FIELDS, TWICE, Part, transposed
from derive.algebra.moves.lift import terms_of
from derive.algebra.nodes import Add, Contract, Node, Symbol
from derive.code.dialect import Dialect
from derive.code.expressions import Printer
from derive.code.layout import docstring, statement
from derive.code.lines import words_of
from derive.code.names import Names
from derive.code.sizes import sources
from derive.code.structure_names import TOTAL, plain_name, sentence
from derive.dims import Dim, code_shape

TOTAL_LINES = '''\
class SumHessian(NamedTuple):
    """A sum of Hessians, each with a structure of its own."""

    parts: tuple

    def __matmul__(self, v):
        """Return the product with v, in the shape of v."""
        return sum(part @ v for part in self.parts)

    def dense(self):
        """Return the Hessian as one array."""
'''
MIRRORED_TOTAL = """\
        total = sum(part.dense() for part in self.parts)
        axes, half = range(total.ndim), total.ndim // 2
        mirrored = total.{}(*axes[half:], *axes[:half])
        return (total + mirrored) / 2
"""
EVEN_TOTAL = ["        return sum(part.dense() for part in self.parts)"]
BAND_FIELDS = """\
    rows: tuple  # slices of the variable: in which rows the entries lie
    columns: tuple  # and in which columns
    shape: tuple  # of the variable""".splitlines()
BAND_TIMES = '''\
    def __matmul__(self, v):
        """Return the product with v, in the shape of v."""
        above = _placed(self.entries * v[self.columns], self.rows, self.shape)
        below = _placed(self.entries * v[self.rows], self.columns, self.shape)
        return above + below'''.splitlines()


class Structures:
    """The classes of one module; a target says how entries are laid out."""

    def __init__(self, dialect: Dialect, sizes: Mapping[str, int], module: Sequence[str]) -> None:
        self.dialect = dialect
        self.reference = sizes  # at which the cost of products is compared
        self.module = module
        self.made: dict[str, list[str]] = {}
        self.evenly = True

    array = ""
    permute = ""

    def spread_out(
        self,
        printer: Printer,
        shape: Sequence[Dim],
        entries: Node,
        labels: Sequence[int],
        like: str,
    ) -> list[str]:
        """Return the lines that return entries laid on the diagonals of an array of the shape.

        like: the array whose dtype the result has.
        """
        raise NotImplementedError

    def gram(self, rows: str, weights: str, weighted: bool) -> str:
        """Return rows.T @ diag(weights) @ rows, symmetric to the last bit.

        weighted: weights is an array; else it is one number.
        """
        raise NotImplementedError

    def band(self, name: str, part: Part) -> list[str]:
        """Return the class of entries beside the diagonal, which lie in ranges given to it."""
        rank = len(part.shape)
        lines = self._head(name, part)
        lines += ["    entries: " + self.array, *BAND_FIELDS, "", *BAND_TIMES, ""]
        words = "Return the Hessian as one array, of the variable's shape twice."
        return [*lines, "    def dense(self):", *docstring(8, words), *self.band_dense(rank)]

    def band_dense(self, rank: int) -> list[str]:
        """Return the lines that lay out entries on the diagonals of two blocks."""
        raise NotImplementedError

    def classes(self) -> list[list[str]]:
        """Return the classes that were asked for."""
        return list(self.made.values())

    def total(self, *, evenly: bool) -> str:
        """Return the name of the sum's class, which the module then has.

        evenly: whether a sum of the parts' arrays is symmetric to the last bit.
        """
        self.evenly &= evenly
        end = EVEN_TOTAL if self.evenly else MIRRORED_TOTAL.format(self.permute).splitlines()
        self.made[TOTAL] = [*TOTAL_LINES.splitlines(), *end]
        return TOTAL

    def of(self, part: Part, variable: Symbol) -> str:
        """Return the name of the part's class, which the module then has."""
        plain = plain_name(part)
        word = "".join(piece.capitalize() for piece in variable.name.split("_"))
        for name in (plain, plain + word, f"{plain}Of{variable.name}"):
            lines = self._class(name, part)
            if self.made.setdefault(name, lines) == lines:
                return name
        raise AssertionError(plain)

    def needs_shape(self, part: Part) -> bool:
        """Whether the arrays do not tell every size of the variable."""
        if part.kind == "band":
            return True
        rank = len(part.shape)
        seen = {label % rank for labels in part.labels for label in labels if label < 2 * rank}
        return len(seen) < rank

    def _head(self, name: str, part: Part) -> list[str]:
        return [f"class {name}(NamedTuple):", *docstring(4, sentence(part)), ""]

    def _class(self, name: str, part: Part) -> list[str]:
        if part.kind == "band":
            return self.band(name, part)
        fields = FIELDS[part.kind]
        arrays = [Symbol(f"self.{f}", a.shape) for f, a in zip(fields, part.arrays, strict=True)]
        lines = self._head(name, part)
        for field, array in zip(fields, arrays, strict=True):
            told = f"{self.array}  # {code_shape(array.shape)}" if array.rank else "float"
            lines.append(f"    {field}: {told}")
        if self.needs_shape(part):
            lines.append("    shape: tuple  # of the variable")
        lines += ["", *self._times(part, arrays), "", *self._dense(part, arrays)]
        return lines

    def _printer(self, part: Part) -> tuple[Names, Printer]:
        names = Names((), self.reference, [*self.module, "self", "v"])
        return names, Printer(self.dialect, names, self.reference)

    def _times(self, part: Part, arrays: Sequence[Symbol]) -> list[str]:
        rank = len(part.shape)
        rows, cols = tuple(range(rank)), tuple(range(rank, 2 * rank))
        v = Symbol("v", part.shape)
        sizes = dict(enumerate((*part.shape, *part.shape)))
        terms = terms_of(part.product(arrays))
        expr = add(*(contract(rows, [(t, (*rows, *cols)), (v, cols)], sizes) for t in terms))
        names, printer = self._printer(part)
        lines = printer.lines(Symbol(names.fresh("product"), part.shape), expr, room=80)
        body = [text for line in lines[:-1] for text in statement(8, line.target, line.text, "")]
        body += _returned(8, lines[-1].text)
        return [
            "    def __matmul__(self, v):",
            *docstring(8, "Return the product with v, in the shape of v."),
            *self._sizes(names, part, arrays, body),
            *body,
        ]

    def _dense(self, part: Part, arrays: Sequence[Symbol]) -> list[str]:
        names, printer = self._printer(part)
        shape = (*part.shape, *part.shape)
        words = f"Return the Hessian as one array, {code_shape(shape)}."
        if part.kind in ("outer", "low_rank") and not part.shared:
            body = self._gram(part, arrays, names, printer)
        else:
            body = self._entries(part, arrays, names, printer)
        sizes = self._sizes(names, part, arrays, body)
        return ["    def dense(self):", *docstring(8, words), *sizes, *body]

    def _entries(
        self, part: Part, arrays: Sequence[Symbol], names: Names, printer: Printer
    ) -> list[str]:
        product = part.product(arrays)
        if isinstance(product, Symbol):
            return [f"        return {product.name}"]
        lines, entries = self._symmetric(part, arrays, _kept(product), printer)
        if not part.shared:
            return [*lines, *_returned(8, printer.whole(entries).text)]
        shape = (*part.shape, *part.shape)
        return [*lines, *self.spread_out(printer, shape, entries, part.out, arrays[0].name)]

    def _symmetric(
        self, part: Part, arrays: Sequence[Symbol], entries: Node, printer: Printer
    ) -> tuple[list[str], Node]:
        """Return entries that are symmetric to the last bit, and the lines that they need."""
        if "weight" in FIELDS[part.kind]:
            return self._weighted(part, arrays, printer)
        if part.kind not in TWICE:
            return [], entries
        rounded = Symbol(printer.names.fresh("rounded"), entries.shape)
        even = add(rounded, transposed(rounded, *part.exchanged))
        return self._statements(printer, rounded, entries), scale(Fraction(1, 2), even)

    def _weighted(
        self, part: Part, arrays: Sequence[Symbol], printer: Printer
    ) -> tuple[list[str], Node]:
        """Return entries whose weight comes last: what it multiplies is symmetric."""
        k = FIELDS[part.kind].index("weight")
        weight = arrays[k]
        rest = [ones(a.shape) if a is weight else a for a in arrays]
        product = _kept(part.product(rest))
        named = Symbol(printer.names.fresh("product"), product.shape)
        axes = tuple(range(product.rank))
        sizes = dict(zip(axes, product.shape, strict=True))
        entries = contract(axes, [(weight, part.labels[k]), (named, axes)], sizes)
        return self._statements(printer, named, product), entries

    def _statements(self, printer: Printer, symbol: Symbol, expr: Node) -> list[str]:
        lines = printer.lines(symbol, expr, room=80)
        return [text for k in lines for text in statement(8, k.target, k.text, "")]

    def _gram(
        self, part: Part, arrays: Sequence[Symbol], names: Names, printer: Printer
    ) -> list[str]:
        factor, weights = arrays
        joint = factor.rank - len(part.shape)
        if factor.rank == 2 and joint == 1:
            return _returned(8, self.gram(factor.name, weights.name, bool(weights.rank)))
        count = _product(printer, factor.shape[:joint])
        size = _product(printer, part.shape)
        rows = f"{factor.name}.reshape({count}, {size})"
        flat = weights.name if weights.rank < 2 else f"{weights.name}.reshape({count})"
        gram = self.gram("rows", flat, bool(weights.rank))
        shape = ", ".join(printer.size(d).text for d in (*part.shape, *part.shape))
        end = f".reshape({shape})" if len(part.shape) > 1 else ""
        names.fresh("rows")
        return [*statement(8, "rows", rows, ""), *_returned(8, f"{gram}{end}")]

    def _sizes(
        self, names: Names, part: Part, arrays: Sequence[Symbol], body: Sequence[str]
    ) -> list[str]:
        """Return the lines that name the sizes which the body uses."""
        words = {word for line in body for word in words_of(line)}
        used = [name for name in self.reference if names.dimension[name] in words]
        known = {name: source.text(source.symbol.name) for name, source in sources(arrays).items()}
        if self.needs_shape(part):
            whole = sources([Symbol("self", part.shape)])
            known = {name: source.text("self") for name, source in whole.items()} | known
        targets, values = [names.dimension[n] for n in used], [known[n] for n in used]
        return statement(8, ", ".join(targets), ", ".join(values), "") if used else []


def _kept(product: Node) -> Node:
    """Return the entries of a product on the axes that differ."""
    if isinstance(product, Add):
        return add(*map(_kept, product.terms))
    assert isinstance(product, Contract)
    kept = tuple(dict.fromkeys(product.out))
    sizes = dict(enumerate(product.sizes))
    return contract(kept, product.factors, sizes, product.coefficient)


def _product(printer: Printer, dims: Sequence[Dim]) -> str:
    """Return the product of sizes as code."""
    codes = [printer.size(d) for d in dims]
    return " * ".join(code.at(6) for code in codes) or "1"


def _returned(indent: int, text: str) -> list[str]:
    pad = " " * indent
    line = f"{pad}return {text}"
    if len(line) <= 88:
        return [line]
    return [f"{pad}return (", f"{pad}    {text}", f"{pad})"]
