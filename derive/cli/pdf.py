"""From LaTeX text to PDF, with the TeX that is installed.

TeX runs in a directory of its own, without shell and without files from elsewhere: a document
holds words of a model that may come from a stranger.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from derive.errors import DeriveError

_PACKAGES = {
    "en": "texlive-latex-base texlive-latex-recommended texlive-pictures",
    "zh": "texlive-xetex texlive-lang-chinese texlive-fonts-recommended",
}
_RUNS = 4  # references settle in two; more would not help
_SECONDS = 120


def typeset(text: str, lang: str) -> bytes:
    """Return the PDF of `text`; raise DeriveError where TeX is missing or finds a fault."""
    engine = "xelatex" if lang == "zh" else "pdflatex"
    program = shutil.which(engine)
    install = f"install it (on Debian: apt-get install {_PACKAGES[lang]}), or use --to latex"
    if program is None:
        raise DeriveError(f"{engine} is not installed, so there is no PDF", hint=install)
    with tempfile.TemporaryDirectory(prefix="derive-") as folder:
        Path(folder, "document.tex").write_text(text, encoding="utf-8", newline="\n")
        log = _settle(program, Path(folder))
        result = Path(folder, "document.pdf")
        if not result.exists() or "\n! " in log:
            raise DeriveError(f"{engine} stopped: {_complaint(log)}", hint=install)
        return result.read_bytes()


def _settle(program: str, folder: Path) -> str:
    """Run TeX until its references stand; return the last log."""
    known = None
    log = ""
    for _ in range(_RUNS):
        log = _run(program, folder)
        marks = [
            p.read_bytes() for p in (folder / "document.aux", folder / "document.out") if p.exists()
        ]
        if "\n! " in log or marks == known:
            break
        known = marks
    return log


def _run(program: str, folder: Path) -> str:
    command = [program, "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode"]
    settings = {
        "openin_any": "p",
        "openout_any": "p",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
    }
    try:
        subprocess.run(
            [*command, "document.tex"],
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise DeriveError(f"TeX did not finish within {_SECONDS} s") from fault
    log = folder / "document.log"
    return log.read_text("utf-8", "replace") if log.exists() else "\n! no log was written"


def _complaint(log: str) -> str:
    found = re.search(r"^! (.*)$", log, re.MULTILINE)
    return found[1] if found else "no reason given"
