"""Dimensions: named, positive, symbolic integers; the only judge of "equal" and of broadcasting.

A `Dim` is a polynomial with integer coefficients in names, floor quotients and minima, kept in one
normal form, so that `==` decides equality.  Two different names are never equal, and a name is
never equal to a number: it is neither squeezed nor stretched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache


class Quotient(tuple):
    """The atom `dim // divisor` that no polynomial expresses."""

    def __new__(cls, dim: Dim, divisor: Dim) -> Quotient:
        return super().__new__(cls, (dim, divisor))

    def __str__(self) -> str:
        return f"{_grouped(self[0])}//{_grouped(self[1])}"

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        return self[0].evaluate(sizes) // self[1].evaluate(sizes)

    def replace(self, names: Mapping[str, Dim]) -> Dim:
        return self[0].replace(names) // self[1].replace(names)


class Minimum(tuple):
    """The atom `min(first, second)` of two dimensions of which neither is surely the smaller."""

    def __new__(cls, first: Dim, second: Dim) -> Minimum:
        return super().__new__(cls, sorted((first, second), key=str))

    def __str__(self) -> str:
        return f"min({self[0]}, {self[1]})"

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        return min(part.evaluate(sizes) for part in self)

    def replace(self, names: Mapping[str, Dim]) -> Dim:
        return smaller(*(part.replace(names) for part in self))


class Dim:
    """An integer expression of dimension names; immutable, hashable, equal by value."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[tuple, int]) -> None:
        self.terms = tuple(sorted(((m, c) for m, c in terms.items() if c), key=_term_order))
        self._hash = hash(self.terms)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.value == other
        return self is other or (isinstance(other, Dim) and self.terms == other.terms)

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Dim | int) -> Dim:
        total = dict(self.terms)
        for monomial, coefficient in dim(other).terms:
            total[monomial] = total.get(monomial, 0) + coefficient
        return Dim(total)

    def __neg__(self) -> Dim:
        return Dim({m: -c for m, c in self.terms})

    def __sub__(self, other: Dim | int) -> Dim:
        return self + (-dim(other))

    def __mul__(self, other: Dim | int) -> Dim:
        total: dict[tuple, int] = {}
        for left, a in self.terms:
            for right, b in dim(other).terms:
                monomial = tuple(sorted(left + right, key=str))
                total[monomial] = total.get(monomial, 0) + a * b
        return Dim(total)

    def __floordiv__(self, other: Dim | int) -> Dim:
        """Divide exactly where the quotient is a polynomial, else keep `self // other`."""
        divisor = dim(other)
        quotient = self._exact_quotient(divisor)
        return Dim({(Quotient(self, divisor),): 1}) if quotient is None else quotient

    def _exact_quotient(self, divisor: Dim) -> Dim | None:
        if len(divisor.terms) != 1:
            return dim(1) if self == divisor else None
        ((by, coefficient),) = divisor.terms
        total = {}
        for monomial, c in self.terms:
            rest = list(monomial)
            for atom in by:
                if atom not in rest:
                    return None
                rest.remove(atom)
            if c % coefficient:
                return None if self.value is None else dim(self.value // coefficient)
            total[tuple(rest)] = c // coefficient
        return Dim(total)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: int) -> Dim:
        return dim(other) - self

    @property
    def value(self) -> int | None:
        """The number, or None where a name occurs."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0]:
            return self.terms[0][1]
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that occur, sorted."""
        found: set[str] = set()
        for monomial, _ in self.terms:
            for atom in monomial:
                if isinstance(atom, str):
                    found.add(atom)
                else:
                    found.update(atom[0].names, atom[1].names)
        return tuple(sorted(found))

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        """Return the integer for `sizes`, which has every name."""
        total = 0
        for monomial, coefficient in self.terms:
            product = coefficient
            for atom in monomial:
                product *= sizes[atom] if isinstance(atom, str) else atom.evaluate(sizes)
            total += product
        return total

    def replace(self, names: Mapping[str, Dim]) -> Dim:
        """Return the dimension with names replaced."""
        if not any(name in names for name in self.names):
            return self
        total = dim(0)
        for monomial, coefficient in self.terms:
            product = dim(coefficient)
            for atom in monomial:
                if isinstance(atom, str):
                    product *= names.get(atom, dim(atom))
                else:
                    product *= atom.replace(names)
            total += product
        return total

    def __str__(self) -> str:
        text = ""
        for monomial, coefficient in self.terms:
            size = abs(coefficient)
            words = [str(size)] if size != 1 or not monomial else []
            alone = len(words) + len(monomial) == 1
            words += [_factor(atom, alone) for atom in monomial]
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += sign + "*".join(words)
        return text or "0"

    def __repr__(self) -> str:
        return f"Dim({self})"


Shape = tuple[Dim, ...]


def _factor(atom: str | Quotient, alone: bool) -> str:
    return str(atom) if alone or not isinstance(atom, Quotient) else f"({atom})"


def has_quotient(d: Dim) -> bool:
    """Whether the dimension holds a division that is not known to be exact."""
    return any(isinstance(atom, Quotient) for monomial, _ in d.terms for atom in monomial)


def never_less(first: Dim, second: Dim) -> bool:
    """Whether `first >= second` is known for all names from 1 on."""
    gap = first - second
    growing = all(c > 0 for monomial, c in gap.terms if monomial)
    return growing and not has_quotient(gap) and gap.evaluate(dict.fromkeys(gap.names, 1)) >= 0


def _term_order(term: tuple[tuple, int]) -> tuple:
    monomial, coefficient = term
    return (not monomial, coefficient < 0, -len(monomial), [str(atom) for atom in monomial])


def _grouped(d: Dim) -> str:
    return f"({d})" if len(d.terms) > 1 or (len(d.terms) == 1 and "*" in str(d)) else str(d)


@lru_cache(maxsize=4096)
def _named(value: str | int) -> Dim:
    return Dim({(value,): 1} if isinstance(value, str) else {(): value})


def dim(value: Dim | int | str) -> Dim:
    """Return the dimension of a name, an integer, or of itself."""
    return value if isinstance(value, Dim) else _named(value)


ONE = dim(1)


def smaller(first: Dim, second: Dim) -> Dim:
    """Return the smaller of two dimensions: `min(n, d)` where their names do not tell."""
    signs = {c > 0 for _, c in (first - second).terms}
    if len(signs) < 2:
        return second if True in signs else first
    return Dim({(Minimum(first, second),): 1})


def has_minimum(d: Dim) -> bool:
    """Whether a minimum occurs in the dimension, which equals another one then."""
    return any(isinstance(atom, Minimum) for monomial, _ in d.terms for atom in monomial)


def shape_of(*values: Dim | int | str) -> Shape:
    """Return a shape from names and integers: `shape_of("n", 3)`."""
    return tuple(dim(value) for value in values)


def size_of(shape: Iterable[Dim]) -> Dim:
    """Return the number of entries of an array of that shape."""
    total = ONE
    for d in shape:
        total = total * d
    return total


def reference_sizes(dimensions: Iterable[str]) -> dict[str, int]:
    """Return the sizes at which costs are compared: 128 for the first dimension, others 64."""
    return {name: 64 if k else 128 for k, name in enumerate(dimensions)}


def show_count(count: Dim) -> str:
    """Write a number of bytes or operations, products with spaces: 4 d h + 512 d."""
    return str(count).replace("*", " ").replace("+", " + ").replace("-", " - ").strip()


def show_shape(shape: Shape) -> str:
    """Write a shape as documents do: `n×d`; a scalar is `1×1`, as in a table."""
    return "×".join(str(d) for d in shape) if shape else "1×1"


def code_shape(shape: Shape) -> str:
    """Write a shape as code does: `(n, d)`, `(n,)`, `()`."""
    inner = ", ".join(str(d) for d in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def broadcast(left: Shape, right: Shape) -> Shape | tuple[int, Dim, Dim]:
    """Return the common shape of two arrays under NumPy's rule.

    Where two dimensions differ and neither is the number 1, return the clash instead: the axis
    counted from the end (from 1), and the two dimensions.
    """
    rank = max(len(left), len(right))
    padded = [(ONE,) * (rank - len(s)) + s for s in (left, right)]
    common = []
    for axis, (a, b) in enumerate(zip(*padded, strict=True)):
        if a == b or b == ONE:
            common.append(a)
        elif a == ONE:
            common.append(b)
        else:
            return rank - axis, a, b
    return tuple(common)
