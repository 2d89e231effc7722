"""The figures of a model by name: what documents show and what is written beside them."""

from __future__ import annotations

from collections.abc import Callable

from derive.documents.figures.drawing import Drawing
from derive.documents.figures.labels import Labels
from derive.documents.figures.module_diagram import module_diagram
from derive.documents.figures.movie import movie
from derive.documents.figures.node import node
from derive.documents.figures.pebbles import pebbles
from derive.documents.figures.svg import emit_svg
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words
from derive.plan.nouns import Plan
from derive.program.program import Program

FIGURES: dict[str, Callable[[Plan, Labels], Drawing]] = {
    "blocks": module_diagram,
    "node": node,
    "pebbles": pebbles,
    "pebbles_animated": movie,
}


def file_name(program: Program, kind: str, lang: str) -> str:
    """Return the name of a figure's file, beside the document that shows it."""
    return f"{program.name}_{kind}{'' if lang == 'en' else f'.{lang}'}.svg"


def emit_figures(plan: Plan, lang: str) -> dict[str, str]:
    """Return every figure as SVG by file name, the checksums not yet filled in."""
    program = plan.derivation.program
    labels = Labels(plan, Notation(plan.derivation), Words(lang))
    return {
        file_name(program, kind, lang): emit_svg(draw(plan, labels), program, lang)
        for kind, draw in FIGURES.items()
    }


def emit_node(plan: Plan, number: int, lang: str) -> str:
    """Return the general figure of one equation as SVG; KeyError where there is none."""
    labels = Labels(plan, Notation(plan.derivation), Words(lang))
    return emit_svg(node(plan, labels, number), plan.derivation.program, lang)
