"""Long lines are wrapped as the formatter wraps them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from derive.emit.layout import WIDTH, dropped, statement

NAMES = [f"grad_total_{k}" for k in range(12)]
LONG = [
    f"np.stack(({', '.join(NAMES)}), axis=1)",
    f"np.tanh(math.sqrt(2 / math.pi) * ({' + '.join(NAMES[:5])}))",
]


@pytest.mark.skipif(shutil.which("ruff") is None, reason="needs ruff")
@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("count", [1, 4, 12])
def test_a_long_statement_and_a_long_del_stand_as_the_formatter_leaves_them(text, count):
    lines = ["def f():", *statement(4, "y", text, ""), *dropped(NAMES[:count])]
    source = "\n".join(lines) + "\n"
    done = subprocess.run(
        ["ruff", "format", "--isolated", "-"], input=source, capture_output=True, text=True
    )
    assert done.stdout == source
    assert all(len(line) <= WIDTH for line in lines)
