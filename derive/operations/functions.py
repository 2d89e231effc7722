"""The one list of functions at each entry, and their slopes by the chain rule."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derive.algebra.scalars.tree import OUT, Scalar, add, call, mul, power, substitute
from derive.operations.activations import ACTIVATIONS
from derive.operations.choices import CHOICES, COMPARISONS
from derive.operations.elementary import ELEMENTARY
from derive.operations.record import Function, Regular
from derive.operations.special_functions import SPECIAL_FUNCTIONS

FUNCTIONS: dict[str, Function] = {
    record.name: record
    for records in (ELEMENTARY, SPECIAL_FUNCTIONS, ACTIVATIONS, CHOICES, COMPARISONS)
    for record in records
}
_LARGEST_POWER = 3


@lru_cache(maxsize=4096)
def slope(tree: Scalar, index: int) -> Scalar:
    """Return the partial derivative of the tree in slot `index`, by the chain rule."""
    if index not in tree.slots:
        return mul(0)
    if tree.op == "slot":
        return mul(1)
    if tree.op == "add":
        return add(*(slope(term, index) for term in tree.args))
    if tree.op == "mul":
        return add(
            *(
                mul(*tree.args[:k], slope(factor, index), *tree.args[k + 1 :])
                for k, factor in enumerate(tree.args)
                if index in factor.slots
            )
        )
    if tree.op == "pow":
        base, exponent = tree.args
        return mul(exponent, power(base, exponent - 1), slope(base, index))
    return _call_slope(tree, index)


def _call_slope(tree: Scalar, index: int) -> Scalar:
    name, *args = tree.args
    if name == "pow" and not args[0].slots:  # the base is a number, and so is its logarithm
        return mul(call("log", args[0]), tree, slope(args[1], index))
    known = FUNCTIONS[name]
    if not known.slopes and known.meaning is not None:
        return slope(substitute(known.meaning, dict(enumerate(args))), index)
    values = {OUT: tree, **dict(enumerate(args))}
    terms = []
    for argument, partial in zip(args, known.slopes, strict=True):
        if partial is not None and index in argument.slots:
            terms.append(mul(substitute(partial, values), slope(argument, index)))
    return add(*terms)


def is_truth(tree: Scalar) -> bool:
    """Whether the function's values are truth values: 0 and 1."""
    if tree.op != "call":
        return False
    name, *args = tree.args
    choice = name == "where" and {args[1].number, args[2].number} == {0, 1}
    return name == "step" or FUNCTIONS[name].truth or choice


def is_arithmetic(tree: Scalar) -> bool:
    """Whether a function is made of sums, products, small powers, comparisons and choices."""
    return not is_function(tree) and all(map(is_arithmetic, tree.children))


def is_function(tree: Scalar) -> bool:
    """Whether the last operation of a scalar function is more than arithmetic."""
    if tree.op == "pow":
        return tree.args[1].denominator != 1 or abs(tree.args[1]) > _LARGEST_POWER
    return tree.op == "call" and not FUNCTIONS[tree.args[0]].arithmetic


def regularity(tree: Scalar) -> Regular:
    """Return where a function has a derivative: where its least regular part has one."""
    if not tree.slots:
        return Regular.EVERYWHERE
    own = Regular.EVERYWHERE
    if tree.op == "call":
        own = FUNCTIONS[tree.args[0]].regular or own
    elif tree.op == "pow" and (tree.args[1] < 0 or tree.args[1].denominator > 1):
        own = Regular.IN_A_DOMAIN
    return max([own, *map(regularity, tree.children)])


def _completed(record: Function, meaning: Scalar) -> Function:
    """Return a composition with all that follows from what it means."""
    return replace(
        record,
        slopes=record.slopes or tuple(slope(meaning, k) for k in range(max(meaning.slots) + 1)),
        regular=record.regular or regularity(meaning),
        arithmetic=is_arithmetic(meaning),
    )


for _record in tuple(FUNCTIONS.values()):
    if _record.composed and _record.meaning is not None:
        FUNCTIONS[_record.name] = _completed(_record, _record.meaning)
