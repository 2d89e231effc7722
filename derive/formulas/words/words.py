"""Every sentence of the documents, in English and Chinese.

`Words("zh")("decide")` gives the sentence; `{name}` in it is filled from keywords.  Inline
mathematics stands between dollar signs, code between backquotes, emphasis between `**` and `*`:
the printers translate these marks.
"""

from __future__ import annotations

from derive.formulas.words.checks import CHECKS
from derive.formulas.words.code import CODE
from derive.formulas.words.extras import EXTRAS
from derive.formulas.words.figures import FIGURES
from derive.formulas.words.opening import OPENING
from derive.formulas.words.passes import PASSES
from derive.formulas.words.terminal import TERMINAL
from derive.formulas.words.verdict import VERDICT

LANGUAGES = ("en", "zh")

WORDS: dict[str, tuple[str, str]] = {
    **OPENING,
    **PASSES,
    **CODE,
    **CHECKS,
    **EXTRAS,
    **TERMINAL,
    **FIGURES,
    **VERDICT,
}


class Words:
    """The sentences of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._at = LANGUAGES.index(lang)

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence `key`, filled in."""
        text = WORDS[key][self._at]
        return text.format(**values) if values else text

    def listed(self, items: list[str]) -> str:
        """Join items as a list in a sentence."""
        if len(items) < 2:
            return "".join(items)
        comma = ", " if self.lang == "en" else "、"
        return comma.join(items[:-1]) + self("and") + items[-1]
