"""Every rule's differential and pullback are a pair: ⟨Ȳ, D dX⟩ = ⟨P Ȳ, dX⟩.

Exact modulo a prime where the rule is rational in its atoms, else at 60 digits.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.algebra.build import apply, contract, cotangent, elementwise, rebuild
from derive.algebra.nodes import Apply, Contract, Map, Node, Symbol, walk
from derive.algebra.scalars import tree as sc
from derive.dims import dim
from derive.operations.functions import FUNCTIONS
from derive.rules import OPERATIONS, rule_of
from derive.rules.orthogonal import orthonormal_factor, triangular_factor
from derive.rules.singular import left_vectors, right_vectors, singular_values
from derive.verify.exact import Verdict, equal_exactly
from tests.random_programs import random_expression

n, d, h = map(dim, "ndh")
DISTINCT = {"n": 2, "d": 3, "h": 5}
EQUAL = dict.fromkeys("ndh", 3)
X = Symbol("x", (n, d))
Y = Symbol("y", (n, d))
V = Symbol("v", (d,))
PLACES = Symbol("places", (n, h), "data", "int < 3")
MASK = Symbol("mask", (n, d), "data", "bool")
LABELS = Symbol("labels", (n,), "data", "int < 3")


def inner(left: Node, right: Node) -> Node:
    """Return ⟨left, right⟩."""
    assert left.shape == right.shape
    axes = tuple(range(left.rank))
    return contract((), [(left, axes), (right, axes)], dict(enumerate(left.shape)))


def pairing(node: Node, i: int, *, named: bool, sizes: dict[str, int] = DISTINCT) -> Verdict:
    """Compare both sides of the pairing of child i, with the output named or not."""
    rule = rule_of(node)
    upstream = cotangent(Symbol("upstream", node.shape))
    change = Symbol("change", node.children[i].shape, "differential")
    out = Symbol("value_of_node", node.shape) if named else None
    left = inner(upstream, rule.differential(node, i, change, out))
    right = inner(rule.pullback(node, i, upstream, out), change)
    definitions = [(out, node)] if out is not None else []
    return equal_exactly(left, right, sizes, definitions=definitions)


def operation_samples() -> dict[str, Node]:
    """Return a node of every operation that has a rule of its own."""
    zero, three = dim(0), dim(3)
    first = (three - 2, three, 1)
    return {
        "softmax": apply("softmax", [X], (1,), (n, d)),
        "log_softmax": apply("log_softmax", [X], (1,), (n, d)),
        "logsumexp": apply("logsumexp", [X], (1,), (n,)),
        "norm": apply("norm", [X], (0,), (d,)),
        "slice": apply("slice", [Symbol("w", (three, d))], (first, (zero, d, 1)), (dim(2), d)),
        "place": apply(
            "place", [Symbol("w", (dim(2), d))], (first, (zero, d, 1), (three, d)), (three, d)
        ),
        "stack": apply("stack", [X, Y, X], (1,), (n, three, d)),
        "concatenate": apply("concatenate", [X, Symbol("z", (n, h))], (1,), (n, d + h)),
        "onehot": apply("onehot", [LABELS], (three,), (n, three)),
        "reshape": apply("reshape", [X], (n * d,), (n * d,)),
        "max": apply("max", [X], (1,), (n,)),
        "min": apply("min", [X], (0, 1), ()),
        "argmax": apply("argmax", [X], (d, 1), (n,)),
        "power_norm": apply("power_norm", [X], (Fraction(3), 1), (n,)),
        "prod": apply("prod", [X], (1,), (n,)),
        "prod_others": apply("prod_others", [X], (1,), (n, d)),
        "cumprod": apply("cumprod", [X], (0,), (n, d)),
        "cumsum": apply("cumsum", [X], (1, False), (n, d)),
        "flip": apply("flip", [X], (0, 1), (n, d)),
        "gather": apply("gather", [X, PLACES], (1,), (n, h)),
        "scatter": apply("scatter", [Symbol("z", (n, h)), PLACES], (1,), (n, d)),
        "argsort": apply("argsort", [X], (d, 1, True), (n, d)),
        "argmin": apply("argmin", [X], (d, 1), (n,)),
        "any": apply("any", [MASK], (1,), (n,)),
        "all": apply("all", [MASK], (0, 1), ()),
        "iota": apply("iota", [], (n,), (n,)),
        "tri": apply("tri", [], (True, 0), (n, d)),
        "stop": apply("stop", [X], (), (n, d)),
        **matrix_samples(),
    }


def matrix_samples() -> dict[str, Node]:
    """Return a node of every operation on whole matrices: of one, or of a stack of them."""
    a, stack = Symbol("a", (d, d)), Symbol("stack", (n, d, d))
    positive = Symbol("positive", (n, d, d), kind="posdef")
    return {
        "inverse": apply("inverse", [stack], (), (n, d, d)),
        "solve": apply("solve", [a, Symbol("b", (d, h))], (), (d, h)),
        "det": apply("det", [stack], (), (n,)),
        "logdet": apply("logdet", [a], (), ()),
        "logabsdet": apply("logabsdet", [stack], (), (n,)),
        "det_sign": apply("det_sign", [a], (), ()),
        "sym": apply("sym", [stack], (), (n, d, d)),
        "lower_half": apply("lower_half", [stack], (), (n, d, d)),
        "pinv": apply("pinv", [Symbol("x", (d, h))], (), (h, d)),
        "cholesky": apply("cholesky", [positive], (), (n, d, d)),
        "eigenvalues": apply("eigenvalues", [positive], (), (n, d)),
        "eigenvectors": apply("eigenvectors", [positive], (), (n, d, d)),
        "singular_values": singular_values(Symbol("x", (h, d))),
        "left_vectors": left_vectors(Symbol("x", (h, d))),
        "right_vectors": right_vectors(Symbol("x", (n, h, d))),
        "orthonormal_factor": orthonormal_factor(Symbol("x", (n, h, d))),
        "triangular_factor": triangular_factor(Symbol("x", (h, d))),
        "expm": apply("expm", [stack], (), (n, d, d)),
        "expm_along": apply("expm_along", [a, Symbol("e", (d, d))], (), (d, d)),
    }


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("sizes", [DISTINCT, EQUAL], ids=["distinct", "equal"])
def test_an_operation_and_its_pullback_are_a_pair(name, named, sizes):
    samples = operation_samples()
    assert name in samples, f"give a sample of {name}, so that its pair is tested"
    node = samples[name]
    for i in range(len(node.children)):
        verdict = pairing(node, i, named=named, sizes=sizes)
        assert verdict.equal, (name, i, verdict)


def test_softmax_along_the_first_axis_and_along_both_is_a_pair():
    for axes in ((0,), (0, 1)):
        for name in ("softmax", "log_softmax"):
            node = apply(name, [X], axes, (n, d))
            assert pairing(node, 0, named=True)
            assert pairing(node, 0, named=False)


def test_solving_for_vectors_and_for_stacks_of_matrices_is_a_pair():
    a = Symbol("a", (n, d, d))
    for b in (Symbol("b", (n, d)), Symbol("b", (n, d, h))):
        node = apply("solve", [a, b], (), b.shape)
        for i in (0, 1):
            for named in (True, False):
                assert pairing(node, i, named=named).by == "prime"


@pytest.mark.parametrize("name", sorted(f for f, entry in FUNCTIONS.items() if entry.arity))
def test_an_elementwise_function_and_its_pullback_are_a_pair(name):
    slots = [sc.slot(k) for k in range(FUNCTIONS[name].arity)]
    args = [X, Y, Symbol("z", (n, d))][: len(slots)]
    node = elementwise(sc.call(name, *slots), args, (n, d))
    for i in range(len(node.children)):
        for named in (True, False):
            verdict = pairing(node, i, named=named)
            assert verdict.equal, (name, i, verdict)


@pytest.mark.parametrize("block", range(10))
def test_every_node_of_random_expressions_is_a_pair_with_its_pullback(block):
    kinds = set()
    for seed in range(20 * block, 20 * block + 20):
        for node in dict.fromkeys(walk(random_expression(seed, depth=3))):
            if not isinstance(node, Contract | Map | Apply) or not node.children:
                continue
            kinds.add(type(node).__name__)
            flat = flattened(node)
            for i in range(len(flat.children)):
                assert pairing(flat, i, named=bool(seed % 2)), (seed, node, i)
    assert "Contract" in kinds


def flattened(node: Node) -> Node:
    """Return the node over fresh symbols, one for each different child."""
    names: dict[Node, Node] = {}
    for k, child in enumerate(node.children):
        names.setdefault(child, Symbol(f"child{k}", child.shape))
    return rebuild(node, [names[child] for child in node.children])


def test_a_pullback_with_a_lost_transpose_is_no_pair():
    square = Symbol("w", (d, d))
    x = Symbol("x", (n, d))
    node = contract((0, 2), [(x, (0, 1)), (square, (1, 2))], {0: n, 1: d, 2: d})
    upstream = cotangent(Symbol("upstream", node.shape))
    change = Symbol("change", (n, d), "differential")
    left = inner(upstream, rule_of(node).differential(node, 0, change, None))
    wrong = contract((0, 2), [(upstream, (0, 1)), (square, (1, 2))], {0: n, 1: d, 2: d})
    assert not equal_exactly(left, inner(wrong, change), DISTINCT)
