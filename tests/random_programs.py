"""Random expressions and programs, valid by construction, decided by a seed.

Values of every rank from 0 to 3 over three dimensions, used more than once; products with random
labels, sums, maps, softmax and norms.  Values stay moderate: maps are bounded or tame.
"""

from __future__ import annotations

import random
from fractions import Fraction

from derive.algebra.build import add, apply, contract, elementwise, scale
from derive.algebra.coefficient import UNIT, Coefficient, coefficient, dimension_power
from derive.algebra.nodes import Node, Symbol
from derive.algebra.scalars import tree as sc
from derive.dims import Dim, dim
from derive.program.program import Program
from tests.programs import program

DIMS = tuple(map(dim, "ndh"))
ONE_SLOT = ("tanh", "sigmoid", "sin", "softplus", "arctan", "silu", "erf", "exp_of_tanh")


class Maker:
    """Makes expressions over a growing pool of symbols."""

    def __init__(self, seed: int, functions: tuple[str, ...] = ONE_SLOT) -> None:
        self.random = random.Random(seed)
        self.functions = functions
        self.pool: list[Node] = []

    def shape(self, most: int = 2) -> tuple[Dim, ...]:
        return tuple(self.random.choice(DIMS) for _ in range(self.random.randint(0, most)))

    def coefficient(self) -> Coefficient:
        c = UNIT
        if self.random.random() < 0.4:
            numerator, denominator = self.random.choice([-2, -1, 2, 3]), self.random.choice([1, 2])
            c = coefficient(Fraction(numerator, denominator))
        if self.random.random() < 0.2:
            size, exponent = self.random.choice(DIMS), self.random.choice([-1, Fraction(-1, 2)])
            c = c * dimension_power(size, exponent)
        return c

    def node(self, depth: int) -> Node:
        """Return an expression of any shape."""
        if depth == 0 or self.random.random() < 0.15:
            return self.random.choice(self.pool)
        make = self.random.choice([self.product, self.product, self.sum, self.map, self.operation])
        return make(depth - 1)

    def product(self, depth: int) -> Node:
        """Return a product of one to three factors; labels of equal size are joined at random."""
        factors = [self.node(depth) for _ in range(self.random.choice([1, 2, 2, 3]))]
        sizes: dict[int, Dim] = {}
        labelled = []
        for factor in factors:
            axes = []
            for size in factor.shape:
                same = [label for label, other in sizes.items() if other == size]
                fresh = len(sizes)
                label = self.random.choice([*same, *same, fresh])
                sizes[label] = size
                axes.append(label)
            labelled.append((factor, tuple(axes)))
        labels = list(sizes)
        self.random.shuffle(labels)
        out = labels[: self.random.randint(0, min(2, len(labels)))]
        if out and self.random.random() < 0.1:
            out.append(out[0])
        elif len(out) < 2 and self.random.random() < 0.2:
            fresh = len(sizes)
            sizes[fresh] = self.random.choice(DIMS)
            out.insert(self.random.randint(0, len(out)), fresh)
        return contract(out, labelled, sizes, self.coefficient())

    def like(self, node: Node, depth: int) -> Node:
        """Return another expression of the shape: one at hand, or one spread over it."""
        same = [other for other in self.pool if other.shape == node.shape]
        if same and self.random.random() < 0.6:
            return self.random.choice(same)
        other = self.node(depth)
        sizes = dict(enumerate(node.shape))
        axes: list[int] = []
        for size in other.shape:
            fits = [label for label, have in sizes.items() if have == size and label not in axes]
            axes.append(self.random.choice(fits) if fits else len(sizes))
            sizes[axes[-1]] = size
        return contract(range(node.rank), [(other, axes)], sizes, self.coefficient())

    def sum(self, depth: int) -> Node:
        first = self.node(depth)
        others = [self.like(first, depth) for _ in range(self.random.choice([1, 1, 2]))]
        return add(*(scale(self.coefficient(), term) for term in (first, *others)))

    def map(self, depth: int) -> Node:
        first = self.node(depth)
        x, y = sc.slot(0), sc.slot(1)
        if self.random.random() < 0.4:
            second = self.like(first, depth)
            fn = self.random.choice(
                [
                    x * sc.call("tanh", y),
                    x * y - y,
                    sc.call("logaddexp", x, y),
                    x / (2 + y * y),
                    sc.call("sigmoid", x) * (1 - x) + sc.call("sin", x * y),
                ]
            )
            return elementwise(fn, [first, second], first.shape)
        name = self.random.choice(self.functions)
        fn = sc.call("exp", sc.call("tanh", x)) if name == "exp_of_tanh" else sc.call(name, x)
        if self.random.random() < 0.2:
            fn = fn**2 - x
        return elementwise(fn, [first], first.shape)

    def operation(self, depth: int) -> Node:
        node = self.node(depth)
        if not node.rank:
            return node
        axis = self.random.randrange(node.rank)
        name = self.random.choice(["softmax", "log_softmax", "logsumexp", "norm"])
        if name in ("softmax", "log_softmax"):
            return apply(name, [node], (axis,), node.shape)
        shape = tuple(size for k, size in enumerate(node.shape) if k != axis)
        return apply(name, [node], (axis,), shape)


def random_expression(seed: int, depth: int = 3) -> Node:
    """Return an expression over symbols of every shape up to rank 2, one of them a simplex."""
    maker = Maker(seed)
    shapes = [(), *((a,) for a in DIMS), *((a, b) for a in DIMS for b in DIMS[:2])]
    maker.pool = [Symbol(f"v{k}", shape, "data") for k, shape in enumerate(shapes)]
    maker.pool.append(Symbol("p", (DIMS[0], DIMS[1]), "data", "simplex"))
    return maker.node(depth)


def random_program(seed: int, functions: tuple[str, ...] = ONE_SLOT) -> Program:
    """Return a program of one to six statements over two to four arguments."""
    maker = Maker(seed, functions)
    arguments = [Symbol(f"x{k}", maker.shape(), "data") for k in range(maker.random.randint(2, 4))]
    if maker.random.random() < 0.2:
        arguments.append(Symbol("p", (*maker.shape(1), DIMS[0]), "data", "simplex"))
    maker.pool = list(arguments)
    statements: list[tuple[Symbol, Node]] = []
    for k in range(maker.random.randint(1, 6)):
        expr = maker.node(maker.random.choice([1, 2, 2]))
        symbol = Symbol(f"y{k}", expr.shape)
        statements.append((symbol, expr))
        maker.pool += [symbol, symbol]
    last = [symbol for symbol, _ in statements]
    count = min(len(last), maker.random.choice([1, 1, 1, 2, 3]))
    outputs = maker.random.sample(last, count)
    if maker.random.random() < 0.7:
        outputs = list(dict.fromkeys([*outputs[:-1], last[-1]]))
    brought = {size for argument in arguments for size in argument.shape}
    missing = tuple(size for size in DIMS if size not in brought)
    if missing:  # a model knows a dimension only from an argument that has it
        arguments.append(Symbol("axes", missing, "data"))
    return program(arguments, statements, outputs)


def random_wrt(seed: int, made: Program) -> tuple[str, ...]:
    """Return some of the arguments and, at times, a value."""
    source = random.Random(seed + 1)
    names = [a.name for a in made.arguments]
    chosen = [name for name in names if source.random() < 0.8] or names[:1]
    if source.random() < 0.2:
        chosen.append(source.choice([e.symbol.name for e in made.equations]))
    return tuple(chosen)
