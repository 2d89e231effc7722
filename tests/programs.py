"""Programs made by hand, for tests that are to stand without the reader."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra.build import add, apply, contract, elementwise, expand, hadamard, negative
from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node, Symbol
from derive.algebra.scalars import tree as sc
from derive.dims import Dim, dim
from derive.errors import Place
from derive.program.program import Argument, Equation, Program

n, d, h, k, m = map(dim, "ndhkm")
PLACE = Place("model.py", 1, 1, 2, "")


def program(
    arguments: Sequence[Symbol],
    statements: Sequence[tuple[Symbol, Node]],
    outputs: Sequence[Symbol],
) -> Program:
    """Return the program of these statements, before it is split."""
    return Program(
        name="model",
        path="",
        line=1,
        source="",
        title="",
        words={},
        arguments=tuple(Argument(symbol, PLACE) for symbol in arguments),
        equations=tuple(
            Equation(number, symbol, expr, "", PLACE)
            for number, (symbol, expr) in enumerate(statements, 1)
        ),
        outputs=tuple(outputs),
        returns_tuple=len(outputs) > 1,
    )


def array(name: str, *dims: Dim | int, role: str = "data", kind: str = "") -> Symbol:
    """Return an argument."""
    return Symbol(name, tuple(map(dim, dims)), role, kind)


def weight(name: str, *dims: Dim | int) -> Symbol:
    """Return a parameter."""
    return array(name, *dims, role="parameter")


def value(name: str, *dims: Dim | int) -> Symbol:
    """Return the left side of an equation."""
    return array(name, *dims, role="value")


def times(a: Node, b: Node) -> Node:
    """Return the matrix product of two matrices, or of a matrix and a vector."""
    sizes = {0: a.shape[0], 1: a.shape[1]}
    if b.rank == 1:
        return contract((0,), [(a, (0, 1)), (b, (1,))], sizes)
    return contract((0, 2), [(a, (0, 1)), (b, (1, 2))], sizes | {2: b.shape[1]})


def total(*factors: Node) -> Node:
    """Return the sum over all entries of the entrywise product."""
    axes = tuple(range(factors[0].rank))
    return contract((), [(f, axes) for f in factors], dict(enumerate(factors[0].shape)))


def function(name: str, *args: Node) -> Node:
    """Return the named function at each entry."""
    return elementwise(sc.call(name, *(sc.slot(i) for i in range(len(args)))), args, args[0].shape)


def linear() -> Program:
    """y = x w + b."""
    x, w, b = array("x", n, d), weight("w", d, m), weight("b", m)
    y = value("y", n, m)
    return program([x, w, b], [(y, add(times(x, w), expand(b, (n, m), (1,))))], [y])


def mlp() -> Program:
    """Two linear layers under squared error."""
    x, y = array("x", n, d), array("y", n)
    w1, b1, w2, b2 = weight("w1", d, h), weight("b1", h), weight("w2", h, 1), weight("b2", 1)
    y1, y2, loss = value("y1", n, h), value("y2", n, 1), value("l")
    column = contract((0,), [(y2, (0, 1))], {0: n, 1: dim(1)})
    diff = add(y, negative(column))
    return program(
        [x, y, w1, b1, w2, b2],
        [
            (y1, add(times(x, w1), expand(b1, (n, h), (1,)))),
            (y2, add(times(y1, w2), expand(b2, (n, dim(1)), (1,)))),
            (loss, total(diff, diff)),
        ],
        [loss],
    )


def logistic() -> Program:
    """Logistic regression, the loss written with softplus."""
    x, y, w = array("x", n, d), array("y", n), weight("w", d)
    z, loss = value("z", n), value("l")
    terms = add(function("softplus", z), negative(hadamard(y, z)))
    return program([x, y, w], [(z, times(x, w)), (loss, total(terms))], [loss])


def cross_entropy(kind: str = "simplex") -> Program:
    """Softmax regression with targets of that kind, averaged over the samples."""
    x, t, w = array("x", n, d), array("t", n, k, kind=kind), weight("w", d, k)
    y, loss = value("y", n, k), value("l")
    score = contract((), [(t, (0, 1)), (y, (0, 1))], {0: n, 1: k}, -dimension_power(n, -1))
    log_softmax = apply("log_softmax", [times(x, w)], (1,), (n, k))
    return program([x, t, w], [(y, log_softmax), (loss, score)], [loss])


def tanh_network() -> Program:
    """Two tanh layers and a normalised output; the hidden layer is used twice."""
    x, w, v = array("x", n, d), weight("w", d, h), weight("v", h, h)
    a, b = value("a", n, h), value("b", n, h)
    r, loss = value("r", n), value("l")
    return program(
        [x, w, v],
        [
            (a, function("tanh", times(x, w))),
            (b, add(function("tanh", times(a, v)), a)),
            (r, apply("norm", [b], (1,), (n,))),
            (loss, add(total(r), total(b, a))),
        ],
        [loss],
    )


ALL = (linear, mlp, logistic, cross_entropy, tanh_network)
