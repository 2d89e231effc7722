"""Every gradient against every oracle that is at hand, as a table.

`check` is handed modules and functions; it knows nothing of how they were made.  Each comparison
is made with pairwise distinct sizes and with all sizes equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from derive.program.derivation import Derivation
from derive.program.extra import Extra
from derive.program.program import Program
from derive.verify.admissible import admissible
from derive.verify.row import Row
from derive.verify.rows import rows_at
from derive.verify.sizes import size_choices
from derive.verify.subject import Subject
from derive.verify.torch_oracles import in_float64


@dataclass(frozen=True)
class Report:
    """The comparisons made for one model.

    sizes: for each word ("distinct", "equal", "given") the size of every dimension.
    extras: the names of Jacobians and the like among what was compared.
    """

    model: str
    rows: tuple[Row, ...]
    sizes: dict[str, dict[str, int]]
    extras: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Return "agrees", "WRONG", or "undetermined" where no admissible point was found."""
        if any(row.verdict == "WRONG" for row in self.rows):
            return "WRONG"
        closed: dict[str, set[str]] = {}
        for row in self.rows:
            if row.undecided:
                closed.setdefault(row.gradient, set()).add(row.sizes)
        nowhere = any(words >= self.sizes.keys() for words in closed.values())
        return "undetermined" if nowhere else "agrees"

    @property
    def ok(self) -> bool:
        """Whether derivatives were compared and nothing was found wrong."""
        return self.verdict == "agrees"

    def table(self) -> str:
        """Return aligned columns: gradient, oracle, an error for each set of sizes, verdict."""
        words = list(self.sizes)
        lines = [["gradient", "oracle", *(self._sizes(word) for word in words), "bound", ""]]
        notes: dict[str, None] = {}
        by_row: dict[tuple[str, str], dict[str, Row]] = {}
        for row in self.rows:
            by_row.setdefault((row.gradient, row.oracle), {})[row.sizes] = row
            if row.note:
                notes[f"{row.gradient}, {row.oracle}: {row.note}"] = None
        for (gradient, oracle), found in by_row.items():
            errors = [found[word].shown if word in found else "" for word in words]
            verdicts = [row.verdict for row in found.values()]
            verdict = next((v for v in _VERDICTS if v in verdicts), "ok")
            bound = next(iter(found.values())).bound
            shown = f"{bound:.0e}" if bound else ""
            lines.append([gradient, oracle, *errors, shown, verdict])
        return "\n".join([self.model, "", *_aligned(lines), "", *notes, self._said()])

    def _said(self) -> str:
        if self.verdict == "undetermined":
            return "UNDETERMINED: no point was found at which the model has derivatives"
        what = "derivative" if self.extras else "gradient"
        if self.verdict == "WRONG":
            return f"NOT ALL {what.upper()}S AGREE"
        return f"every {what} agrees"

    def _sizes(self, word: str) -> str:
        sizes = self.sizes[word]
        if word == "equal" and len(set(sizes.values())) == 1 and len(sizes) > 1:
            return f"all {next(iter(sizes.values()))}"
        return ", ".join(f"{name}={size}" for name, size in sizes.items()) or "no dimensions"

    def __str__(self) -> str:
        return self.table()


_VERDICTS = ("WRONG", "not admissible", "skipped")


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(len(line[k]) for line in lines) for k in range(len(lines[0]))]
    pairs = [zip(line, widths, strict=True) for line in lines]
    return ["  " + "  ".join(text.ljust(width) for text, width in pair).rstrip() for pair in pairs]


def check(
    program: Program,
    derivation: Derivation,
    numpy_module: ModuleType | None = None,
    torch_module: ModuleType | None = None,
    model_function: Callable[..., Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    extras: Sequence[Extra] = (),
) -> Report:
    """Compare the gradients asked for with every oracle.

    program: the model, split or not.  numpy_module, torch_module: what was generated; without
    the first, the derivation's own formulas are evaluated.  model_function: the model itself, run
    under torch; give it only where it may be executed.  sizes: some or all sizes of dimensions.
    extras: the Jacobians, Hessians and products that the modules have beside the gradients.
    """
    model = in_float64(model_function) if model_function is not None else None
    subject = Subject(program, derivation, numpy_module, torch_module, model, tuple(extras))
    choices = size_choices(derivation.program, sizes or {})
    points = {word: admissible(derivation, found) for word, found in choices.items()}
    rows = [row for word, point in points.items() for row in rows_at(subject, word, point)]
    chosen = {word: dict(point.sizes) for word, point in points.items()}
    return Report(program.name, tuple(rows), chosen, tuple(extra.name for extra in extras))
