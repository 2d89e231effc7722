"""Code before it is text: expressions that know their shape, their kind and whose memory they show.

`make(op, *args, params=…)` is the only constructor.  By the one table `RULES` it computes from the
operands what any library would give, and refuses (`CodeError`) what libraries give differently:
truth values in a matrix product, integers beside floats, a function of plain numbers.  A dialect
spells an op; everything between is a question to the data.

The ops, with their params in brackets; `axes` count from 0, sizes are Dims:

    name [name]  number [value]  size [d]  constant [function](numbers)          leaves
    add sub mul div neg pow matmul                                               operators
    call [function]: an entry of `derive.operations.functions`, comparisons and logic included
    where(test, yes, no)  either(test, number, number)  cast  copy  stop         at each entry
    index [places](x, integers…): places are ALL, NEW, REST, GIVEN, a Dim, or a Cut
    permute [axes]  diagonal [first, second]  trace  reshape [shape]  flip [axes]    laid out anew
    full [shape](number)  spread [shape]  identity [d]  diagonal_matrix  iota [d]    new arrays
    tri [lower, k, shape]  one_hot [depth]  place [ranges, shape]
    stack [axis]  concatenate [axis]
    sum mean [axes, keep]  max min any all logsumexp norm [axes]  power_norm [p, axes]
    prod argmax argmin [axis]  argsort [axis, descending]
    softmax log_softmax [axes]  cumsum cumprod prod_others [axis]
    dot  tensordot [axes, axes]  einsum [words]                                  products
    gather take_along [axis]  scatter [axis, d]  added_up [d]  added_at [sizes]
    added_along [axis, d]                                                        picking by integers
    inverse solve [triangle, column] det logdet [positive] … as `ARRAY_OPERATIONS` names them

A value may be shown by other names: `memory` has the names whose memory it shows, or may show;
empty means that it is fresh, which alone may be written to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from derive.dims import ONE, Dim, Shape, broadcast, code_shape, dim, smaller
from derive.operations.array_operations import ARRAY_OPERATIONS
from derive.operations.functions import FUNCTIONS
from derive.operations.record import Entries


class CodeError(AssertionError):
    """A fault of ours: code of another shape, kind or memory than what it stands for."""


class Kind(IntEnum):
    """What the entries are.  A plain number of Python has no dtype to give."""

    NUMBER = 0
    BOOL = 1
    INT = 2
    FLOAT = 3


Shown = frozenset[str]
FRESH: Shown = frozenset()

ALL, NEW, REST, GIVEN = ":", "None", "...", "?"
"""Places of an index: a whole axis, a new one, all that are left, integers (the next operand)."""


class Cut(NamedTuple):
    """A range of an axis; None where it begins or ends with the axis."""

    start: Dim | None
    stop: Dim | None
    step: int = 1


class Expr(NamedTuple):
    """An expression; made by `make` alone."""

    op: str
    args: tuple[Expr, ...] = ()
    params: tuple = ()
    shape: Shape = ()
    kind: Kind = Kind.FLOAT
    memory: Shown = FRESH

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def is_number(self) -> bool:
        """Whether it is a plain number of Python."""
        return self.kind is Kind.NUMBER

    @property
    def literal(self) -> Fraction | None:
        """The value of a number that is written out, of either sign."""
        if self.op == "number":
            return self.params[0]
        if self.op == "neg" and self.args[0].op == "number":
            return -self.args[0].params[0]
        return None


class Var(NamedTuple):
    """A name with its type."""

    name: str
    shape: Shape
    kind: Kind = Kind.FLOAT

    @property
    def expr(self) -> Expr:
        return name(self.name, self.shape, self.kind)


Outcome = tuple[Shape, Kind, Shown]
Rule = Callable[[tuple[Expr, ...], tuple], Outcome]
RULES: dict[str, Rule] = {}


def make(op: str, *args: Expr, params: tuple = ()) -> Expr:
    """Return the expression with its type; CodeError where no library would do what is meant."""
    shape, kind, memory = RULES[op](args, params)
    return Expr(op, args, params, shape, kind, memory)


# -- leaves ----------------------------------------------------------------------------------------


def name(word: str, shape: Shape = (), kind: Kind = Kind.FLOAT) -> Expr:
    """Return a value by its name."""
    memory = FRESH if kind is Kind.NUMBER else frozenset([word])
    return Expr("name", (), (word,), shape, kind, memory)


def number(value: Fraction | int) -> Expr:
    """Return a number that has a short form, not negative."""
    return Expr("number", (), (Fraction(value),), (), Kind.NUMBER)


def size(d: Dim | int) -> Expr:
    """Return a dimension as an integer."""
    return Expr("size", (), (dim(d),), (), Kind.NUMBER)


# -- queries ---------------------------------------------------------------------------------------


def walk(e: Expr) -> Iterator[Expr]:
    """Yield the expression and all below it, parents first, in reading order."""
    yield e
    for arg in e.args:
        yield from walk(arg)


def names_in(e: Expr) -> tuple[str, ...]:
    """Return the names that are read, once each."""
    return tuple(dict.fromkeys(part.params[0] for part in walk(e) if part.op == "name"))


def swapped(e: Expr, part: Expr, by: Expr) -> Expr:
    """Return the expression with a part replaced wherever it stands."""
    if e == part:
        return by
    args = tuple(swapped(arg, part, by) for arg in e.args)
    if all(new is old for new, old in zip(args, e.args, strict=True)):
        return e
    return make(e.op, *args, params=e.params)


def is_literal(e: Expr) -> bool:
    """Whether it is known when code is made: a number, not a size nor a keyword's number."""
    return e.is_number and all(part.op not in ("name", "size") for part in walk(e))


FROM_MODULE = "dtype"
_CASTING = frozenset({"cast", "either", "full", "identity", "tri", "one_hot"})


def float_sources(e: Expr) -> frozenset[str]:
    """Return the names whose float type the entries may have; `FROM_MODULE` is the module's own."""
    if e.kind is not Kind.FLOAT:
        return frozenset()
    if e.op == "name":
        return frozenset(e.params)
    found = frozenset().union(*map(float_sources, e.args))
    return found | {FROM_MODULE} if e.op in _CASTING else found


# -- rules -----------------------------------------------------------------------------------------


def _rule(*ops: str) -> Callable[[Rule], Rule]:
    def entered(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(ops, rule))
        return rule

    return entered


def _together(left: Shape, right: Shape) -> Shape:
    found = broadcast(left, right)
    if found and isinstance(found[0], int):
        raise CodeError(f"entries of {code_shape(left)} beside {code_shape(right)}")
    return tuple(d for d in found if isinstance(d, Dim))


def joined_shape(args: Sequence[Expr]) -> Shape:
    """Return the shape of an entrywise function of the operands, which broadcast."""
    shape = args[0].shape
    for arg in args[1:]:
        if arg.shape != shape and arg.shape:
            shape = _together(shape, arg.shape)
    return shape


def _numeric(args: Sequence[Expr], what: str) -> Kind:
    """Return the kind of arithmetic: float, or a plain number."""
    kinds = {arg.kind for arg in args}
    if Kind.INT in kinds:
        raise CodeError(f"{what} of integers: another float type than the model's")
    if Kind.BOOL in kinds and not (what == "mul" and Kind.FLOAT in kinds):
        raise CodeError(f"{what} of truth values")
    return max(kinds)


@_rule("add", "sub", "div", "pow", "neg")
def _arithmetic(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return joined_shape(args), _numeric(args, "arithmetic"), FRESH


@_rule("mul")
def _product(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return joined_shape(args), _numeric(args, "mul"), FRESH


@_rule("constant")
def _constant(args: tuple[Expr, ...], params: tuple) -> Outcome:
    if not all(arg.is_number for arg in args):
        raise CodeError(f"{params[0]} of an array taken for that of a number")
    return (), Kind.NUMBER, FRESH


def _floats(args: Sequence[Expr], what: str) -> None:
    for arg in args:
        if arg.kind is not Kind.FLOAT:
            raise CodeError(f"{what} of {arg.kind.name}")


@_rule("matmul")
def _matmul(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "@")
    a, b = args
    if not a.rank or not b.rank or a.shape[-1] != b.shape[-2:][0]:
        raise CodeError(f"{code_shape(a.shape)} @ {code_shape(b.shape)}")
    lead = _together(a.shape[:-2], b.shape[:-2])
    rows, columns = a.shape[-2:-1], b.shape[-1:] if b.rank > 1 else ()
    return (*lead, *rows, *columns), Kind.FLOAT, FRESH


@_rule("dot")
def _dot(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "a dot product")
    if args[0].shape != args[1].shape:
        raise CodeError(f"a dot product of {args[0].shape} and {args[1].shape}")
    return (), Kind.FLOAT, FRESH


@_rule("tensordot")
def _tensordot(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "tensordot")
    (a, b), (at_a, at_b) = args, params
    if [a.shape[k] for k in at_a] != [b.shape[k] for k in at_b]:
        raise CodeError("tensordot of unlike axes")
    left = tuple(d for k, d in enumerate(a.shape) if k not in at_a)
    right = tuple(d for k, d in enumerate(b.shape) if k not in at_b)
    return left + right, Kind.FLOAT, FRESH


@_rule("einsum")
def _einsum(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "einsum")
    *words, out = params
    sizes: dict[str, Dim] = {}
    for word, arg in zip(words, args, strict=True):
        for letter, d in zip(word, arg.shape, strict=True):
            if sizes.setdefault(letter, d) != d:
                raise CodeError(f"einsum of {sizes[letter]} and {d}")
    return tuple(sizes[letter] for letter in out), Kind.FLOAT, FRESH


_COMPARISONS = frozenset({"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})
_LOGIC = frozenset({"logical_and", "logical_or", "logical_not"})


@_rule("call")
def _call(args: tuple[Expr, ...], params: tuple) -> Outcome:
    (function,) = params
    shape = joined_shape(args)
    if all(arg.is_number for arg in args):
        raise CodeError(f"{function} of plain numbers: a library would choose a dtype")
    kinds = {arg.kind for arg in args}
    if function in _COMPARISONS:
        return shape, Kind.BOOL, FRESH
    if function in _LOGIC:
        if kinds != {Kind.BOOL}:
            raise CodeError(f"{function} of what is no truth value")
        return shape, Kind.BOOL, FRESH
    if Kind.BOOL in kinds or Kind.INT in kinds:
        raise CodeError(f"{function} of {min(kinds - {Kind.NUMBER}).name}")
    return shape, Kind.BOOL if FUNCTIONS[function].truth else Kind.FLOAT, FRESH


@_rule("where")
def _where(args: tuple[Expr, ...], params: tuple) -> Outcome:
    kinds = {args[1].kind, args[2].kind}
    if args[0].kind is not Kind.BOOL or Kind.BOOL in kinds or Kind.INT in kinds:
        raise CodeError("a choice by or between other things than truth values and floats")
    if kinds == {Kind.NUMBER}:
        raise CodeError("a choice between plain numbers: a library would choose a dtype")
    return joined_shape(args), Kind.FLOAT, FRESH


@_rule("either")
def _either(args: tuple[Expr, ...], params: tuple) -> Outcome:
    if args[0].kind is not Kind.BOOL or not (args[1].is_number and args[2].is_number):
        raise CodeError("a choice between other things than plain numbers")
    return args[0].shape, Kind.FLOAT, FRESH


@_rule("cast")
def _cast(args: tuple[Expr, ...], params: tuple) -> Outcome:
    (x,) = args
    return x.shape, Kind.FLOAT, x.memory if x.kind is Kind.FLOAT else FRESH


@_rule("copy")
def _copy(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return args[0].shape, args[0].kind, FRESH


@_rule("stop")
def _stop(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return args[0].shape, args[0].kind, args[0].memory


@_rule("index")
def _index(args: tuple[Expr, ...], places: tuple) -> Outcome:
    x, *given = args
    whole = sum(place not in (NEW, REST) for place in places)
    shape: list[Dim] = []
    axis, picked = 0, False
    rows = joined_shape(given) if given else ()
    for place in places:
        if place == REST:
            shape += x.shape[axis : axis + x.rank - whole]
            axis += x.rank - whole
            continue
        if place == NEW:
            shape.append(ONE)
            continue
        if place == ALL:
            shape.append(x.shape[axis])
        elif place == GIVEN:
            shape += () if picked else rows
            picked = True
        elif isinstance(place, Cut):
            start = place.start or dim(0)
            stop = x.shape[axis] if place.stop is None else place.stop
            shape.append((stop - start + (place.step - 1)) // place.step)
        axis += 1
    if any(index.kind is not Kind.INT for index in given):
        raise CodeError("an index that is no integer")
    return (*shape, *x.shape[axis:]), x.kind, FRESH if rows else x.memory


@_rule("permute")
def _permute(args: tuple[Expr, ...], axes: tuple) -> Outcome:
    (x,) = args
    if sorted(axes) != list(range(x.rank)):
        raise CodeError(f"axes {axes} of an array of rank {x.rank}")
    return tuple(x.shape[k] for k in axes), x.kind, x.memory


@_rule("diagonal")
def _diagonal(args: tuple[Expr, ...], params: tuple) -> Outcome:
    (x,) = args
    if x.shape[params[0]] != x.shape[params[1]]:
        raise CodeError("the diagonal of unlike axes")
    rest = tuple(d for k, d in enumerate(x.shape) if k not in params)
    return (*rest, x.shape[params[0]]), x.kind, x.memory


@_rule("trace")
def _trace(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "the trace")
    if args[0].rank != 2 or args[0].shape[0] != args[0].shape[1]:
        raise CodeError(f"the trace of {code_shape(args[0].shape)}")
    return (), Kind.FLOAT, FRESH


@_rule("reshape")
def _reshape(args: tuple[Expr, ...], shape: tuple) -> Outcome:
    return shape, args[0].kind, args[0].memory


@_rule("flip")
def _flip(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return args[0].shape, args[0].kind, args[0].memory


@_rule("full")
def _full(args: tuple[Expr, ...], shape: tuple) -> Outcome:
    if not args[0].is_number:
        raise CodeError("an array filled with what is no number")
    return shape, Kind.FLOAT, FRESH


@_rule("spread")
def _spread(args: tuple[Expr, ...], shape: tuple) -> Outcome:
    (x,) = args
    if _together(x.shape, shape) != shape or (x.rank and x.rank != len(shape)):
        raise CodeError(f"{code_shape(x.shape)} copied to {code_shape(shape)}")
    return shape, x.kind, FRESH


@_rule("identity")
def _identity(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return (*params, *params), Kind.FLOAT, FRESH


@_rule("diagonal_matrix")
def _diagonal_matrix(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "a diagonal matrix")
    return (*args[0].shape, args[0].shape[-1]), Kind.FLOAT, FRESH


@_rule("iota")
def _iota(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return params, Kind.INT, FRESH


@_rule("tri")
def _tri(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return params[2:], Kind.FLOAT, FRESH


@_rule("one_hot")
def _one_hot(args: tuple[Expr, ...], params: tuple) -> Outcome:
    if args[0].kind is not Kind.INT:
        raise CodeError("the one-hot form of what are no integers")
    return (*args[0].shape, *params), Kind.FLOAT, FRESH


@_rule("place")
def _place(args: tuple[Expr, ...], params: tuple) -> Outcome:
    return params[-1], args[0].kind, FRESH


@_rule("stack")
def _stack(args: tuple[Expr, ...], params: tuple) -> Outcome:
    first, (axis,) = args[0], params
    if any((arg.shape, arg.kind) != (first.shape, first.kind) for arg in args):
        raise CodeError("unlike arrays stacked")
    return (*first.shape[:axis], dim(len(args)), *first.shape[axis:]), first.kind, FRESH


@_rule("concatenate")
def _concatenate(args: tuple[Expr, ...], params: tuple) -> Outcome:
    first, (axis,) = args[0], params
    total = sum((arg.shape[axis] for arg in args), dim(0))
    return (*first.shape[:axis], total, *first.shape[axis + 1 :]), first.kind, FRESH


def _without(shape: Shape, axes: Sequence[int], keep: bool = False) -> Shape:
    return tuple(ONE if k in axes else d for k, d in enumerate(shape) if keep or k not in axes)


@_rule("sum", "mean")
def _sum(args: tuple[Expr, ...], params: tuple) -> Outcome:
    _floats(args, "a sum")
    axes, keep = params
    return _without(args[0].shape, axes, keep), Kind.FLOAT, FRESH


def _kind_by_record(op: str, given: Kind) -> Kind:
    entries = ARRAY_OPERATIONS[op].entries
    if entries is Entries.FLOATS and given is not Kind.FLOAT:
        raise CodeError(f"{op} of {given.name}")
    known = {Entries.FLOATS: Kind.FLOAT, Entries.PLACES: Kind.INT, Entries.TRUTHS: Kind.BOOL}
    return known.get(entries, given)


def _enter_reductions() -> None:
    def reduced(op: str, first: int, last: int | None = None) -> Rule:
        def rule(args: tuple[Expr, ...], params: tuple) -> Outcome:
            shape = _without(args[0].shape, params[first:last])
            return shape, _kind_by_record(op, args[0].kind), FRESH

        return rule

    def entrywise(op: str) -> Rule:
        return lambda args, params: (args[0].shape, _kind_by_record(op, args[0].kind), FRESH)

    for op in ("max", "min", "any", "all", "logsumexp", "norm", "prod", "argmax", "argmin"):
        RULES[op] = reduced(op, 0)
    RULES["power_norm"] = reduced("power_norm", 1)
    for op in ("softmax", "log_softmax", "cumsum", "cumprod", "prod_others", "argsort"):
        RULES[op] = entrywise(op)


_enter_reductions()


def _integers(index: Expr, what: str) -> None:
    if index.kind is not Kind.INT:
        raise CodeError(f"{what} by what are no integers")


@_rule("gather", "take_along")
def _gather(args: tuple[Expr, ...], params: tuple) -> Outcome:
    (x, index), (axis,) = args, params
    _integers(index, "entries picked")
    if x.rank != index.rank:
        raise CodeError(f"entries of rank {x.rank} picked by integers of rank {index.rank}")
    found = _together(_without(x.shape, [axis], True), _without(index.shape, [axis], True))
    return (
        tuple(index.shape[k] if k == axis else d for k, d in enumerate(found)),
        x.kind,
        FRESH,
    )


@_rule("scatter", "added_along")
def _added_along(args: tuple[Expr, ...], params: tuple) -> Outcome:
    (x, index), (axis, d) = args, params
    _integers(index, "entries added up")
    if x.rank != index.rank:
        raise CodeError(f"entries of rank {x.rank} added up by integers of rank {index.rank}")
    return (*x.shape[:axis], d, *x.shape[axis + 1 :]), x.kind, FRESH


@_rule("added_up", "added_at")
def _added_up(args: tuple[Expr, ...], sizes: tuple) -> Outcome:
    x, *indices = args
    for index in indices:
        _integers(index, "rows added up")
    return (*sizes, *x.shape[indices[0].rank :]), x.kind, FRESH


def _square(a: Expr) -> Expr:
    if a.rank < 2 or a.shape[-1] != a.shape[-2]:
        raise CodeError(f"a square matrix of {code_shape(a.shape)}")
    return a


def _enter_matrices() -> None:
    def of(shape: Callable[[Expr], Shape]) -> Rule:
        def rule(args: tuple[Expr, ...], params: tuple) -> Outcome:
            _floats(args, "a function of a matrix")
            return shape(args[0]), Kind.FLOAT, FRESH

        return rule

    def fewer(a: Expr) -> Dim:
        return smaller(*a.shape[-2:])

    square = of(lambda a: _square(a).shape)
    for op in ("inverse", "cholesky", "eigenvectors", "expm", "expm_along", "lower_half", "sym"):
        RULES[op] = square
    for op in ("det", "logdet", "logabsdet", "det_sign"):
        RULES[op] = of(lambda a: _square(a).shape[:-2])
    RULES["eigenvalues"] = of(lambda a: _square(a).shape[:-1])
    RULES["pinv"] = of(lambda a: (*a.shape[:-2], a.shape[-1], a.shape[-2]))
    RULES["singular_values"] = of(lambda a: (*a.shape[:-2], fewer(a)))
    RULES["left_vectors"] = of(lambda a: (*a.shape[:-1], fewer(a)))
    RULES["right_vectors"] = of(lambda a: (*a.shape[:-2], fewer(a), a.shape[-1]))
    RULES["orthonormal_factor"] = RULES["left_vectors"]
    RULES["triangular_factor"] = RULES["right_vectors"]


_enter_matrices()


@_rule("solve")
def _solve(args: tuple[Expr, ...], params: tuple) -> Outcome:
    """params: "lower" or "upper" for a triangular matrix, else ""; whether b has columns added."""
    _floats(args, "a solution")
    a, b = args
    if _square(a).shape[-1] != (b.shape[-1] if b.rank < a.rank else b.shape[-2]):
        raise CodeError(f"the solution of {code_shape(a.shape)} and {code_shape(b.shape)}")
    return b.shape, Kind.FLOAT, FRESH
