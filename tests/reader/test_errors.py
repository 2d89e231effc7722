"""Every faulty model is answered with one message: place, both shapes, one hint.

The messages are golden files; `DERIVE_UPDATE=1 pytest tests/reader/test_errors.py` rewrites them,
and the difference is to be read before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.errors import DeriveError
from derive.reader import read_expression, read_file

CASES = sorted(path for path in (Path(__file__).parent / "errors").iterdir() if path.is_dir())


def message(case: Path, folder: Path, monkeypatch) -> str:
    """Read the case's model and return what the user is told.

    The models are kept as text files: formatters and linters leave those alone.
    """
    if (case / "model.txt").exists():
        (folder / "model.py").write_bytes((case / "model.txt").read_bytes())
    monkeypatch.chdir(folder)
    with pytest.raises(DeriveError) as caught:
        if (case / "expression.txt").exists():
            text, shapes = (case / "expression.txt").read_text("utf-8").splitlines()
            read_expression(text, shapes)
        else:
            read_file("model.py")
    return f"{caught.value}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_faulty_model_is_answered_with_its_message(case, tmp_path, monkeypatch):
    told = message(case, tmp_path, monkeypatch)
    golden = case / "message.txt"
    if os.environ.get("DERIVE_UPDATE"):
        golden.write_text(told, "utf-8")
    assert told == golden.read_text("utf-8")


def test_each_message_has_a_place_and_no_traceback():
    for case in CASES:
        told = (case / "message.txt").read_text("utf-8")
        assert "Traceback" not in told
        assert told.startswith(("model.py:", "expression:", "--shape:", "error: ")), case.name
