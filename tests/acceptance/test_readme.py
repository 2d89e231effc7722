"""What the README shows is what derive prints and writes, and what it says to type works."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from derive.face import shipped

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def derive(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def block(start: str) -> str:
    """Return the text of the block that begins so."""
    found = [text for _, text in BLOCKS if text.startswith(start)]
    assert len(found) == 1, start
    return found[0]


def function(path: Path, name: str) -> str:
    text = path.read_text("utf-8")
    (node,) = [n for n in ast.parse(text).body if getattr(n, "name", "") == name]
    return "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])


def test_the_derivation_shown_is_the_one_that_is_printed():
    shown = block("$ derive show linear\n").split("\n", 1)[1]
    assert shown == derive("show", "linear", cwd=ROOT).stdout


def test_the_backward_shown_is_the_one_that_is_generated():
    path = ROOT / "generated/linear/linear_numpy.py"
    assert block("def backward(") == function(path, "backward")


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_every_shipped_model_has_its_row_under_its_own_title():
    for name in shipped.names():
        row = f"| `{name}`: {shipped.title(name).rstrip('.')} |"
        assert row in README, row


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    (made / "net.py").write_text(block("# net.py"), encoding="utf-8")
    return made


def commands() -> list[str]:
    lines = block("derive generate net.py").splitlines()
    return [re.split(r"\s{2,}", line)[0] for line in lines]


def test_each_command_works_on_the_model_shown(folder):
    for command in commands():
        words = re.findall(r'"[^"]*"|\S+', command)
        run = derive(*(word.strip('"') for word in words[1:]), cwd=folder)
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"


def test_the_lines_of_python_run_as_they_stand(folder):
    run = subprocess.run(
        [sys.executable, "-c", block("import derive\n")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_the_training_loop_trains(folder):
    command = re.search(r"`derive (generate mlp_relu [^`]*)`", README)
    assert command is not None
    assert derive(*command[1].split(), cwd=folder).returncode == 0
    run = subprocess.run(
        [sys.executable, "-c", block("import numpy as np\n")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert float(run.stdout.removeprefix("loss:")) < 0.1


def test_the_files_that_the_steps_name_exist():
    named = re.findall(r"`((?:derive|templates|tests)/[\w./-]+)`", README)
    assert named
    for path in named:
        assert (ROOT / path).exists(), path


def test_nothing_is_left_to_fill_in():
    assert "FILL" not in README
    assert "TODO" not in README
