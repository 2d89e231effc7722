"""How many lines of an emitted module stand literally in its templates.

A line stands there if a line of a template reads the same but for its tags, and has at least one
word outside of them.  Empty lines are not counted.  Run as a script it prints the shares:

    python -m tests.code.template_share [MODEL ...]
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import derive

TEMPLATES = Path(__file__).parents[2] / "templates"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


@cache
def lines_of(target: str) -> re.Pattern[str]:
    """Return a pattern of the lines that the templates of a target have."""
    files = [TEMPLATES / f"{target}.py.jinja"]
    files += [p for folder in (target, "shared") for p in sorted((TEMPLATES / folder).iterdir())]
    texts = [path.read_text("utf-8") for path in files if path.is_file()]
    wanted = []
    for line in "\n".join(texts).splitlines():
        literal = TAG.split(line.strip())
        if re.search(r"[^\W\d_]{3}", "".join(literal)):
            wanted.append(" *" + ".*?".join(map(re.escape, literal)))
    return re.compile("|".join(dict.fromkeys(wanted)))


def share(text: str, target: str) -> float:
    """Return the share of a module's lines that stand in the templates of its target."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(lines_of(target).fullmatch(line) is not None for line in lines) / len(lines)


def missing(text: str, target: str) -> list[str]:
    """Return the lines that stand in no template."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [line for line in lines if lines_of(target).fullmatch(line) is None]


if __name__ == "__main__":
    for model in sys.argv[1:] or ["linear", "mlp", "attention"]:
        made = derive.derive(model)
        numpy, torch = share(made.to_numpy(), "numpy"), share(made.to_torch(), "torch")
        print(f"{model}: {numpy:.0%} of the NumPy module, {torch:.0%} of the PyTorch module")
