"""Templates write the files: their share of a module, those of one's own, what is said of them."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import jinja2.meta
import pytest
from click.testing import CliRunner

import derive
from derive.cli import main
from derive.code import page
from derive.errors import DeriveError
from derive.face.api import module_of
from tests.code.template_share import share

ROOT = Path(__file__).parents[2]
README = (ROOT / "templates" / "README.md").read_text("utf-8")


def folder_with(folder: Path, name: str, *change: tuple[str, str]) -> Path:
    """Return the folder with a template of ours in it, changed."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "templates" / name).read_text("utf-8")
    for old, new in change:
        assert old in text
        text = text.replace(old, new)
    target.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_half_of_a_module_stands_in_its_templates(target):
    d = derive.derive("mlp")
    assert share(d.to_numpy() if target == "numpy" else d.to_torch(), target) >= 0.5


def test_a_changed_template_changes_the_file_and_is_named_in_it(tmp_path):
    own = folder_with(tmp_path / "own", "numpy.py.jinja", ("def predict(", "def loss_alone("))
    text = derive.derive("linear").to_numpy(templates=own)
    assert "def loss_alone(x, *, w, b):" in text and "def predict(" not in text
    assert "template  numpy.py.jinja\n" in text
    assert "def predict(" in derive.derive("linear").to_numpy()


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_a_part_of_a_template_is_replaced_alone(tmp_path, target):
    change = ("_check_shapes({{ checked | items }})", "assert _fits({{ checked | items }})")
    own = folder_with(tmp_path / "own", "shared/opening.jinja", change)
    d = derive.derive("mlp")
    text = d.to_numpy(templates=own) if target == "numpy" else d.to_torch(templates=own)
    assert "    assert _fits(x, y, w1, b1, w2, b2)\n" in text
    assert f"template  templates/{target}.py.jinja, with shared/opening.jinja of own\n" in text


def test_a_helper_of_ones_own_is_copied(tmp_path):
    change = ("return np.minimum(x, 0) - np.log1p", "return -np.log1p")
    own = folder_with(tmp_path, "numpy/helpers.py", change)
    model = "import torch\n\ndef f(x: 'n'):\n    return torch.nn.functional.logsigmoid(x).sum()\n"
    assert "return -np.log1p" in derive.derive(model).to_numpy(templates=own)


def test_the_command_writes_with_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder_with(Path("mine"), "torch.py.jinja", ("in PyTorch with", "in PyTorch, ours, with"))
    done = CliRunner().invoke(
        main, ["generate", "linear", "--to", "torch", "--templates", "mine", "--out", "-"]
    )
    assert done.exit_code == 0
    assert "`linear` in PyTorch, ours, with" in done.stdout
    assert "template  mine/torch.py.jinja\n" in done.stdout


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("fine\n{{ nobody_gave_it }}\n", 2, "'nobody_gave_it' is undefined"),
        ("fine\n\n{% if %}\n", 3, "Expected an expression"),
        ("{{ checked.nothing() }}\n", 1, "has no attribute 'nothing'"),
        ('{% include "elsewhere.jinja" %}\n', 1, "there is no template elsewhere.jinja"),
    ],
)
def test_a_faulty_template_is_told_with_its_file_and_line(tmp_path, written, line, told):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "opening.jinja").write_text(written)
    done = CliRunner().invoke(
        main, ["generate", "linear", "--to", "numpy", "--templates", str(tmp_path), "--out", "-"]
    )
    assert done.exit_code == 1
    assert f"opening.jinja:{line}:1: error: the template is faulty: " in done.stderr
    assert told in done.stderr and "Traceback" not in done.stderr


def test_a_template_that_writes_no_checksum_is_refused(tmp_path):
    (tmp_path / "numpy.py.jinja").write_text("print('hello')\n")
    with pytest.raises(DeriveError, match="writes no checksum"):
        derive.derive("linear").to_numpy(templates=tmp_path)


@pytest.mark.parametrize("case", ["missing", "stranger", "empty"])
def test_a_folder_that_cannot_be_meant_is_refused_with_the_names_that_exist(tmp_path, case):
    folder = tmp_path / "templates"
    if case != "missing":
        folder.mkdir()
    if case == "stranger":
        folder_with(folder, "torch.py.jinja")
        (folder / "numpi.py.jinja").write_text("")
    with pytest.raises(DeriveError) as fault:
        derive.derive("linear").to_numpy(templates=folder)
    assert "shared/opening.jinja" in str(fault.value)
    assert ("numpi.py.jinja" in fault.value.found) is (case == "stranger")


def test_ours_give_way_in_a_template_where_a_model_has_the_name():
    source = "{# own names: cache np #}\nimport np\ndef np(cache):\n    np(cache, x.cache)  # np\n"
    made = page.with_own_names(source).splitlines()
    cache, np = '{{ own["cache"] }}', '{{ own["np"] }}'
    assert made[1:] == ["import np", f"def np({cache}):", f"    {np}({cache}, x.cache)  # np"]


def test_the_readme_names_every_template_and_every_variable():
    environment = page._environment()
    for name in page.template_names():
        assert f"`{name}`" in README, name
        if name.endswith(".jinja"):
            tree = environment.parse(page._source(name)[0])
            for variable in jinja2.meta.find_undeclared_variables(tree):
                assert re.search(rf"`{variable}(?:\(\))?`", README), f"{name}: {variable}"


def test_compiled_templates_are_kept_beside_them(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setattr(page, "template_root", lambda: tmp_path / "templates")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert Path(page._kept_compiled()) == tmp_path / "templates" / "__pycache__"
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert page._kept_compiled() == ""


def test_a_module_by_ones_own_template_runs(tmp_path):
    change = ('"""Return the gradients, from', '"""Go back: return the gradients, from')
    own = folder_with(tmp_path, "numpy.py.jinja", change)
    module_of(derive.derive("mlp").to_numpy(templates=own), "mlp_numpy")._self_check()
