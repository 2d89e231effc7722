"""A generated module with one fault planted: a factor, a sign or a transposition changed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

FACTOR = 1.0005
OWN = ("jacobian_", "hessian_", "hvp_")
Change = Callable[[ast.AST], ast.AST | None]


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Yield, for each place in the extra functions and their classes, the change and a text."""
    tree = ast.parse(text)
    for k, part in enumerate(tree.body):
        if not _is_extra(part):
            continue
        for number, node in enumerate(ast.walk(part)):
            for change in (_factor, _sign, _transposition):
                made = change(node)
                if made is None:
                    continue
                mutant = copy.deepcopy(tree)
                place = list(ast.walk(mutant.body[k]))[number]
                mutant.body[k] = _Replaced(place, made).visit(mutant.body[k])
                line = getattr(node, "lineno", 0)
                yield (
                    f"line {line}: {ast.unparse(node)} -> {ast.unparse(made)}",
                    ast.unparse(ast.fix_missing_locations(mutant)),
                )


def _is_extra(part: ast.stmt) -> bool:
    name = getattr(part, "name", "")
    return name.startswith(OWN) or name.endswith("Hessian")


class _Replaced(ast.NodeTransformer):
    def __init__(self, place: ast.AST, made: ast.AST) -> None:
        self.place, self.made = place, made

    def visit(self, node: ast.AST) -> ast.AST:
        return self.made if node is self.place else self.generic_visit(node)


def _factor(node: ast.AST) -> ast.AST | None:
    """Multiply a value that is computed, by half a thousandth more than one."""
    if not isinstance(node, ast.BinOp) or isinstance(node.op, ast.Pow):
        return None
    return ast.BinOp(ast.Constant(FACTOR), ast.Mult(), node)


def _sign(node: ast.AST) -> ast.AST | None:
    """Turn a sign, but that of a number alone: it is the number of an axis."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return None if isinstance(node.operand, ast.Constant) else node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return ast.BinOp(node.left, other, node.right)
    return None


def _transposition(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        return node.value
    return None
