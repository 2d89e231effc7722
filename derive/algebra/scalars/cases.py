"""Scalar functions told by cases, each condition once: [c] f + [not c] g is `where(c, f, g)`.

A loss by cases gives a slope that masks the slope of each case; what stands in one case of it,
and what a clamp says already, is written so: the slope of Huber's loss is the residual, clipped.
"""

from __future__ import annotations

from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, transform


def by_cases(tree: Scalar) -> Scalar:
    """Return the function with masks of one condition joined."""
    return scalar.transform(without_clamps(tree), _joined)


def _joined(tree: Scalar) -> Scalar | None:
    children = [by_cases(child) for child in tree.children]
    if tuple(children) != tree.children:
        tree = scalar.rebuild(tree, children)
    if tree.op == "add":
        tree = _one_choice(tree)
    if tree.op == "mul":
        tree = _without_known_steps(tree)
    return _as_clip(tree)


def _one_choice(tree: Scalar) -> Scalar:
    """Write where(c, 1, 0) f + where(c, 0, 1) g as where(c, f, g)."""
    inside: dict[Scalar, list[Scalar]] = {}
    outside: dict[Scalar, list[Scalar]] = {}
    rest = []
    for term in tree.args:
        mask, factor = _masked(term)
        if mask is None:
            rest.append(term)
        else:
            chosen = inside if mask.args[2].number == 1 else outside
            chosen.setdefault(mask.args[1], []).append(factor)
    both = [c for c in inside if c in outside]
    if not both:
        return tree
    whole = [
        call("where", c, scalar.add(*inside.pop(c)), scalar.add(*outside.pop(c))) for c in both
    ]
    alone = [call("where", c, scalar.add(*f), 0) for c, f in inside.items()]
    alone += [call("where", c, 0, scalar.add(*g)) for c, g in outside.items()]
    return scalar.add(*whole, *rest, *alone)


def _masked(term: Scalar) -> tuple[Scalar | None, Scalar]:
    """Return the one mask among the term's factors, and the others."""
    factors = term.args if term.op == "mul" else (term,)
    masks = [f for f in factors if _is_mask(f)]
    if len(masks) != 1:
        return None, term
    return masks[0], scalar.mul(*(f for f in factors if f is not masks[0]))


def _is_mask(tree: Scalar) -> bool:
    if tree.op != "call" or tree.args[0] != "where":
        return False
    return [case.number for case in tree.args[2:]] in ([1, 0], [0, 1])


def _without_known_steps(tree: Scalar) -> Scalar:
    """Leave out the step of u beside relu(u), which is 0 where the step is."""
    clamped = {f.args[1] for f in map(_base, tree.args) if f.op == "call" and f.args[0] == "relu"}
    known = [call("step", u) for u in clamped]
    kept = [f for f in tree.args if f not in known]
    return tree if len(kept) == len(tree.args) else scalar.mul(*kept)


def _base(factor: Scalar) -> Scalar:
    return factor.args[0] if factor.op == "pow" else factor


def _as_clip(tree: Scalar) -> Scalar:
    """Write where(|u| ≤ d, u, d sign(u)) as clip(u, -d, d)."""
    if tree.op != "call" or tree.args[0] != "where":
        return tree
    condition, u, far = tree.args[1:]
    if condition.op != "call" or condition.args[0] not in ("less_equal", "less"):
        return tree
    size, bound = condition.args[1:]
    if size == call("abs", u) and far == scalar.mul(bound, call("sign", u)):
        return call("clip", u, -bound, bound)
    return tree


def without_clamps(tree: Scalar) -> Scalar:
    """Return the tree with the sign of relu(u) told by u itself: relu(u) > 0 where u > 0."""

    def told(part: Scalar) -> Scalar | None:
        if part.op != "call" or part.args[0] not in ("step", "greater"):
            return None
        name, inner, *zero = part.args
        is_clamp = inner.op == "call" and inner.args[0] == "relu"
        if not is_clamp or any(bound.number != 0 for bound in zero):
            return None
        return call(name, without_clamps(inner.args[1]), *zero)

    return transform(tree, told)
