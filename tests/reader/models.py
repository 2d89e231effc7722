"""Models for the tests, from `models.txt`: heads with the arguments, and bodies that return."""

from __future__ import annotations

from pathlib import Path

HEADS = {
    "torch": "import math\nimport torch\nimport torch.nn.functional as F\n",
    "numpy": "import math\nimport numpy as np\n",
}


def _read() -> list[tuple[str, str, str]]:
    """Return (library, arguments, body) of each model; arguments by name, or written out."""
    first, *blocks = (Path(__file__).parent / "models.txt").read_text("utf-8").split("\n\n# ")
    arguments = dict(line.split(" ", 1) for line in first.splitlines())
    found = []
    for block in blocks:
        head, body = block.split("\n", 1)
        library, name = head.split(" ", 1)
        found.append((library, arguments.get(name, name), body.strip("\n")))
    return found


CASES = _read()


def text_of(library: str, arguments: str, body: str) -> str:
    """Return the text of a file with the model."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEADS[library]}\n\ndef model({arguments}):\n{indented}"
