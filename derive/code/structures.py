"""Classes for a Hessian's factors: a NamedTuple for each structure, with `@ v` and `.dense()`.

Their methods are printed from the structure's formula: H v and the entries of H are labelled
products of the fields.  Variables of one structure share a class where the code is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.algebra.build import add, contract, ones, scale
from derive.algebra.hessian.kinds import FIELDS, TWICE, Part, transposed
from derive.algebra.moves.lift import terms_of
from derive.algebra.nodes import Add, Contract, Node, Symbol
from derive.code.dialect import Dialect
from derive.code.expressions import Printer
from derive.code.layout import WIDTH, operands, statement
from derive.code.module import Field, words_of
from derive.code.names import Names
from derive.code.sizes import sources
from derive.code.structure_names import TOTAL, plain_name, sentence
from derive.dims import Dim, code_shape


@dataclass(frozen=True)
class StructureClass:
    """A class for a Hessian's factors, as its template is given it.

    kind: of the part, or "sum"; evenly: whether the arrays of a sum's parts add up symmetric to
    the last bit.  shaped: whether it has the shape of the variable; shape: of the whole Hessian,
    in words.  times, dense: the bodies of its methods.
    """

    name: str
    kind: str
    evenly: bool = True
    told: str = ""
    fields: tuple[Field, ...] = ()
    shaped: bool = False
    shape: str = ""
    times: str = ""
    dense: str = ""


class Structures:
    """The classes of one module; a target says how entries are laid out."""

    def __init__(self, dialect: Dialect, sizes: Mapping[str, int], module: Sequence[str]) -> None:
        self.dialect = dialect
        self.reference = sizes  # at which the cost of products is compared
        self.module = module
        self.made: dict[str, StructureClass] = {}
        self.evenly = True

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

    def band_dense(self, rank: int) -> list[str]:
        """Return the lines that lay out entries on the diagonals of two blocks."""
        raise NotImplementedError

    def classes(self) -> list[StructureClass]:
        """Return the classes that were asked for."""
        return list(self.made.values())

    def total(self, *, evenly: bool) -> str:
        """Return the name of the sum's class, which the module then has.

        evenly: whether a sum of the parts' arrays is symmetric to the last bit.
        """
        self.evenly &= evenly
        self.made[TOTAL] = StructureClass(TOTAL, "sum", self.evenly)
        return TOTAL

    def of(self, part: Part, variable: Symbol) -> str:
        """Return the name of the part's class, which the module then has."""
        plain = plain_name(part)
        word = "".join(piece.capitalize() for piece in variable.name.split("_"))
        for name in (plain, plain + word, f"{plain}Of{variable.name}"):
            made = self._class(name, part)
            if self.made.setdefault(name, made) == made:
                return name
        raise AssertionError(plain)

    def needs_shape(self, part: Part) -> bool:
        """Whether the arrays do not tell every size of the variable."""
        if part.kind == "band":
            return True
        rank = len(part.shape)
        seen = {label % rank for labels in part.labels for label in labels if label < 2 * rank}
        return len(seen) < rank

    def _class(self, name: str, part: Part) -> StructureClass:
        if part.kind == "band":
            arrays, fields = [], [Field("entries", "array")]
            times, dense = [], self.band_dense(len(part.shape))
            shape = "of the variable's shape twice"
        else:
            words = FIELDS[part.kind]
            arrays = [Symbol(f"self.{w}", a.shape) for w, a in zip(words, part.arrays, strict=True)]
            fields = [self._field(w, a) for w, a in zip(words, arrays, strict=True)]
            times, dense = self._times(part, arrays), self._dense(part, arrays)
            shape = code_shape((*part.shape, *part.shape))
        return StructureClass(
            name,
            part.kind,
            told=sentence(part),
            fields=tuple(fields),
            shaped=self.needs_shape(part),
            shape=shape,
            times="\n".join(times),
            dense="\n".join(dense),
        )

    def _field(self, name: str, array: Symbol) -> Field:
        return (
            Field(name, "array", code_shape(array.shape)) if array.rank else Field(name, "number")
        )

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
        return [*self._sizes(names, part, arrays, body), *body]

    def _dense(self, part: Part, arrays: Sequence[Symbol]) -> list[str]:
        names, printer = self._printer(part)
        if part.kind in ("outer", "low_rank") and not part.shared:
            body = self._gram(part, arrays, names, printer)
        else:
            body = self._entries(part, arrays, names, printer)
        return [*self._sizes(names, part, arrays, body), *body]

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
    if len(line) <= WIDTH:
        return [line]
    parts = [text] if indent + 4 + len(text) <= WIDTH else operands(text)
    return [f"{pad}return (", *(f"{pad}    {part}" for part in parts), f"{pad})"]
