"""Every sentence of the documents, in English and Chinese.

`Words("zh")("decide")` gives the sentence; `{name}` in it is filled from keywords.  Inline
mathematics stands between dollar signs, code between backquotes, emphasis between `**` and `*`:
the printers translate these marks.
"""

from __future__ import annotations

from derive.emit.words.checks import CHECKS
from derive.emit.words.code import CODE
from derive.emit.words.extras import EXTRAS
from derive.emit.words.figures import FIGURES
from derive.emit.words.opening import OPENING
from derive.emit.words.passes import PASSES
from derive.emit.words.terminal import TERMINAL
from derive.emit.words.verdict import VERDICT

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
