"""What documents tell of a Jacobian, a Hessian or a product with one: a section for each."""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.hessian.kinds import Part
from derive.algebra.hessian.layouts import by_layout
from derive.derivation.gradient import TIED
from derive.documents.blocks import Block, Display, Listing, Paragraph
from derive.documents.listing import extra_lines
from derive.formulas.extras import ExtraFormulas
from derive.formulas.notation import dimension_latex
from derive.formulas.shapes import latex_shape
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.program.extra import Extra


class Structure:
    """The structure of an extra in words."""

    def __init__(self, words: Words, extra: Extra) -> None:
        self.words = words
        self.extra = extra

    def sentence(self) -> str:
        """Return one sentence, "" where there is nothing to say."""
        words, extra = self.words, self.extra
        found = [words("x_never")] if extra.kind == "hvp" else []
        if extra.kind == "hessian":
            kinds = list(dict.fromkeys(self._part(part) for part in extra.parts))
            found.append(words("x_structure", kinds=words("x_plus").join(kinds)))
        elif extra.kind == "jacobian" and not all(
            layout.is_plain for v in extra.values for layout in by_layout(v)
        ):
            found.append(words("x_identities"))
        if extra.constant and extra.kind != "hvp":
            found.append(words("x_constant", symbol=f"`{extra.variable.name}`"))
        if extra.variable.kind in TIED and extra.kind != "jacobian":
            found.append(words("x_free", symbol=f"`{extra.variable.name}`"))
        return " ".join(found)

    def _part(self, part: Part) -> str:
        axes = self.words.listed([str(k + 1) for k in part.shared])
        kind = part.kind
        if part.shared and kind in ("outer", "pair", "low_rank"):
            kind += "_each"
        return self.words(f"x_{kind}", axes=axes)


class ExtraSections:
    """The section of a document for each extra; `noted` gets the names that they define."""

    def __init__(self, plan: Plan, words: Words, noted: dict[str, None]) -> None:
        self.plan = plan
        self.words = words
        self.noted = noted

    def title(self, extra: Extra) -> str:
        """Return the section's heading."""
        outputs = self.words.listed([symbol.name for symbol in extra.outputs])
        return self.words(f"x_title_{extra.kind}", outputs=outputs, symbol=extra.variable.name)

    def blocks(self, extra: Extra) -> Iterator[Block]:
        """Yield the section."""
        words = self.words
        formulas = ExtraFormulas(self.plan.derivation, extra)
        shapes = [f"${latex_shape(v.shape)}$" for v in extra.values]
        yield Paragraph(words(f"x_text_{extra.kind}", shape=words.listed(shapes)))
        yield Display(tuple(formulas.lines("latex")))
        where = tuple(formulas.definitions("latex"))
        if where:
            yield Paragraph(words("x_where"))
            yield Display(where)
        structure = Structure(words, extra).sentence()
        if structure:
            yield Paragraph(structure)
        yield from self._stacked(formulas)
        yield Paragraph(words("x_follows"))
        yield Display(tuple(f"{a} = {b}" for a, b in formulas.reasons("latex")))
        self.noted.update(formulas.notation.noted)
        yield Paragraph(words("x_code", function=extra.name))
        yield Listing("\n".join(extra_lines(self.plan, extra)))

    def _stacked(self, formulas: ExtraFormulas) -> Iterator[Block]:
        for found in formulas.stacked():
            rows, columns = map(dimension_latex, found.shape)
            shape = rf"${rows} \times {columns}$"
            left = formulas.stacked_left(found.output, "latex")
            yield Paragraph(self.words("x_rows_stacked", shape=shape))
            told, other = map(formulas.notation.in_latex, (found.by_rows, found.by_columns))
            yield Display((f"{left} = {told}",))
            if other != told:
                yield Paragraph(self.words("x_columns_stacked", formula=f"${other}$"))
