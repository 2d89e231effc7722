"""How scalar functions are written, of numbers or entry by entry: names, conditions, powers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.formulas.matrices.kinds import Entrywise, is_matrix
from derive.formulas.matrices.ordered import copied_number
from derive.formulas.scalars import ATOM, POWER, SUM
from derive.operations.spelled_out import OPPOSITE

COMPARISONS = {
    "greater": (">", ">"),
    "greater_equal": ("≥", r"\ge"),
    "less": ("<", "<"),
    "less_equal": ("≤", r"\le"),
    "equal": ("=", "="),
    "not_equal": ("≠", r"\ne"),
}
JOINED = {"logical_and": ("∧", r"\land"), "logical_or": ("∨", r"\lor")}
RELATIONS = {**COMPARISONS, **JOINED, "mod": ("mod", r"\bmod")}
"""Relations and connectives, in text and in LaTeX."""


def function(write: Any, name: str, args: Sequence[Any]) -> tuple[str, int]:
    """Write a named function of scalars or of matrices entry by entry."""
    args = [without_copies(arg) for arg in args]
    if name in COMPARISONS or name in JOINED or name in ("isnan", "isnumber"):
        write.note("bracket")
        return write.bracket(_condition(write, name, args)), ATOM
    if name in SPECIAL:
        return SPECIAL[name](write, *args)
    return write.call(name, [write(arg) for arg in args]), ATOM


def without_copies(arg: Any) -> Any:
    """Return the number of which the matrix holds copies, or the matrix."""
    number = copied_number(arg) if is_matrix(arg) else None
    return arg if number is None else number


def _told(expr: Any) -> tuple[str, Sequence[Any]]:
    """Return the name and the arguments of a function, "" where the expression is none."""
    if isinstance(expr, Entrywise):
        return expr.name, [without_copies(arg) for arg in expr.args[1:]]
    return ("", ()) if is_matrix(expr) else (getattr(expr.func, "__name__", ""), expr.args)


def _condition(write: Any, name: str, args: Sequence[Any]) -> str:
    """Write what holds or does not, without a bracket around it."""
    if name in COMPARISONS:
        left, right = (write.inside(arg, SUM) for arg in args)
        return f"{left} {write.relation(name)} {right}"
    if name in ("isnan", "isnumber"):
        sign = write.relation("equal" if name == "isnan" else "not_equal")
        return f"{write.inside(args[0], SUM)} {sign} {write.upright('NaN')}"
    first, second = map(_told, args)
    if name == "logical_and" and _is_chain(first, second):
        middle = f"{write.relation(first[0])} {write.inside(first[1][1], SUM)}"
        low, high = write.inside(first[1][0], SUM), write.inside(second[1][1], SUM)
        return f"{low} {middle} {write.relation(second[0])} {high}"
    sides = [_side(write, arg, told, name) for arg, told in zip(args, (first, second), strict=True)]
    return f" {write.relation(name)} ".join(sides)


def _is_chain(first: tuple[str, Sequence[Any]], second: tuple[str, Sequence[Any]]) -> bool:
    """Whether two comparisons read as one, a < x < b."""
    upward = ("less", "less_equal")
    return first[0] in upward and second[0] in upward and first[1][1] == second[1][0]


def _side(write: Any, arg: Any, told: tuple[str, Sequence[Any]], joined_by: str) -> str:
    name, args = told
    if name in JOINED and name != joined_by:
        return str(write.parentheses(_condition(write, name, args)))
    if name in COMPARISONS or name in JOINED or name in ("isnan", "isnumber"):
        return _condition(write, name, args)
    return str(write.inside(arg, SUM))


def _cases(write: Any, condition: Any, yes: Any, no: Any) -> tuple[str, int]:
    """Write a choice whose values have no product with a bracket: they are infinite."""
    name, args = _told(condition)
    if name in OPPOSITE:
        holds, fails = (_condition(write, n, args) for n in (name, OPPOSITE[name]))
    else:
        holds, fails = (f"{write(condition)} {write.relation('equal')} {k}" for k in "10")
    return write.cases([(write(yes), holds), (write(no), fails)]), ATOM


def _power(write: Any, base: Any, exponent: Any) -> tuple[str, int]:
    raised = write.entry_power if is_matrix(base) or is_matrix(exponent) else write.superscript
    return raised(write.inside(base, ATOM), write(exponent)), POWER


def _polygamma(write: Any, order: Any, x: Any) -> tuple[str, int]:
    write.note("polygamma")
    head = write.superscript(write.greek("psi"), f"({write(order)})")
    return write.applied(head, [write(x)]), ATOM


SPECIAL: dict[str, Callable[..., tuple[str, int]]] = {
    "where": _cases,
    "pow": _power,
    "polygamma": _polygamma,
    "abs": lambda write, x: (write.absolute(write(x)), ATOM),
    "floor": lambda write, x: (write.floor(write(x)), ATOM),
    "ceil": lambda write, x: (write.ceiling(write(x)), ATOM),
    "cbrt": lambda write, x: (write.root(write(x), "3"), POWER),
}
"""Functions that have a form of their own, by name."""
