"""The wheel: what is in it, and that it works where nothing else of the project is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from derive import __version__
from derive.code.page import template_names
from derive.face import shipped

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "derive", "templates", "generated", "tests", "pyproject.toml", "README.md", "LICENSE"
}  # fmt: skip


def run(*command: str | Path, cwd: Path) -> str:
    """Run `command` away from the checkout and its settings; return its stdout."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV"))}
    found = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_templates_alone(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"derive", f"derive-{__version__}.dist-info"}
    templates = {f"templates/{name}" for name in template_names()}
    assert {f"derive/{name}" for name in templates} <= set(names)
    assert {f"derive/models/{name}.py" for name in shipped.names()} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.slow
def test_the_wheel_generates_in_an_empty_environment_without_torch(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = binaries / "python"
    run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    run(binaries / "derive", "generate", "linear", "--lang", "en", "--lang", "zh", cwd=tmp_path)
    run(python, "-c", "from generated.linear import linear_numpy as m; m.forward", cwd=tmp_path)
    assert "grad_w" in run(python, "generated/linear/linear_numpy.py", cwd=tmp_path)
    run(binaries / "derive", "generate", "linear", "--check", cwd=tmp_path)
    assert "torch" not in run(python, "-m", "pip", "list", cwd=tmp_path)
    committed = ROOT / "generated" / "linear"
    for path in (tmp_path / "generated" / "linear").glob("*.*"):
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name


def test_the_top_level_holds_nothing_else():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listed}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED


def test_generated_holds_the_shipped_models_alone():
    found = {path.name for path in (ROOT / "generated").iterdir() if path.is_dir()}
    assert found - {"__pycache__", ".ruff_cache"} == set(shipped.names())


def test_the_formatter_is_pinned_to_one_version():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = settings["project"]["optional-dependencies"]["test"]
    assert [entry for entry in extras if re.fullmatch(r"ruff==[\d.]+", entry)]


def test_what_derive_needs_at_run_time_is_short_and_without_torch():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {re.split(r"[<>=]", entry)[0] for entry in settings["project"]["dependencies"]}
    assert needed == {"click", "highspy", "jinja2", "numpy", "sympy"}
