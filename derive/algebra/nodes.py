"""The nodes of an expression: symbols, labelled products, sums, elementwise maps, operations.

Every node has a `shape` and its `children`, is immutable, and is equal to another of the same
structure.  Build nodes with `derive.algebra.build`, never directly: the constructors there keep
the normal form that equality and simplification rest on.

`Contract` is the labelled multilinear product

    Y[out] = coefficient · Σ over the labels not in out · Π factor[axes]

and covers product, transpose, sum, trace, outer and Hadamard product, broadcast (a label of `out`
in no factor) and diagonal (a label twice in `out` or in a factor's axes).  `Map` is any scalar
function at each entry; its arguments have its shape, broadcasting is written out as a Contract.
`Apply` is an operation with a rule of its own in `derive.rules`.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.algebra.coefficient import Coefficient
from derive.algebra.scalars.tree import Scalar
from derive.dims import Dim, Shape


class Node:
    """An expression; `shape` is a tuple of Dims."""

    __slots__ = ("_hash", "_symbols", "key", "shape")
    shape: Shape
    key: tuple
    _symbols: tuple[Symbol, ...]

    def _seal(self, shape: Shape, key: tuple) -> None:
        self.shape = shape
        self.key = key
        self._hash = hash((type(self).__name__, key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(self) is type(other) and self._hash == other._hash and self.key == other.key
        )

    @property
    def children(self) -> tuple[Node, ...]:
        return ()

    @property
    def rank(self) -> int:
        return len(self.shape)


class Symbol(Node):
    """A named value.  `role` is one of

    "data", "parameter", "constant"  an argument of the model (a constant is a keyword number),
    "value"                          the left side of an equation,
    "cotangent"                      ∂L/∂(the value or argument of the same name),
    "differential"                   the linear change of it (`dX`), in proofs only,
    "projected"                      the cotangent projected on the argument's structure: sym(∇A),
    "moved"                          the linear change of its cotangent, in proofs only.

    `kind` is the property told in the annotation ("simplex", "int < v", …), "" for a float array.
    """

    __slots__ = ("kind", "name", "role")

    def __init__(self, name: str, shape: Shape, role: str = "value", kind: str = "") -> None:
        self.name = name
        self.role = role
        self.kind = kind
        self._seal(shape, (name, role, shape))

    def __repr__(self) -> str:
        mark = {"cotangent": "∇", "differential": "d"}.get(self.role, "")
        return f"{mark}{self.name}"

    @property
    def is_float(self) -> bool:
        """Whether it has a gradient: integers and truth values have none."""
        return not self.kind.startswith(("int", "bool"))


class Contract(Node):
    """The labelled product; labels are 0, 1, …, first those of `out`, then bound ones.

    sizes[label] is the label's dimension.
    """

    __slots__ = ("coefficient", "factors", "out", "sizes")

    def __init__(
        self,
        out: tuple[int, ...],
        coefficient: Coefficient,
        factors: tuple[tuple[Node, tuple[int, ...]], ...],
        sizes: tuple[Dim, ...],
    ) -> None:
        self.out = out
        self.coefficient = coefficient
        self.factors = factors
        self.sizes = sizes
        self._seal(tuple(sizes[label] for label in out), (out, coefficient, factors, sizes))

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(node for node, _ in self.factors)

    @property
    def bound(self) -> tuple[int, ...]:
        """The labels that are summed over."""
        return tuple(label for label in range(len(self.sizes)) if label not in self.out)

    def __repr__(self) -> str:
        inner = " ".join(f"{node!r}{list(axes)}" for node, axes in self.factors)
        scale = "" if self.coefficient == Coefficient() else f"; {self.coefficient}"
        return f"Contract({list(self.out)}{scale}; {inner})"


class Add(Node):
    """A sum of nodes of one shape, in the order in which they were written."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[Node, ...]) -> None:
        self.terms = terms
        self._seal(terms[0].shape, terms)

    @property
    def children(self) -> tuple[Node, ...]:
        return self.terms

    def __repr__(self) -> str:
        return f"Add{self.terms}"


class Map(Node):
    """A scalar function of slots at each entry; slot i is the entry of `args[i]`."""

    __slots__ = ("args", "fn")

    def __init__(self, fn: Scalar, args: tuple[Node, ...], shape: Shape) -> None:
        self.fn = fn
        self.args = args
        self._seal(shape, (fn, args, shape))

    @property
    def children(self) -> tuple[Node, ...]:
        return self.args

    def __repr__(self) -> str:
        return f"Map({self.fn}, {self.args})"


class Apply(Node):
    """An operation with its own rule: `rule` is its name, `params` what is not an array."""

    __slots__ = ("args", "params", "rule")

    def __init__(self, rule: str, args: tuple[Node, ...], params: tuple, shape: Shape) -> None:
        self.rule = rule
        self.args = args
        self.params = params
        self._seal(shape, (rule, args, params, shape))

    @property
    def children(self) -> tuple[Node, ...]:
        return self.args

    def __repr__(self) -> str:
        return f"{self.rule}{self.args}{self.params}"


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, parents first, in reading order, with repeats."""
    yield node
    for child in node.children:
        yield from walk(child)


def symbols_of(node: Node) -> tuple[Symbol, ...]:
    """Return the symbols that occur, once each, in reading order."""
    try:
        return node._symbols
    except AttributeError:
        found: dict[Symbol, None] = {}
        for child in node.children:
            found.update(dict.fromkeys(symbols_of(child)))
        node._symbols = (node,) if isinstance(node, Symbol) else tuple(found)
        return node._symbols
