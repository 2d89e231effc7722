"""Every committed LaTeX document typesets without a warning and without an overfull box."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import derive
from derive.cli.pdf import typeset
from derive.errors import DeriveError
from tests.code.model_texts import MODELS
from tests.documents.figures.figure_models import residual

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "generated").glob("*/*.tex"))
COMPLAINT = re.compile(r"^(?:! |.*Warning:|Overfull |Missing character)", re.M)

GREEK = """\
def greek(θ_long: "n", αβ: "n", *, Γ: "n n", omicron: "n Ωm", Σς: "Ωm Δ"):
    Δx = Γ @ θ_long * αβ + (omicron @ Σς).sum(1)
    return Δx
"""
ENGLISH = r"\documentclass{article}\begin{document}$\nabla X = Y W^{\top}$\end{document}"


def engine(lang: str) -> str:
    name = "xelatex" if lang == "zh" else "pdflatex"
    if shutil.which(name) is None:
        assert not os.environ.get("CI"), f"CI must have {name}"
        pytest.skip(f"{name} is not installed")
    return name


def last_log(source: Path, folder: Path) -> str:
    """Typeset `source` twice in `folder`; return the second log, unwrapped."""
    command = [engine("zh" if ".zh." in source.name else "en"), "-no-shell-escape"]
    command += ["-halt-on-error", "-interaction=nonstopmode", "document.tex"]
    shutil.copy(source, folder / "document.tex")
    settings = {"max_print_line": "10000", "openin_any": "p"}
    for _ in range(3):
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        log = (folder / "document.log").read_text("utf-8", "replace")
        if "Rerun" not in log and "(re)run" not in log:
            break
    return log


def test_there_are_documents_to_typeset():
    assert DOCUMENTS, "generated/ holds no LaTeX"


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_a_document_typesets_without_complaint(path, tmp_path):
    log = last_log(path, tmp_path)
    assert (tmp_path / "document.pdf").exists(), log[-2000:]
    lines = [line for line in log.splitlines() if COMPLAINT.match(line)]
    assert not lines, "\n".join(lines)


HARD = {
    "wide formulas": MODELS["kinks"],
    "long tables": residual(10),
    "index notation": MODELS["rank4"],
    "Greek": GREEK,
}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", HARD)
def test_what_does_not_fit_is_broken_and_parted(name, lang, tmp_path):
    source = tmp_path / f"model.{lang}.tex"
    source.write_text(derive.derive(HARD[name]).to_latex(lang=lang), encoding="utf-8")
    log = last_log(source, tmp_path)
    lines = [line for line in log.splitlines() if COMPLAINT.match(line)]
    assert not lines, "\n".join(lines)


@pytest.mark.slow
def test_typesetting_gives_the_same_bytes_twice():
    engine("en")
    first = typeset(ENGLISH, "en")
    assert first.startswith(b"%PDF-")
    assert typeset(ENGLISH, "en") == first


@pytest.mark.slow
def test_chinese_typesets_with_the_fonts_of_tex():
    engine("zh")
    head = r"\documentclass{article}\usepackage{ctex}\usepackage[hidelinks]{hyperref}"
    text = head + r"\begin{document}反向传播\end{document}"
    assert typeset(text, "zh").startswith(b"%PDF-")


@pytest.mark.slow
@pytest.mark.parametrize("command", [r"\input{/etc/hostname}", r"\input{../secret}"])
def test_a_document_cannot_read_other_files(command):
    engine("en")
    with pytest.raises(DeriveError, match="pdflatex stopped"):
        typeset(ENGLISH.replace("$", command + "$", 1), "en")


def test_a_missing_tex_is_one_message_that_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DeriveError, match="xelatex is not installed") as fault:
        typeset(ENGLISH, "zh")
    assert "texlive-lang-chinese" in str(fault.value)
