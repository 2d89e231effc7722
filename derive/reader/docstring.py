"""What a model's docstring says: the first sentence, and words for dimensions and variables."""

from __future__ import annotations

import inspect
import re

_WORDS = re.compile(r"\s*([A-Za-zΑ-Ωα-ω][\wΑ-Ωα-ω]*)\s*:\s+(\S.*)")


def read_docstring(text: str | None) -> tuple[str, dict[str, str]]:
    """Return the first sentence, and the text of each line `name: words`."""
    if not text:
        return "", {}
    lines = inspect.cleandoc(text).splitlines()
    paragraph: list[str] = []
    for line in lines:
        if not line.strip():
            break
        paragraph.append(line.strip())
    head = " ".join(paragraph)
    end = re.search(r"[.!?](?=\s|$)", head)
    title = head[: end.end()] if end else head
    words = {}
    for line in lines[1:]:
        match = _WORDS.match(line)
        if match:
            words[match[1]] = match[2].strip()
    return title, words
