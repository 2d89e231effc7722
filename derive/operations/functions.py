"""The one list of functions at each entry, and their slopes by the chain rule."""

from __future__ import annotations

from collections.abc import Iterator
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


def _completed(record: Function, meaning: Scalar) -> Function:
    """Return a composition with all that follows from what it means."""
    parts = [FUNCTIONS[name] for name in called(meaning)]
    regular = [part.regular or Regular.EVERYWHERE for part in parts]
    return replace(
        record,
        slopes=record.slopes or tuple(slope(meaning, k) for k in range(max(meaning.slots) + 1)),
        regular=record.regular or max(regular, default=Regular.EVERYWHERE),
        arithmetic=all(part.arithmetic for part in parts),
    )


def called(tree: Scalar) -> Iterator[str]:
    """Yield the functions of its slots that a tree calls, "sqrt" for a power that is not whole."""
    if not tree.slots:
        return
    if tree.op == "call":
        yield tree.args[0]
    if tree.op == "pow" and tree.args[1].denominator > 1:
        yield "sqrt"
    for child in tree.children:
        yield from called(child)


FUNCTIONS |= {
    record.name: _completed(record, record.meaning)
    for record in FUNCTIONS.values()
    if record.composed and record.meaning is not None
}
