"""Records of operations agree with each other: slopes with meanings, rules with records."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf

from derive.algebra.scalars.tree import call, slot
from derive.operations.array_operations import ARRAY_OPERATIONS
from derive.operations.functions import FUNCTIONS, Regular, slope
from derive.rules import OPERATIONS
from derive.verify.digits import Digits
from derive.verify.walk import Evaluator

POINTS = [Fraction(k, 7) for k in (-40, -20, -5, -1, 2, 9, 22, 43)]
COMPOSED = {name: known for name, known in FUNCTIONS.items() if known.composed}


@pytest.mark.parametrize("name", COMPOSED)
def test_a_told_slope_is_that_of_what_the_function_means(name):
    known = COMPOSED[name]
    tree = call(name, *map(slot, range(known.arity)))
    with mp.workdps(60):
        evaluator = Evaluator(Digits(), {}, {})
        for point in POINTS:
            at = [np.array(mpf(point.numerator) / point.denominator, object), np.array(mpf(0.3))]
            for k in range(known.arity):
                told = evaluator.scalar(slope(tree, k), at[: known.arity])
                meant = evaluator.scalar(slope(known.meaning, k), at[: known.arity])
                assert abs(told - meant) < mpf(10) ** -50, (point, k)


def test_what_follows_from_a_meaning():
    assert FUNCTIONS["hardswish"].arithmetic and not FUNCTIONS["silu"].arithmetic
    assert FUNCTIONS["silu"].regular is Regular.EVERYWHERE
    assert FUNCTIONS["hardswish"].regular is Regular.BETWEEN_KINKS
    assert FUNCTIONS["mish"].slopes == (slope(FUNCTIONS["mish"].meaning, 0),)


def test_every_rule_has_a_record_and_every_record_a_rule():
    assert set(ARRAY_OPERATIONS) == set(OPERATIONS)


def test_a_name_is_no_function_and_operation_at_once():
    assert not set(FUNCTIONS) & set(ARRAY_OPERATIONS)
