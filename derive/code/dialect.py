"""What differs between the libraries that code is printed for: how an array operation is spelled.

`Dialect` has everything that both spell alike; a target derives from it and gives the rest.  A
method takes and returns `Code`; axes count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.code.precedence import CALL, Code, product
from derive.operations.record import Spelled

Spelling = Callable[..., Code]


def call(name: str, *args: Code | str) -> Code:
    """Return a call of a function."""
    inner = ", ".join(arg if isinstance(arg, str) else arg.text for arg in args)
    return Code(f"{name}({inner})", CALL)


def method(code: Code, name: str, *args: str) -> Code:
    """Return a call of a method."""
    return Code(f"{code.at(CALL)}.{name}({', '.join(args)})", CALL)


def tuple_text(items: Sequence[Code]) -> str:
    """Return a tuple of codes."""
    inner = ", ".join(item.text for item in items)
    return f"({inner},)" if len(items) == 1 else f"({inner})"


def axes_text(axes: Sequence[int]) -> str:
    """Return one axis as a number, several as a tuple."""
    return str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"


class Dialect:
    """The spelling of array operations.

    functions: scalar function name -> how it is spelled at its arguments.
    operations: rule name -> how an `Apply` is spelled, from the argument, its rank and params.
    matrices: the same for operations on whole matrices, from the node and all its arguments.
    used: what of the helpers was printed so far.  uses_dtype: whether the dtype's name was.
    like: the name of an array whose dtype new ones take, where the library asks for one.
    plain_numbers: whether a value without axes may be a plain number, which has no `[None]`.
    """

    plain_numbers = False

    functions: dict[str, Spelling]
    operations: dict[str, Spelling]
    matrices: dict[str, Spelling]

    def __init__(self) -> None:
        self.used: dict[str, None] = {}
        self.uses_dtype = False
        self.like = ""

    def helper(self, name: str) -> str:
        """Return the name of a private function, noting that the module needs it."""
        self.used[name] = None
        return name

    def reached(self, home: str, name: str) -> str:
        """Return the name of a function as the module reaches it, noting what it imports."""
        raise NotImplementedError

    def spelled(self, told: Spelled) -> Spelling:
        """Return how a function is called that a record tells of."""

        def called(*args: Code) -> Code:
            keywords = told.keywords.format(*(arg.text for arg in args))
            own = [arg for k, arg in enumerate(args) if f"{{{k}}}" not in told.keywords]
            value = call(self.reached(told.home, told.name), *own, *filter(None, [keywords]))
            return Code(value.text + told.entry, CALL)

        return called

    def takes(self, name: str, args: Sequence[Code]) -> bool:
        """Whether the library's function of the name takes such arguments."""
        return True

    def transposed(self, x: Code) -> Code:
        """Return the transpose of a matrix."""
        return Code(f"{x.at(CALL)}.T", CALL)

    def indexed(self, x: Code, places: Sequence[str]) -> Code:
        """Return x[places], trailing `:` dropped."""
        kept = list(places)
        while kept and kept[-1] == ":":
            kept.pop()
        return Code(f"{x.at(CALL)}[{', '.join(kept)}]", CALL) if kept else x

    def diagonal(self, x: Code, rank: int, first: int, second: int) -> Code:
        """Return the diagonal of two axes, which becomes the last axis."""
        return method(x, "diagonal", *([] if rank == 2 else ["0", str(first), str(second)]))

    def swapped(self, x: Code) -> Code:
        """Return x with its last two axes exchanged."""
        raise NotImplementedError

    def permuted(self, x: Code, order: Sequence[int]) -> Code:
        """Return x with axis k where `order` has it."""
        raise NotImplementedError

    def summed(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        """Return the sums along the axes."""
        raise NotImplementedError

    def averaged(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        """Return the means along the axes."""
        head, _, tail = self.summed(x, axes, rank, keep).text.rpartition(".sum(")
        return Code(f"{head}.mean({tail}", CALL)

    def trace(self, x: Code) -> Code:
        """Return the trace of a matrix."""
        raise NotImplementedError

    def dot(self, x: Code, y: Code) -> Code:
        """Return the sum of x * y over all entries."""
        raise NotImplementedError

    def tensordot(self, x: Code, y: Code, at_x: Sequence[int], at_y: Sequence[int]) -> Code:
        """Return the sums over pairs of axes; left are the other axes of x, then those of y."""
        raise NotImplementedError

    def einsum(self, pattern: str, operands: Sequence[Code]) -> Code:
        """Return the product of the pattern, in lower-case letters."""
        raise NotImplementedError

    def diagonal_matrix(self, x: Code, size: str) -> Code:
        """Return x with its last axis laid on the diagonal of the last two."""
        column = ["...", "None"]
        return product([self.indexed(x, column), self.identity(size)])

    def identity(self, size: str) -> Code:
        """Return the identity matrix."""
        raise NotImplementedError

    def spread(self, x: Code, shape: str, scalar: bool) -> Code:
        """Return a new array of the shape, x copied along the axes that it lacks."""
        raise NotImplementedError

    def filled(self, value: str, shape: str) -> Code:
        """Return an array of one number."""
        raise NotImplementedError

    def copied(self, x: Code, rank: int) -> Code:
        """Return x in memory of its own."""
        raise NotImplementedError

    def cast(self, x: Code) -> Code:
        """Return integers or truth values as numbers of the module's dtype."""
        raise NotImplementedError

    def stacked(self, arrays: Sequence[Code], axis: int) -> Code:
        """Return the arrays along a new axis."""
        raise NotImplementedError

    def concatenated(self, arrays: Sequence[Code], axis: int) -> Code:
        """Return the arrays one after the other."""
        raise NotImplementedError

    def placed(self, x: Code, places: Sequence[str], shape: str, around: Sequence[str]) -> Code:
        """Return x among zeros: at x[places] of the shape, with `around` entries at each side.

        `around` has the numbers of zeros before and after, axis by axis, the first axis first.
        """
        raise NotImplementedError

    def one_hot(self, x: Code, depth: str) -> Code:
        """Return 1 where an entry's number along a new last axis is x, and 0 elsewhere."""
        raise NotImplementedError

    def counted(self, length: str) -> Code:
        """Return the integers 0, 1, … of that many entries."""
        raise NotImplementedError

    def triangle(self, sizes: Sequence[str], lower: bool, k: int) -> Code:
        """Return ones on and below diagonal k (or on and above it), zeros elsewhere."""
        raise NotImplementedError

    def flipped(self, x: Code, axes: Sequence[int]) -> Code:
        """Return x in reverse order along the axes."""
        raise NotImplementedError

    def cumulated(self, x: Code, name: str, axis: int) -> Code:
        """Return the sums (cumsum) or products (cumprod) up to each entry along the axis."""
        raise NotImplementedError

    def gathered(self, x: Code, index: Code, axis: int) -> Code:
        """Return the entries of x along the axis that the integers name."""
        raise NotImplementedError

    def scattered(self, x: Code, index: Code, axis: int, shape: str) -> Code:
        """Return x added up at the integers along the axis of an array of the shape."""
        raise NotImplementedError

    def taken_along(self, x: Code, index: Code, axis: int) -> Code:
        """Return the entries of x along the axis that the integers name; the two broadcast."""
        return self.gathered(x, index, axis)

    def added_up(self, x: Code, index: Code, size: str) -> Code:
        """Return x[i] added up at index[i] along a first axis of the size."""
        raise NotImplementedError

    def added_at(self, x: Code, indices: Sequence[Code], sizes: Sequence[str]) -> Code:
        """Return x[k] added up at the integers [k] of each index, along axes of these sizes."""
        raise NotImplementedError

    def added_along(self, x: Code, index: Code, axis: int, size: str) -> Code:
        """Return x added up at the integers along the axis, which gets the size."""
        raise NotImplementedError

    def stopped(self, x: Code) -> Code:
        """Return x, taken as a constant."""
        return x

    def reshaped(self, x: Code, shape: str) -> Code:
        """Return x in another shape, in the order of memory."""
        return method(x, "reshape", shape)

    def root(self, number: Code) -> Code:
        """Return the square root of a plain number."""
        raise NotImplementedError

    def constant(self, name: str, args: Sequence[Code]) -> Code:
        """Return a function of plain numbers, itself a plain number."""
        raise NotImplementedError
