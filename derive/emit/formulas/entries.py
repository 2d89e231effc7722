"""How the entries of operations are written: X[i, h + j] for a slice, a sum over l ≤ j, ….

Each takes the index notation, the operation, the places of the entry and how many letters are
taken, and returns the text and how strongly it binds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.algebra.stacks import is_turned
from derive.algebra.views import axes_of
from derive.dims import dim
from derive.emit.formulas.places import between, moved, refolded, size, stepped
from derive.emit.formulas.scalars import ATOM, POWER, PRODUCT, SUM

Entry = Callable[[Any, Apply, list[str], int], tuple[str, int]]


def _slice(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    found = []
    for place, (start, stop, step) in zip(places, node.params, strict=True):
        if stop - start == 1:
            found.append(size(index, start + index.notation.first))
        elif step == 1:
            found.append(moved(index, place, start))
        else:
            found.append(stepped(index, place, start, step))
    return index.at(x, found, used)


def _place(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    *ranges, shape = node.params
    marks, found, letters = [], [], []
    for place, (start, stop, step), whole_ in zip(places, ranges, shape, strict=True):
        if step == 1:
            marks.append(between(index, place, start, stop, whole_))
            one = stop - start == 1
            found.append(str(index.notation.first) if one else moved(index, place, start, "-"))
            continue
        letters.append(index.letter(used))
        used += 1
        target = stepped(index, letters[-1], start, step)
        index.notation.note("bracket")
        marks.append(index.notation.bracket(f"{place} = {target}"))
        found.append(letters[-1])
    body = index.notation.juxtapose([*marks, index.inside(x, found, used, PRODUCT)])
    return (index.over("sum", "".join(letters), body) if letters else body), PRODUCT


def _concatenate(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (axis,) = node.params
    start, terms = dim(0), []
    for x in node.args:
        stop = start + x.shape[axis]
        mark = between(index, places[axis], start, stop, node.shape[axis])
        one = x.shape[axis] == 1
        own = str(index.notation.first) if one else moved(index, places[axis], start, "-")
        at = [*places[:axis], own, *places[axis + 1 :]]
        if not _is_zero(x):
            terms.append(index.notation.juxtapose([mark, index.inside(x, at, used, PRODUCT)]))
        start = stop
    return index.sum(terms) or "0", SUM


def _is_zero(node: Node) -> bool:
    return isinstance(node, Contract) and not node.coefficient.number


def _stack(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (axis,) = node.params
    first, rest = index.notation.first, [*places[:axis], *places[axis + 1 :]]
    if places[axis].isdigit():
        return index.at(node.args[int(places[axis]) - first], rest, used)
    index.notation.note("bracket")
    terms = [
        index.notation.juxtapose(
            [
                index.notation.bracket(f"{places[axis]} = {k + first}"),
                index.inside(x, rest, used, PRODUCT),
            ]
        )
        for k, x in enumerate(node.args)
    ]
    return index.sum(terms), SUM


def _flip(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    first = index.notation.first
    found = [
        f"{size(index, d + (2 * first - 1))} {index.notation.minus} {place}"
        if axis in node.params
        else place
        for axis, (place, d) in enumerate(zip(places, node.shape, strict=True))
    ]
    return index.at(node.args[0], found, used)


def _reshape(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    (x,) = node.args
    found = refolded(index, places, node.shape, x.shape)
    if found is not None:
        return index.at(x, found, used)
    shape = index.notation.shape([size(index, d) for d in node.shape])
    name, below = ("vec", "") if node.rank == 1 else ("reshape", shape)
    head = index.notation.call(name, [_array(index, x, used)], below)
    return index.indexed(head, places), ATOM


def _cumulative(sign: str) -> Entry:
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


def _extreme(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    """Write the largest entry over a letter, the product, or the place of the largest."""
    at, letters = _reduced(index, node, places, used)
    inner = index.inside(node.args[0], at, used + len(letters), PRODUCT)
    names = {"max": "max", "min": "min", "prod": "prod", "any": "max", "all": "min"}
    if node.rule in names:
        return index.over(names[node.rule], "".join(letters), inner), PRODUCT
    head = index.notation.subscript(index.notation.head(node.rule), letters)
    return index.notation.applied(head, [inner]), ATOM


def _log_sum_exp(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
    at, letters = _reduced(index, node, places, used)
    inner, _ = index.at(node.args[0], at, used + len(letters))
    powers = index.notation.applied(index.notation.head("exp"), [inner])
    total = index.over("sum", "".join(letters), powers)
    return index.notation.applied(index.notation.head("log"), [total]), ATOM


def _norm(index: Any, node: Apply, places: list[str], used: int) -> tuple[str, int]:
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
    written = str(write.call(NAMED.get(node.rule, node.rule), [first, *rest]))
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


NAMED = {
    "cholesky": "chol",
    "lower_half": "Φ",
    "expm_along": "L_exp",
    "left_vectors": "U",
    "right_vectors": "V",
    "orthonormal_factor": "Q",
    "triangular_factor": "R",
}
"""What paper calls operations on whole matrices."""
ENTRIES: dict[str, Entry] = {
    "slice": _slice,
    "place": _place,
    "concatenate": _concatenate,
    "stack": _stack,
    "flip": _flip,
    "reshape": _reshape,
    "cumsum": _cumulative("sum"),
    "cumprod": _cumulative("prod"),
    "prod_others": _cumulative("prod"),
    "logsumexp": _log_sum_exp,
    "norm": _norm,
    "power_norm": _norm,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "gather": _gather,
    "scatter": _scatter,
    "onehot": _onehot,
    "tri": _triangle,
    "iota": _count,
    "stop": _same_places,
    **dict.fromkeys(("max", "min", "prod", "any", "all", "argmax", "argmin"), _extreme),
}
"""By the name of the rule; what is not here works on whole matrices."""
