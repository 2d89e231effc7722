"""The command as users run it: from a model file to files, and from a fault to a message."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derive.face import shipped

ROOT = Path(__file__).parents[1]
LAYER = """\
def layer(x: "n d", *, w: "m d", b: "m"):
    y = x @ w + b
    return y
"""
TRANSPOSED = """\
layer.py:2:9: error: x @ w does not fit: x has d columns, w has m rows

  2 |     y = x @ w + b
    |         ^^^^^
  x is n×d   argument, line 1
  w is m×d   argument, line 1
  A product needs the columns of the left to be the rows of the right.
  Dimensions so far: n and d from x, m from w. Different names are never equal.

  hint: write x @ w.T, which is (n×d)(d×m) = n×m; the rest of layer then fits
"""
NUMPY = ("--to", "numpy")


def derive(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_committed_files_are_what_derive_writes_in_another_zone_and_locale():
    found = derive(
        *("generate", "--check", "--lang", "en", "--lang", "zh", *shipped.names()),
        cwd=ROOT,
        TZ="Asia/Shanghai",
        LC_ALL="C",
    )
    assert found.returncode == 0, found.stdout[:4000] + found.stderr


def test_generated_files_pass_the_linter_and_the_formatter_as_they_are():
    ruff = shutil.which(
        "ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert ruff is not None, "ruff belongs to the test extra"
    for command in (["check"], ["format", "--check"]):
        found = subprocess.run(
            [ruff, *command, "generated"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stdout + found.stderr


def test_a_missing_transpose_is_answered_with_the_hint_that_repairs_it(tmp_path):
    (tmp_path / "layer.py").write_text(LAYER)
    found = derive("generate", "layer.py", cwd=tmp_path)
    assert found.returncode == 1
    assert found.stderr == TRANSPOSED
    assert not (tmp_path / "generated").exists()


def test_the_repaired_model_is_generated_imported_and_checks_itself(tmp_path):
    (tmp_path / "layer.py").write_text(LAYER.replace("x @ w", "x @ w.T"))
    assert derive("generate", "layer.py", cwd=tmp_path).returncode == 0
    run = subprocess.run(
        [sys.executable, "-c", "from generated.layer import layer_numpy as m; m._self_check()"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "grad_w" in run.stdout


def test_a_strangers_file_is_read_and_never_run(tmp_path):
    (tmp_path / "layer.py").write_text(
        "open('was_run', 'w').close()\n" + LAYER.replace("x @ w", "x @ w.T")
    )
    assert derive("generate", "layer.py", *NUMPY, cwd=tmp_path).returncode == 0
    assert not (tmp_path / "was_run").exists()


@pytest.mark.parametrize(
    ("spec", "content"),
    [
        ("absent.py", None),
        ("no_such_model", None),
        (".", None),
        ("m.py", b""),
        ("m.py", b"x = 1\n"),
        ("m.py", b"\xff\xfe\x00\x01"),
        ("m.py", b"def f(x: 'n'):\n    return x\0\n"),
        ("m.py", b"def f(x: 'n')\n    return x\n"),
        ("m.py", b"def f(x):\n    return x.sum()\n"),
        ("m.py:g", b"def f(x: 'n'):\n    return x.sum()\n"),
        ("m.py", b"def f(x: 'n'):\n    return f(x)\n"),
        ("m.py", b"def f(x: 'n'):\n    while True:\n        x = x + 1\n    return x\n"),
        ("m.py", b"def f(x: 'n'):\n    for i in range(len(x)):\n        x = x + 1\n    return x\n"),
        ("m.py", b"def f(x: 'n'):\n    return reluu(x)\n"),
        ("m.py", b"def f(x: 'n'):\n    return z\n"),
        ("m.py", b"def f(x: 'n', y: 'm'):\n    return x + y\n"),
        ("m.py", "def f(а: 'n'):\n    return а\n".encode()),
        ("m.py", b"def f(_x: 'n'):\n    return _x\n"),
        ("m.py", b"def CON(x: 'n'):\n    return x\n"),
        ("m.py", b"def f(x: 'n'):\n    return " + b"(" * 300 + b"x" + b")" * 300 + b"\n"),
        ("m.py", b"def f(x: 'n'):\n    return x" + b" + x" * 20000 + b"\n"),
        ("m.py", b"def f(x: 'n'):\n    return x**(2**4000000)\n"),
        ("m.py", b"#" * 2_000_000),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_exit_code_1(tmp_path, spec, content):
    if content is not None:
        (tmp_path / "m.py").write_bytes(content)
    found = derive("generate", spec, *NUMPY, cwd=tmp_path)
    assert found.returncode == 1, found.stderr
    assert "error: " in found.stderr.splitlines()[0]
    assert "Traceback" not in found.stderr
    assert found.stdout == ""
    assert not (tmp_path / "generated").exists()


def test_a_mistyped_shipped_name_is_answered_with_the_right_one(tmp_path):
    assert "linear" in derive("show", "linaer", cwd=tmp_path).stderr


def test_an_expression_without_shapes_is_answered_with_a_line_to_complete(tmp_path):
    found = derive("show", "-e", "((x @ w - y)**2).sum()", cwd=tmp_path)
    assert found.returncode == 1
    assert "--shape" in found.stderr


def test_an_expression_is_a_model(tmp_path):
    found = derive(
        *("show", "--brief", "-e", "((x @ w - y)**2).sum()", "--shape", "x: n d, w: d, y: n"),
        cwd=tmp_path,
    )
    assert found.returncode == 0, found.stderr
    assert "∇w" in found.stdout


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_model_is_shown_planned_and_true(name, tmp_path):
    for command in ("show", "plan"):
        found = derive(command, name, cwd=tmp_path)
        assert found.returncode == 0, found.stderr
        assert found.stdout.startswith(name)
    found = derive("check", name, cwd=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


def test_ascii_output_is_ascii(tmp_path):
    for command in ("show", "plan"):
        assert derive(command, "linear", "--ascii", cwd=tmp_path).stdout.isascii()
