"""Every shipped model: its gradients are true, its files are current, alone, and clean.

The files on disk are compared byte for byte with what is made under eight hash seeds, each in a
process of its own.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

import derive
from derive.face import shipped

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"
SEEDS = range(8)
DIGESTS = """\
import hashlib, json, sys
from derive.face import api, shipped
found = {}
for name in shipped.names():
    d = api.derive(name)
    texts = {"_numpy.py": d.to_numpy(), "_torch.py": d.to_torch()}
    for lang, mark in (("en", ""), ("zh", ".zh")):
        texts[f"{mark}.tex"] = d.to_latex(lang=lang)
        texts[f"{mark}.md"] = d.to_markdown(lang=lang)
        texts |= {"/" + figure: text for figure, text in d.figures(lang=lang).items()}
    for end, text in texts.items():
        path = f"{name}{end}" if end.startswith("/") else f"{name}/{name}{end}"
        found[path] = hashlib.sha256(text.encode()).hexdigest()
json.dump(found, sys.stdout)
"""


def digests(seed: int) -> dict[str, str]:
    """Return the digest of every text of every shipped model, made under that hash seed."""
    run = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def made() -> list[dict[str, str]]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(digests, SEEDS))


def test_the_same_bytes_are_made_under_every_hash_seed(made):
    assert all(found == made[0] for found in made)


def test_the_files_on_disk_are_what_is_made(made):
    stale = [
        path
        for path, digest in made[0].items()
        if not (GENERATED / path).is_file()
        or hashlib.sha256((GENERATED / path).read_bytes()).hexdigest() != digest
    ]
    assert not stale, f"derive generate --lang en --lang zh for {stale}"


def test_nothing_else_lies_in_the_folder(made):
    names = {p.relative_to(GENERATED).as_posix() for p in GENERATED.glob("*/*") if p.is_file()}
    hidden = {name for name in names if name.startswith(".") or "__pycache__" in name}
    assert names - hidden == set(made[0])


@pytest.mark.parametrize("path", sorted(GENERATED.glob("*/*.py")), ids=lambda p: p.name)
def test_a_generated_file_imports_its_library_and_nothing_of_ours(path):
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module).split(".")[0])
    library = "torch" if path.stem.endswith("_torch") else "numpy"
    assert found <= {library, "typing", "math"}


@pytest.mark.parametrize("command", [["check", "--isolated"], ["format", "--check", "--isolated"]])
def test_generated_files_are_clean_under_ruffs_own_rules(command):
    beside = str(Path(sys.executable).parent)
    ruff = shutil.which("ruff", path=os.pathsep.join([beside, os.environ["PATH"]]))
    assert ruff is not None, "ruff belongs to the test extra"
    run = subprocess.run(
        [ruff, *command, "--no-cache", "generated"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def shape_of(argument) -> tuple[int, ...]:
    """Return the shape at which every dimension that has a name is 4."""
    return tuple(d.evaluate(dict.fromkeys(d.names, 4)) for d in argument.symbol.shape)


@pytest.mark.parametrize("name", shipped.names())
class TestEachModel:
    def test_every_oracle_agrees_at_distinct_and_at_equal_sizes(self, name):
        report = derive.derive(name).check()
        assert report.ok, str(report)
        assert {"distinct", "equal"} <= set(report.sizes)
        distinct = list(report.sizes["distinct"].values())
        assert len(set(distinct)) == len(distinct)
        assert len(set(report.sizes["equal"].values())) == 1
        oracles = {row.oracle for row in report.rows}
        for oracle in ("complex step", "4-point difference", "autograd of the model",
                       "gradcheck", "gradgradcheck", "second order of the model"):  # fmt: skip
            assert oracle in oracles
        assert not [row for row in report.rows if row.verdict != "ok"], str(report)
        bounds = {row.oracle: row.bound for row in report.rows}
        assert bounds["complex step"] <= 1e-12
        assert bounds["autograd of the model"] <= 1e-11
        assert bounds["4-point difference"] <= 1e-8

    def test_no_argument_is_written_to(self, name):
        model = derive.derive(name)
        module = model.compile("numpy")
        rng = np.random.default_rng(0)
        values = {}
        for argument in model.program.arguments:
            if argument.default is None:
                shape = shape_of(argument)
                values[argument.name] = rng.uniform(0.1, 0.9, shape)
                values[argument.name].flags.writeable = False
        output, kept = module.forward(**values)
        given = np.ones(np.shape(output))
        given.flags.writeable = False
        first = module.backward(kept, given)
        second = module.backward(kept, given)
        assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))

    def test_the_second_derivative_of_the_generated_pytorch_is_that_of_the_model(self, name):
        model = derive.derive(name)
        function = getattr(model.compile("torch"), name)
        scope: dict = {}
        exec(compile(shipped.path(name).read_text("utf-8"), name, "exec"), scope)
        rng = np.random.default_rng(0)
        values, directions = {}, {}
        for argument in model.program.arguments:
            if argument.default is None:
                shape = shape_of(argument)
                values[argument.name] = rng.uniform(0.1, 0.9, shape)
                directions[argument.name] = torch.tensor(rng.standard_normal(shape))
            if argument.symbol.kind == "simplex":
                values[argument.name] /= values[argument.name].sum(-1, keepdims=True)
        # On a simplex the gradient is told where rows sum to one: it is not moved off it here.
        names = [key for key in values if model.program.symbols[key].kind != "simplex"]
        found = []
        for each in (function, scope[name]):
            tensors = {key: torch.tensor(v, requires_grad=True) for key, v in values.items()}
            loss = (each(**tensors) ** 2).sum()
            inputs = [tensors[key] for key in names]
            grads = torch.autograd.grad(loss, inputs, create_graph=True)
            along = sum((g * directions[key]).sum() for key, g in zip(names, grads, strict=True))
            found.append(torch.autograd.grad(along, inputs))
        for key, ours, wanted in zip(names, *found, strict=True):
            assert (ours - wanted).abs().max() < 1e-9 * max(1, float(wanted.abs().max())), key
