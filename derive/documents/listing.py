"""Generated code as documents quote it: the body of `backward`, and extra functions."""

from __future__ import annotations

import ast
import textwrap

from derive.code.numpy.module import emit_numpy
from derive.plan.nouns import Plan
from derive.program.extra import Extra


def extra_lines(plan: Plan, extra: Extra) -> list[str]:
    """Return the function of a Jacobian, a Hessian or a product with one."""
    text = emit_numpy(plan, extras=[extra])
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == extra.name:
            return text.splitlines()[node.lineno - 1 : node.end_lineno]
    return []


def backward_lines(plan: Plan) -> list[str]:
    """Return the lines of `backward` that compute, with their comments."""
    text = emit_numpy(plan)
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == "backward":
            body = lines[node.body[0].lineno - 1 : node.body[-1].lineno - 1]
            start = next((k for k, line in enumerate(body) if line.startswith("    # (")), 0)
            quoted = textwrap.dedent("\n".join(body[start:])).strip("\n")
            return quoted.splitlines()
    return []
