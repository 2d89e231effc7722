"""Every formula of every committed document: what GitHub denies, and what KaTeX refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from derive.cli.one_liners import one_liner
from derive.face.api import Derived
from derive.formulas.definitions import DEFINITIONS
from derive.formulas.notation import Notation
from derive.reader.library import entries

ROOT = Path(__file__).parents[2]
NUMBERS = ROOT / "generated" / "saved_bytes.md"  # a table without a formula
DOCUMENTS = sorted({*(ROOT / "generated").rglob("*.md")} - {NUMBERS})
KATEX = next(
    (
        folder / "node_modules" / "katex"
        for folder in (ROOT / ".cache" / "katex", ROOT, Path(os.environ.get("KATEX_PREFIX", "/")))
        if (folder / "node_modules" / "katex").is_dir()
    ),
    None,
)
DENIED = re.compile(
    r"\\(operatorname|newcommand|renewcommand|def|let|DeclareMathOperator|mbox|phantom"
    r"|label|eqref|tag|ref|require|href|htmlId)(?![A-Za-z])"
)
_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<kind>\w*)\n(?P<body>.*?)^(?P=ticks)$", re.M | re.S)
_INLINE = re.compile(r"\$`([^`]+)`\$")


def formulas(text: str) -> list[tuple[int, str, bool]]:
    """Return (line, formula, displayed) for each formula of a document in GitHub's flavour."""
    found = [
        (text.count("\n", 0, m.start()) + 2, m["body"].strip(), True)
        for m in _FENCE.finditer(text)
        if m["kind"] == "math"
    ]
    prose = _FENCE.sub(lambda m: "\n" * m[0].count("\n"), text)
    found += [(prose.count("\n", 0, m.start()) + 1, m[1], False) for m in _INLINE.finditer(prose)]
    return sorted(found)


def test_formulas_are_found_in_fences_and_in_lines():
    text = "a $`x`$\n\n```math\n\\odot\n```\n\n```python\nb = '$`no`$'\n```\n$`y`$\n"
    assert formulas(text) == [(1, "x", False), (4, "\\odot", True), (10, "y", False)]


@pytest.mark.parametrize("macro", [r"\operatorname{f}", r"\def\x{1}", r"\mbox{a}", r"\phantom{a}"])
def test_a_denied_macro_is_seen(macro):
    assert DENIED.search(macro)
    assert not DENIED.search(r"\default \lambda \mathrm{tr} \leftarrow \left( \reflectbox")


def test_there_are_documents_to_judge():
    assert DOCUMENTS, "generated/ holds no document"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_a_document_has_no_macro_that_github_denies(path):
    text = path.read_text("utf-8")
    found = formulas(text)
    assert found
    assert not [(line, tex) for line, tex, _ in found if DENIED.search(tex)]
    prose = _INLINE.sub("", _FENCE.sub("", text))
    assert "$" not in re.sub(r"`[^`]*`", "", prose), "a formula that is not marked GitHub's way"


def test_katex_renders_every_formula_in_strict_mode():
    need_rendered(
        {"where": f"{path.name}:{line}", "tex": tex, "display": display}
        for path in DOCUMENTS
        for line, tex, display in formulas(path.read_text("utf-8"))
    )


def test_katex_renders_what_every_operation_gives():
    need_rendered(
        {"where": example.call, "tex": tex, "display": True}
        for example in map(one_liner, entries())
        if example is not None
        for tex in written(Derived(example.program))
    )


def test_katex_renders_every_definition():
    told = (text for definition in DEFINITIONS.values() for text in definition[1:])
    inline = [definition.latex for definition in DEFINITIONS.values()]
    inline += [part for text in told for part in text.split("$")[1::2]]
    need_rendered({"where": tex, "tex": tex, "display": False} for tex in inline)


def written(derived: Derived) -> Iterator[str]:
    """Yield the equations of a model and its gradients, as documents have them."""
    notation = Notation(derived.derivation)
    for equation in derived.program.equations:
        yield notation.equation(equation.symbol, equation.expr, "shaped")
    for gradient in derived.derivation.gradients.values():
        yield notation.equation(gradient.symbol, gradient.expr, "shaped")


def need_rendered(found: Iterable[dict[str, str | bool]]) -> None:
    """Check that KaTeX, in strict mode, takes each formula."""
    node = shutil.which("node")
    if node is None or KATEX is None:
        assert not os.environ.get("CI"), "CI must have node and katex"
        pytest.skip("needs node, and katex from npm: see .ci/run")
    listed = list(found)
    run = subprocess.run(
        [node, str(Path(__file__).with_name("katex.mjs"))],
        input=json.dumps(listed),
        env={**os.environ, "KATEX": str(KATEX)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
