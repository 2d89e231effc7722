"""Generated modules check themselves as scripts, and see an error of a tenth of a percent."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import derive
from derive.face import shipped

ROOT = Path(__file__).parents[2]
SHIPPED = shipped.names()
SMALL = [name for name in SHIPPED if name != "transformer_block"]
"""Those of which PyTorch can tell at once where an error is: it goes through all entries then."""


@cache
def module(name: str) -> ModuleType:
    return derive.derive(name).compile("torch")


@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_committed_file_checks_itself(name, target):
    path = ROOT / "generated" / name / f"{name}_{target}.py"
    run = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("name", SMALL)
def test_the_self_check_in_pytorch_sees_a_small_error_in_each_gradient(name, monkeypatch):
    made = module(name)
    right = made.backward
    for wrong in made.Gradients._fields:

        def backward(*given, wrong=wrong, **needs):
            gradients = right(*given, **needs)
            value = getattr(gradients, wrong)
            return gradients if value is None else gradients._replace(**{wrong: 1.001 * value})

        monkeypatch.setattr(made, "backward", backward)
        with pytest.raises(RuntimeError, match="Jacobian mismatch"):
            made._self_check()
