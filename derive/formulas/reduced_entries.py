"""How the entries of reductions are written: sums, products and extremes over a letter.

Each is an `Entry`, as `derive.formulas.entries` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.algebra.nodes import Apply
from derive.formulas.matrices.operations import axes_of
from derive.formulas.scalars import ATOM, POWER, PRODUCT

Entry = Callable[[Any, Apply, list[str], int], tuple[str, int]]


def cumulative(sign: str) -> Entry:
    def entry(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
        axis, from_end = (*node.params, False)[:2]
        relation = {"prod_others": "not_equal"}.get(
            node.rule, "greater_equal" if from_end else "less_equal"
        )
        return _over(index, node, places, used, sign, axis, relation)

    return entry


def _over(
    index: Any, node: Apply, places: list[str], used: int, sign: str, axis: int, relation: str
) -> tuple[str, int]:
    letter = index.letter(used)
    at = [*places[:axis], letter, *places[axis + 1 :]]
    inner = index.inside(node.args[0], at, used + 1, PRODUCT)
    range_ = f"{letter} {index.notation.relation(relation)} {places[axis]}"
    return index.over(sign, range_.replace(" ", "") if not index.latex else range_, inner), PRODUCT


def _reduced(
    index: Any, node: Apply, places: Sequence[str], used: int
) -> tuple[list[str], list[str]]:
    """Return the places in the array, and the letters of the axes that are gone."""
    axes, rest = axes_of(node), list(places)
    letters = {axis: index.letter(used + k) for k, axis in enumerate(sorted(axes))}
    at = [letters[k] if k in letters else rest.pop(0) for k in range(node.args[0].rank)]
    return at, list(letters.values())


def extreme(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    """Write the largest entry over a letter, the product, or the place of the largest."""
    at, letters = _reduced(index, node, places, used)
    inner = index.inside(node.args[0], at, used + len(letters), PRODUCT)
    names = {"max": "max", "min": "min", "prod": "prod", "any": "max", "all": "min"}
    if node.rule in names:
        return index.over(names[node.rule], "".join(letters), inner), PRODUCT
    head = index.notation.subscript(index.notation.head(node.rule), letters)
    return index.notation.applied(head, [inner]), ATOM


def log_sum_exp(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    at, letters = _reduced(index, node, places, used)
    inner, _ = index.at(node.args[0], at, used + len(letters))
    powers = index.notation.applied(index.notation.head("exp"), [inner])
    total = index.over("sum", "".join(letters), powers)
    return index.notation.applied(index.notation.head("log"), [total]), ATOM


def norm(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    at, letters = _reduced(index, node, places, used)
    write = index.notation
    used += len(letters)
    over = "".join(letters)
    if node.rule == "norm":
        entry = write.superscript(index.inside(node.args[0], at, used, ATOM), "2")
        return write.root(index.over("sum", over, entry)), ATOM
    p = node.params[0]
    entry = write.absolute(index.at(node.args[0], at, used)[0])
    total = index.over("sum", over, write.superscript(entry, str(p)))
    return write.superscript(write.parentheses(total), str(1 / p)), POWER
