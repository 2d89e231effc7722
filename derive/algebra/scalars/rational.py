"""The shortest form of a scalar function among its expansions: -y/p + (1-y)/(1-p) … p(1-p) = p - y.

Named functions are atoms here.  SymPy cancels the rational function; the result is taken only
where it has fewer operations than what was written, so that nothing readable or stable is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.cases import by_cases
from derive.algebra.scalars.named_products import with_names
from derive.algebra.scalars.tree import Scalar

BUDGET = 40  # operations; beyond it a function is kept as it stands


@lru_cache(maxsize=4096)
def simplest(tree: Scalar) -> Scalar:
    """Return an equal function with the fewest operations found."""
    if tree.operations > BUDGET:
        return tree
    unmirrored = scalar.transform(with_names(by_cases(tree)), _unmirrored)
    forms = [unmirrored, *(_cancelled(unmirrored) if _may_cancel(unmirrored) else ())]
    guarded = frozenset(_guarded(tree))
    forms = [scalar.transform(form, lambda part: _safe_again(part, guarded)) for form in forms]
    shortest = min(forms, key=lambda form: form.operations)
    return shortest if shortest.operations < tree.operations else tree


def _guarded(tree: Scalar) -> Iterator[Scalar]:
    """Yield what stands below safe reciprocals, which are 0 at 0: x/‖x‖ at x = 0."""
    if tree.op == "call" and tree.args[0] == "safe_reciprocal":
        yield tree.args[1]
    for child in tree.children:
        yield from _guarded(child)


def _safe_again(tree: Scalar, guarded: frozenset[Scalar]) -> Scalar | None:
    if tree.op == "pow" and tree.args[0] in guarded and tree.args[1] < 0:
        return scalar.call("safe_reciprocal", tree.args[0]) ** -tree.args[1]
    return None


def _unmirrored(tree: Scalar) -> Scalar | None:
    """Write σ(-x) as 1 - σ(x) and log σ(x) as x - softplus(x), so that atoms are shared.

    A safe reciprocal of ‖x‖ stands beside x alone, so that it cancels like any other, and an even
    power of √u is one of u.
    """
    if tree.op == "pow" and _is_call(tree.args[0], "sqrt") and tree.args[1] % 2 == 0:
        return scalar.transform(tree.args[0].args[1], _unmirrored) ** (tree.args[1] / 2)
    if tree.op != "call":
        return None
    if tree.args[0] == "safe_reciprocal":
        return 1 / tree.args[1]
    if tree.args[0] == "sigmoid" and scalar.is_negative(tree.args[1]):
        return 1 - scalar.call("sigmoid", -tree.args[1])
    if tree.args[0] == "logsigmoid":
        return tree.args[1] - scalar.call("softplus", tree.args[1])
    if tree.args[0] == "exp":
        return _sigmoid(tree.args[1])
    return None


def _sigmoid(exponent: Scalar) -> Scalar | None:
    """Return σ(u) for exp(u - log(1 + exp u)), the slope of logaddexp(0, u)."""
    for term in exponent.args if exponent.op == "add" else ():
        total = -term
        others = [arg for arg in total.children if arg != scalar.ZERO]
        pair = _is_call(total, "logaddexp") and len(others) == 1
        if pair and exponent == others[0] + term:
            return scalar.call("sigmoid", others[0])
    return None


def _is_call(tree: Scalar, name: str) -> bool:
    return tree.op == "call" and tree.args[0] == name


def _may_cancel(tree: Scalar) -> bool:
    """Whether two summands or a quotient share an atom: else there is nothing to cancel."""
    if tree.op == "add":
        seen: set[Scalar] = set()
        for term in tree.args:
            atoms = _atoms(term)
            if atoms & seen:
                return True
            seen |= atoms
        return any(_may_cancel(term) for term in tree.args)
    if tree.op == "mul":
        sums = [f.args[0] if f.op == "pow" else f for f in tree.args]
        if any(s.op == "add" for s in sums):
            atoms_of = [_atoms(f) for f in tree.args]
            return any(a & b for k, a in enumerate(atoms_of) for b in atoms_of[:k])
    return False


def _atoms(tree: Scalar) -> frozenset[Scalar]:
    if tree.op in ("slot", "call"):
        return frozenset([tree])
    return frozenset().union(*(_atoms(child) for child in tree.children))


def _cancelled(tree: Scalar) -> Iterator[Scalar]:
    """Yield the function in lowest terms: as one quotient in factors, and term by term."""
    import sympy

    atoms = sorted(_atoms(tree), key=repr)
    names = {atom: sympy.Symbol(f"a{k:02d}", positive=True) for k, atom in enumerate(atoms)}
    back = {symbol: atom for atom, symbol in names.items()}
    expression = _to_sympy(tree, names)
    forms = [sympy.factor(sympy.cancel(expression)), sympy.expand(expression)]
    if tree.op == "add":
        reduced = (sympy.cancel(_to_sympy(term, names)) for term in tree.args)
        forms.append(sympy.Add(*map(sympy.factor, reduced), evaluate=False))
    for form in forms:
        if not form.has(sympy.I):  # else a root of what is negative everywhere
            yield _from_sympy(form, back)


def _to_sympy(tree: Scalar, names: dict[Scalar, Any]) -> Any:
    import sympy

    if tree in names:
        return names[tree]
    if tree.op == "number":
        return sympy.Rational(tree.args[0].numerator, tree.args[0].denominator)
    if tree.op == "pow":
        e = tree.args[1]
        return _to_sympy(tree.args[0], names) ** sympy.Rational(e.numerator, e.denominator)
    join = sympy.Add if tree.op == "add" else sympy.Mul
    return join(*(_to_sympy(child, names) for child in tree.children))


def _from_sympy(expression: Any, back: dict[Any, Scalar]) -> Scalar:
    """Read the result back, positive terms first, as one would write them."""
    if expression in back:
        return back[expression]
    if expression.is_Rational:
        return scalar.number(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Pow:
        exponent = Fraction(int(expression.exp.p), int(expression.exp.q))
        return scalar.power(_from_sympy(expression.base, back), exponent)
    ordered = expression.as_ordered_terms if expression.is_Add else expression.as_ordered_factors
    parts = [_from_sympy(part, back) for part in ordered()]
    if expression.is_Add:
        return scalar.add(*sorted(parts, key=scalar.is_negative))
    return scalar.mul(*parts)
