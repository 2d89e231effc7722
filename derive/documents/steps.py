"""The steps of the backward pass as blocks: chain rule, dimension table, proof, result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.build import cotangent
from derive.algebra.forms.inverses import is_inverse
from derive.algebra.nodes import Contract, Map, Node, Symbol, symbols_of
from derive.algebra.stacks import turned
from derive.derivation.candidates import Candidate, CandidateFactor, Dimensions
from derive.derivation.reason import StepProof, total_differential
from derive.documents.blocks import Block, Display, Heading, Paragraph, Proof, Table
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.shapes import latex_matrix_shape, latex_shape2, read_off
from derive.formulas.words.words import Words
from derive.program.program import Equation


class Steps:
    """Writes arguments; `notation` and `words` say how."""

    def __init__(self, notation: Notation, words: Words) -> None:
        self.notation = notation
        self.words = words

    def equation(self, equation: Equation, arguments: Sequence[StepProof]) -> Iterator[Block]:
        """Yield the blocks for everything that one equation gives."""
        words, notation = self.words, self.notation
        yield Heading(3, words("through", number=equation.number))
        yield Paragraph(words("was"))
        yield Display((notation.equation(equation.symbol, equation.expr, "shaped"),))
        change = total_differential(notation.derivation, equation)
        if change is not None and len({a.variable for a in arguments}) > 1:
            yield Paragraph(words("differential"))
            left = self._differential(equation.symbol)
            yield Display((f"{left} = {notation.latex(change)}",))
        for argument in arguments:
            yield from self.argument(argument)

    def _differential(self, symbol: Symbol) -> str:
        return self.notation.latex(Symbol(symbol.name, symbol.shape, "differential"))

    def argument(self, argument: StepProof) -> Iterator[Block]:
        """Yield the argument for one variable of one equation."""
        words, notation = self.words, self.notation
        symbol = notation.latex(argument.variable)
        gradient = notation.latex(cotangent(argument.variable))
        yield Heading(4, words("gradient_of", symbol=f"${symbol}$"))
        shape = f"${latex_matrix_shape(argument.variable)}$"
        yield Paragraph(
            words("find", gradient=f"${gradient}$", shape=shape) + " " + self._chain(argument)
        )
        yield from self._dimensions(argument)
        yield Paragraph(words("proof"))
        yield Proof(tuple(self._proof(argument)))
        yield from self._total(argument)

    def _chain(self, argument: StepProof) -> str:
        words, notation = self.words, self.notation
        moved = argument.moved
        partners = [s for s in symbols_of(argument.differential) if s != moved and _is_shown(s)]
        ones = _ones_in(argument.dimensions)
        beside = [f"${notation.latex(s)}$" for s in partners] + ones
        factors = self._factor_list(argument)
        program, output = notation.derivation.program, argument.equation.symbol
        loss = notation.latex(program.outputs[0]) if program.is_scalar else "L"
        return words(
            "chain_end" if program.is_scalar and output in program.outputs else "chain",
            symbol=f"${notation.latex(argument.variable)}$",
            output=f"${notation.latex(output)}$",
            loss=f"${loss}$",
            beside=words("beside", partners=words.listed(beside)) if beside else "",
            gradient=f"${notation.latex(cotangent(argument.variable))}$",
            factors=factors,
        )

    def _factor_list(self, argument: StepProof) -> str:
        """Name the factors at hand with their shapes, the cotangent first."""
        if argument.dimensions is not None:
            ordered = sorted(argument.dimensions.factors, key=lambda f: not f.is_cotangent)
            return self.words.listed(
                [f"${self.factor(f)}$ $({latex_shape2(f.shape)})$" for f in ordered]
            )
        found = [s for s in symbols_of(argument.pullback) if s.role in ("cotangent", "upstream")]
        found = [s for s in found if s not in self.notation.values]
        found += [s for s in symbols_of(argument.pullback) if _is_shown(s)]
        if not found:
            return self.words.listed([f"${self.notation.latex(argument.pullback)}$"])
        return self.words.listed(
            [
                f"${self.notation.latex(s)}$ $({latex_matrix_shape(s)})$"
                for s in dict.fromkeys(found)
            ]
        )

    def factor(self, factor: CandidateFactor, flip: bool = False) -> str:
        """Write a factor, transposed if `flip`."""
        if len(factor.parts) == 1:
            return self._part(factor.parts[0][0], flip)
        text = r"\,".join(self._part(node, part_flip) for node, part_flip in factor.parts)
        return rf"\left( {text} \right)^{{\top}}" if flip else text

    def _part(self, node: Node, flip: bool) -> str:
        if is_inverse(node):
            return self.notation.latex(turned(node) if flip else node)
        text = self.notation.latex(node)
        if not _is_atom(node):
            text = rf"\left( {text} \right)"
        return rf"{text}^{{\top}}" if flip else text

    def _product(self, dimensions: Dimensions, candidate: Candidate) -> str:
        return r"\;".join(
            self.factor(dimensions.factors[k], flip)
            for k, flip in zip(candidate.order, candidate.flips, strict=True)
        )

    def _dimensions(self, argument: StepProof) -> Iterator[Block]:
        words, dimensions = self.words, argument.dimensions
        if dimensions is None:
            yield Paragraph(self._without_table(argument))
            return
        if len(dimensions.factors) == 2:
            yield Paragraph(words("dimensions") + " " + words("eight"))
            yield self._full_table(dimensions)
        else:
            count = len(dimensions.candidates)
            k = len(dimensions.factors)
            text = words("many", k=k, total=count, formable=dimensions.formable)
            yield Paragraph(words("dimensions") + " " + text)
            yield self._formable_table(dimensions)
        yield Paragraph(self._verdict(argument, dimensions))

    def _without_table(self, argument: StepProof) -> str:
        pullback = argument.pullback
        symbol = f"${self.notation.latex(argument.variable)}$"
        if isinstance(pullback, Symbol):
            return self.words("passes", symbol=symbol)
        entrywise = isinstance(pullback, Map) or (
            isinstance(pullback, Contract) and not pullback.bound
        )
        key = "entrywise" if entrywise and pullback.rank else "no_product"
        return self.words(key, symbol=symbol)

    def _full_table(self, dimensions: Dimensions) -> Table:
        """The eight products of two factors: rows by what is transposed, columns by order."""
        words = self.words
        first = next((k for k, f in enumerate(dimensions.factors) if f.is_cotangent), 0)
        second = 1 - first
        by_key = {(c.order, c.flips): c for c in dimensions.candidates}
        names = [self.factor(dimensions.factors[k]) for k in (first, second)]
        rows = []
        for flip_first, flip_second in ((0, 0), (0, 1), (1, 0), (1, 1)):
            flips = {first: bool(flip_first), second: bool(flip_second)}
            label = {
                (0, 0): words("neither"),
                (0, 1): f"${names[1]}$",
                (1, 0): f"${names[0]}$",
                (1, 1): words("both"),
            }[flip_first, flip_second]
            cells = [label]
            for order in ((first, second), (second, first)):
                candidate = by_key[order, tuple(flips[k] for k in order)]
                cells += [f"${self._product(dimensions, candidate)}$"]
                cells += [self._outcome(dimensions, candidate)]
            rows.append(tuple(cells))
        head = (
            words("transposed"),
            words("on_left", factor=f"${names[0]}$"),
            "",
            words("on_right", factor=f"${names[0]}$"),
            "",
        )
        return Table(head, tuple(rows))

    def _formable_table(self, dimensions: Dimensions) -> Table:
        rows = tuple(
            (f"${self._product(dimensions, c)}$", self._outcome(dimensions, c))
            for c in dimensions.candidates
            if c.shape is not None
        )
        return Table((self.words("product"), self.words("verdict")), rows[:16])

    def _outcome(self, dimensions: Dimensions, candidate: Candidate) -> str:
        words = self.words
        if candidate.clash is not None:
            a, b = (self.notation.dim(d) for d in candidate.clash)
            return words("fails", a=a, b=b)
        assert candidate.shape is not None  # what has no clash can be formed
        shape = f"${latex_shape2(candidate.shape)}$"
        if candidate.fits:
            return words("fits", shape=shape)
        return words("not_shape", shape=shape, target=f"${latex_shape2(dimensions.target)}$")

    def _verdict(self, argument: StepProof, dimensions: Dimensions) -> str:
        words = self.words
        if dimensions.decide:
            symbol = f"${self.notation.latex(argument.variable)}$"
            return words("decide", formable=dimensions.formable, symbol=symbol)
        fitting = [c for c in dimensions.candidates if c.fits]
        if not fitting:
            return words("nothing_fits")
        names = [f"${self._product(dimensions, c)}$" for c in fitting]
        return words("undecided", fitting=dimensions.fitting, names=words.listed(names))

    def _proof(self, argument: StepProof) -> Iterator[tuple[str, str, str]]:
        """Yield the lines: the differential, the factors moved across, the gradient read off."""
        words, notation = self.words, self.notation
        moved = notation.latex(argument.moved)
        change = notation.latex(argument.differential)
        pulled = notation.latex(argument.pullback)
        symbol = notation.latex(argument.variable)
        only = words("only_moves", symbol=f"${symbol}$")
        if argument.ybar in notation.values:
            yield self._differential(argument.equation.symbol), change, only
        else:
            ybar = notation.latex(argument.ybar)
            left = rf"\langle {ybar},\, {self._differential(argument.equation.symbol)} \rangle"
            yield left, rf"\langle {ybar},\, {change} \rangle", only
        yield "", rf"\langle {pulled},\, {moved} \rangle", self._crossing(argument)
        shapes = read_off(notation, argument.pullback, latex=True)
        reason = words("read_off", shapes=f"${shapes}$") if shapes else words("read_off_plain")
        gradient = notation.latex(cotangent(argument.variable))
        several = len(notation.derivation.gradients[argument.variable.name].steps) > 1
        left = rf"{gradient}^{{({argument.equation.number})}}" if several else gradient
        yield left, pulled, reason

    def _crossing(self, argument: StepProof) -> str:
        words, dimensions = self.words, argument.dimensions
        if dimensions is None:
            is_entrywise = isinstance(argument.pullback, Contract | Map | Symbol)
            return words("entry_by_entry" if is_entrywise else "crosses")
        factors = dimensions.factors
        at = next((k for k, f in enumerate(factors) if f.is_cotangent), 0)
        if factors[at].transposed and len(factors) == 2:
            return words("transpose_both", factor=f"${self.factor(factors[1 - at])}$")
        if len(factors) > 2:
            return words("crosses_both")
        key = "crosses_right" if at == 0 else "crosses_left"
        return words(key, factor=f"${self.factor(factors[1 - at])}$")

    def _total(self, argument: StepProof) -> Iterator[Block]:
        """Where the last part of a gradient has come: the sum, and its compact form."""
        words, notation = self.words, self.notation
        found = notation.derivation.gradients[argument.variable.name]
        if found.steps[-1].equation.symbol != _owner(argument, found.steps[-1].equation):
            return
        left = notation.latex(found.symbol)
        compact = notation.latex(found.expr)
        if len(found.steps) > 1:
            numbers = words.listed([f"({s.equation.number})" for s in found.steps])
            yield Paragraph(
                words(
                    "total",
                    symbol=f"${notation.latex(found.variable)}$",
                    count=len(found.steps),
                    equations=numbers,
                )
            )
            yield Display((f"{left} = {compact}",))
        elif compact != notation.latex(argument.pullback):
            cotangents = [
                s
                for s in symbols_of(argument.pullback)
                if s.role == "cotangent" and s not in symbols_of(found.expr)
            ]
            names = words.listed([f"${notation.latex(s)}$" for s in cotangents])
            if names:
                yield Paragraph(words("compact", names=names))
            yield Display((f"{left} = {compact}",))


def _owner(argument: StepProof, equation: Equation) -> Symbol:
    """Return the symbol of the last step's equation if the argument is that step's."""
    if equation.inline or equation.symbol == argument.equation.symbol:
        return equation.symbol
    return argument.variable


def _is_shown(symbol: Symbol) -> bool:
    return symbol.role in ("data", "parameter", "constant", "value")


def _ones_in(dimensions: Dimensions | None) -> list[str]:
    if dimensions is None:
        return []
    found = []
    for factor in dimensions.factors:
        node = factor.parts[0][0]
        if isinstance(node, Contract) and not node.factors:
            found.append(rf"$\mathbf{{1}}_{{{dimension_latex(factor.shape[0])}}}$")
    return found


def _is_atom(node: Node) -> bool:
    return isinstance(node, Symbol) or (isinstance(node, Contract) and not node.factors)
