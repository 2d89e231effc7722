"""How the entries of operations are written: X[i, h + j] for a slice, a sum over l ≤ j, ….

Each takes the index notation, the operation, the places of the entry and how many letters are
taken, and returns the text and how strongly it binds.
"""

from __future__ import annotations

from typing import Any

from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.algebra.stacks import is_turned
from derive.dims import dim
from derive.formulas.moved_entries import (
    concatenate_entry,
    flip_entry,
    place_entry,
    slice_entry,
    stack_entry,
)
from derive.formulas.places import moved, refolded, size
from derive.formulas.reduced_entries import Entry, cumulative, extreme, log_sum_exp, norm
from derive.formulas.scalars import ATOM, PRODUCT, SUM
from derive.operations.array_operations import record_of


def _reshape(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    found = refolded(index, places, node.shape, x.shape)
    if found is not None:
        return index.at(x, found, used)
    shape = index.notation.shape([size(index, d) for d in node.shape])
    name, below = ("vec", "") if node.rank == 1 else ("reshape", shape)
    head = index.notation.call(name, [_array(index, x, used)], below)
    return index.indexed(head, places), ATOM


def _softmax(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    """Write a softmax along the last axis by its array, along others by the letter."""
    (x,) = node.args
    name = bare(index, x)
    write = index.notation
    if name and node.params == (x.rank - 1,):
        return index.indexed(write.call(node.rule, [name]), places), ATOM
    letters = [places[axis] for axis in node.params]
    return write.call(node.rule, [index.at(x, places, used)[0]], "".join(letters)), ATOM


def _gather(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    x, which = node.args
    (axis,) = node.params
    place = index.at(which, places, used)[0]
    return index.at(x, [*places[:axis], place, *places[axis + 1 :]], used)


def _scatter(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    x, which = node.args
    (axis,) = node.params
    letter = index.letter(used)
    at = [*places[:axis], letter, *places[axis + 1 :]]
    index.notation.note("bracket")
    mark = index.notation.bracket(f"{index.at(which, at, used + 1)[0]} = {places[axis]}")
    inner = index.inside(x, at, used + 1, PRODUCT)
    return index.over("sum", letter, index.notation.juxtapose([mark, inner])), PRODUCT


def _onehot(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    index.notation.note("bracket")
    inner = index.at(node.args[0], places[:-1], used)[0]
    return index.notation.bracket(f"{inner} = {places[-1]}"), ATOM


def relation(triangle: Apply) -> tuple[str, int]:
    """Return how the column stands to the row, and what is added to the row, where ones are."""
    lower, k = triangle.params
    strict = {(True, -1): "less", (False, 1): "greater"}.get((lower, k))
    return (strict, 0) if strict else ("less_equal" if lower else "greater_equal", k)


def _triangle(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    name, k = relation(node)
    index.notation.note("bracket")
    edge = moved(index, places[0], dim(abs(k)), "+" if k > 0 else "-")
    return index.notation.bracket(f"{places[1]} {index.notation.relation(name)} {edge}"), ATOM


def _count(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    return (moved(index, places[0], dim(index.notation.first), "-"), SUM)


def _same_places(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    return index.notation.call(node.rule, [index.at(node.args[0], places, used)[0]]), ATOM


def whole(index: Any, node: Apply, used: int) -> str:
    """Write an operation on whole arrays, whose entries are told by letters behind it."""
    write = index.notation
    first, *rest = (_array(index, arg, used) for arg in node.args)
    if node.rule == "inverse":
        return str(write.inverse(first, transposed=False))
    if node.rule == "solve":
        product = write.juxtapose([write.inverse(first, transposed=False), *rest])
        return str(write.parentheses(product))
    if node.rule == "pinv":
        return str(write.pseudoinverse(first))
    if node.rule == "expm":
        write.note("expm")
        return str(write.exponential(first))
    written = str(write.call(record_of(node).paper or node.rule, [first, *rest]))
    return str(write.transpose(written)) if node.rule == "right_vectors" else written


def bare(index: Any, node: Node) -> str:
    """Return a symbol or its transpose by name, "" for what is neither."""
    if isinstance(node, Symbol):
        return str(index.notation.symbol(node, node))
    if is_turned(node) and isinstance(node, Contract) and isinstance(node.children[0], Symbol):
        return str(index.notation.transpose(bare(index, node.children[0])))
    return ""


def _array(index: Any, node: Node, used: int) -> str:
    """Write an array by its name, or by its entries in parentheses."""
    name = bare(index, node)
    if name or not node.rank:
        return name or str(index.at(node, (), used)[0])
    if isinstance(node, Apply) and node.rule not in ENTRIES:
        return whole(index, node, used)
    index.notation.note("entries")
    letters = [index.letter(used + k) for k in range(node.rank)]
    inner = index.notation.parentheses(index.at(node, letters, used + node.rank)[0])
    return str(index.indexed(inner, letters))


ENTRIES: dict[str, Entry] = {
    "slice": slice_entry,
    "place": place_entry,
    "concatenate": concatenate_entry,
    "stack": stack_entry,
    "flip": flip_entry,
    "reshape": _reshape,
    "cumsum": cumulative("sum"),
    "cumprod": cumulative("prod"),
    "prod_others": cumulative("prod"),
    "logsumexp": log_sum_exp,
    "norm": norm,
    "power_norm": norm,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "gather": _gather,
    "scatter": _scatter,
    "onehot": _onehot,
    "tri": _triangle,
    "iota": _count,
    "stop": _same_places,
    **dict.fromkeys(("max", "min", "prod", "any", "all", "argmax", "argmin"), extreme),
}
"""By the name of the rule; what is not here works on whole matrices."""
