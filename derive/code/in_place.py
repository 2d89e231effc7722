"""An elementwise statement written into an array that it uses last, one ufunc at a time.

`grad_z = (np.exp(s) - t) / n` becomes `grad_z = np.exp(s, out=s)`, `grad_z -= t`, `grad_z /= n`.
Works on the printed text, read back with `ast`: the operations from the array up to the whole must
all be ufuncs, and nothing may read the array once it has been written to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_MOST_STEPS = 3  # beyond, one line reads better than many
UFUNCS = (
    "exp expm1 exp2 log log1p log2 log10 sqrt cbrt sin cos tan sinh cosh tanh arcsin arccos arctan "
    "arcsinh arccosh arctanh arctan2 hypot logaddexp abs maximum minimum clip sign floor ceil "
    "trunc rint"
)
INFIX: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("add", "+"),
    ast.Sub: ("subtract", "-"),
    ast.Mult: ("multiply", "*"),
    ast.Div: ("divide", "/"),
    ast.Pow: ("power", "**"),
}
_UFUNCS = frozenset(UFUNCS.split())
COMMUTE = ("+", "*")


class Step(NamedTuple):
    """`target operator text`; operator is "=", "-=" and the like, or "" for a bare call.

    items: what stands between the brackets of a call, for one that has to be wrapped.
    """

    target: str
    operator: str
    text: str
    items: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        return f"{self.target} {self.operator} {self.text}" if self.operator else self.text


class _Operation(NamedTuple):
    """One ufunc on the way: its operands' texts, which of them is the array, and its sign."""

    name: str
    operands: tuple[str, ...]
    at: int
    sign: str = ""


def in_place(target: str, text: str, arrays: Iterable[str], np: str) -> tuple[Step, ...]:
    """Return the statements that compute `target = text` in the memory of one of the arrays.

    Nothing where none of the arrays allows it; else the fewest statements.
    """
    tree = ast.parse(text, mode="eval").body
    best: tuple[Step, ...] = ()
    for array in arrays:
        for way in _ways(tree, text, array, np):
            if way and len(way) <= _MOST_STEPS and _is_read_before(way, array):
                steps = _steps(way, target, array, np)
                if not best or len(steps) < len(best):
                    best = steps
    return best


def _ways(node: ast.expr, text: str, array: str, np: str) -> Iterator[list[_Operation]]:
    """Yield the operations from each place of the array up to the node, the inmost first."""
    if isinstance(node, ast.Name):
        if node.id == array:
            yield []
        return
    found = _operation(node, np)
    if found is None:
        return
    name, sign, operands = found
    for at, operand in enumerate(operands):
        texts = tuple(ast.get_source_segment(text, other) or "" for other in operands)
        for way in _ways(operand, text, array, np):
            yield [*way, _Operation(name, texts, at, sign)]


def _operation(node: ast.expr, np: str) -> tuple[str, str, list[ast.expr]] | None:
    """Return the ufunc that a node is: its name, the sign between operands, the operands."""
    if isinstance(node, ast.BinOp) and type(node.op) in INFIX:
        name, sign = INFIX[type(node.op)]
        if sign == "**" and isinstance(node.right, ast.Constant) and node.right.value == 2:
            return "square", "", [node.left]
        return name, sign, [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return "negative", "", [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        of_numpy = isinstance(owner, ast.Name) and owner.id == np
        if of_numpy and node.func.attr in _UFUNCS and not node.keywords:
            return node.func.attr, "", node.args
    return None


def _is_read_before(way: list[_Operation], array: str) -> bool:
    """Whether nothing but the first operation reads the array."""
    others = [text for op in way[1:] for k, text in enumerate(op.operands) if k != op.at]
    names = (node for text in others for node in ast.walk(ast.parse(text, mode="eval")))
    return not any(isinstance(node, ast.Name) and node.id == array for node in names)


def _steps(way: list[_Operation], target: str, array: str, np: str) -> tuple[Step, ...]:
    first, *rest = way
    items = (*first.operands, f"out={array}")
    steps = [Step(target, "=", f"{np}.{first.name}({', '.join(items)})", items)]
    for op in rest:
        other = op.operands[1 - op.at] if op.sign else ""
        if op.sign and (op.at == 0 or op.sign in COMMUTE):
            steps.append(Step(target, f"{op.sign}=", other))
        else:
            items = tuple(target if k == op.at else text for k, text in enumerate(op.operands))
            items = (*items, f"out={target}")
            steps.append(Step(target, "", f"{np}.{op.name}({', '.join(items)})", items))
    return tuple(steps)
