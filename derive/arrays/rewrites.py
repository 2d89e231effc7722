"""Rewrites that keep a value finite: log(softmax(z)) is log_softmax(z), and their like.

Each is an identity of real numbers, so values and gradients stay; only overflow and cancellation
go.  They see through names (`s = softmax(z)`, then `log(s)`), and each leaves a remark.
"""

from __future__ import annotations

from typing import Protocol

from derive.algebra import build
from derive.algebra.coefficient import UNIT
from derive.algebra.forms.as_function import as_function
from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.algebra.scalars import tree as scalar
from derive.algebra.scalars.tree import Scalar, call, slot
from derive.arrays.elementwise import map_entries
from derive.arrays.values import Operand, as_float


class Context(Protocol):
    """What a rewrite needs of the reading: the meaning of names, and a place for remarks."""

    def unfold(self, node: Node) -> Node:
        """Return the expression that a symbol stands for, or the node."""

    def remark(self, text: str) -> None:
        """Note a sentence for the documents."""

    def opened(self, symbol: Symbol) -> Node:
        """Return the definition of a symbol, after naming what it is a function of."""

    def named(self, value: Node, word: str) -> Node:
        """Return a symbol for a value that is needed more than once."""


def shown(value: Node) -> str:
    """Return a name for an expression in a remark."""
    return value.name if isinstance(value, Symbol) else "…"


def logarithm(context: Context, x: Operand) -> Node:
    """Return log(x), by a function that does not overflow where x is made of exponentials."""
    x = as_float(x)
    inner = context.unfold(x)
    found = _log_of_softmax(context, inner) or _log_of_picked(context, inner)
    found = found or _log_of_sum(context, inner) or _log_of_determinant(context, inner)
    found = found or _log_of_map(context, x)
    return map_entries(call("log", slot(0)), x) if found is None else found


def _log_of_softmax(context: Context, inner: Node) -> Node | None:
    if not isinstance(inner, Apply) or inner.rule != "softmax":
        return None
    z = shown(inner.args[0])
    context.remark(f"log(softmax({z})) is computed as log_softmax({z}), which does not overflow")
    return build.apply("log_softmax", inner.args, inner.params, inner.shape)


def _log_of_determinant(context: Context, inner: Node) -> Node | None:
    """log det A, and log |det A|, overflow nowhere where they are computed as one."""
    rule, bars = "logdet", "{}"
    if isinstance(inner, Map) and inner.fn == call("abs", slot(0)):
        rule, bars = "logabsdet", "|{}|"
        inner = context.unfold(inner.args[0])
    if not isinstance(inner, Apply) or inner.rule != "det":
        return None
    a = shown(inner.args[0])
    written, read = (bars.format(f"det({a})"), "slogdet" if "|" in bars else "logdet")
    context.remark(f"log({written}) is computed as {read}({a}), which does not overflow")
    return build.apply(rule, inner.args, (), inner.shape)


def _log_of_picked(context: Context, inner: Node) -> Node | None:
    """log of an entry that a one-hot picks is the picked entry of the log."""
    if not isinstance(inner, Contract) or inner.coefficient != UNIT:
        return None
    plain = [f for f in inner.factors if not _is_one_hot(f[0])]
    if len(plain) != 1 or len(plain) == len(inner.factors):
        return None
    picked = context.unfold(plain[0][0])
    log = _log_of_softmax(context, picked)
    labels = [label for f, axes in inner.factors if _is_one_hot(f) for label in axes]
    if log is None or any(label not in labels for label in inner.bound):
        return None
    factors = [(log, axes) if (f, axes) == plain[0] else (f, axes) for f, axes in inner.factors]
    return build.contract(inner.out, factors, dict(enumerate(inner.sizes)))


def _is_one_hot(value: Node) -> bool:
    return isinstance(value, Apply) and value.rule == "onehot"


def _log_of_sum(context: Context, inner: Node) -> Node | None:
    """log Σ exp(x) is logsumexp(x); kept axes of size 1 stay."""
    found = exponential_sum(context, inner)
    if found is None:
        return None
    x, axes = found
    kept = tuple(d for axis, d in enumerate(x.shape) if axis not in axes)
    context.remark(
        f"log(sum(exp({shown(x)}))) is computed as logsumexp({shown(x)}), which does not overflow"
    )
    result = build.apply("logsumexp", [x], axes, kept)
    if result.shape == inner.shape:
        return result
    return build.expand(result, inner.shape, _kept_axes(inner))


def _kept_axes(inner: Node) -> list[int]:
    assert isinstance(inner, Contract)
    (_, labels), *_ = inner.factors
    return [inner.out.index(label) for label in labels if label in inner.out]


def exponential_sum(context: Context, value: Node) -> tuple[Node, tuple[int, ...]] | None:
    """Return x and the axes if the value is Σ exp(x) along them, in order, axes of size 1 kept."""
    if not isinstance(value, Contract) or value.coefficient != UNIT or len(value.factors) != 1:
        return None
    ((factor, labels),) = value.factors
    x = exponent_of(context, factor)
    if x is None or len(set(labels)) < len(labels) or len(set(value.out)) < len(value.out):
        return None
    kept = [label for label in value.out if label in labels]
    added = [label for label in value.out if label not in labels]
    ordered = kept == [label for label in labels if label in kept]
    if not ordered or any(value.sizes[label] != 1 for label in added) or not value.bound:
        return None
    return x, tuple(axis for axis, label in enumerate(labels) if label in value.bound)


def exponent_of(context: Context, factor: Node) -> Node | None:
    """Return x where the factor is exp(x)."""
    inner = context.unfold(factor)
    if not isinstance(inner, Map) or inner.fn.op != "call" or inner.fn.args[0] != "exp":
        return None
    return build.elementwise(inner.fn.args[1], inner.args, inner.shape)


def _log_of_map(context: Context, x: Node) -> Node | None:
    inner = unfolded(context, x)
    tree, args = as_function(inner)
    better = _log_of_scalar(tree)
    if better is None:
        return None
    context.remark(f"{better[1]} is computed as {better[2]}, which does not overflow")
    return _signed(better[0], args, x)


def _signed(fn: Scalar, args: tuple[Node, ...], x: Node) -> Node:
    """Return the map, a minus sign in front of it as a factor of its own."""
    if fn.op == "mul" and fn.args[0].number == -1:
        return build.negative(build.elementwise(scalar.mul(-1, fn), args, x.shape))
    return build.elementwise(fn, args, x.shape)


def _log_of_scalar(tree: Scalar) -> tuple[Scalar, str, str] | None:
    """Return a better form of log(tree) and the words of the remark."""
    if tree.op == "call" and tree.args[0] == "sigmoid":
        return call("logsigmoid", tree.args[1]), "log(sigmoid(z))", "logsigmoid(z)"
    inner = one_plus(tree)
    if inner is None:
        return None
    rest = scalar.mul(-1, inner)
    if rest.op == "call" and rest.args[0] == "sigmoid":
        softplus = scalar.mul(-1, call("softplus", rest.args[1]))
        return softplus, "log(1 - sigmoid(z))", "-softplus(z)"
    if inner.op == "call" and inner.args[0] == "exp":
        return call("softplus", inner.args[1]), "log(1 + exp(z))", "softplus(z)"
    return None


def one_plus(tree: Scalar) -> Scalar | None:
    """Return u where the tree is 1 + u."""
    if tree.op != "add" or not any(term.number == 1 for term in tree.args):
        return None
    return scalar.add(*(term for term in tree.args if term.number != 1))


def unfolded(context: Context, x: Node) -> Node:
    """Put the definition in the place of names whose value is a sigmoid or an exponential."""
    inner = x if _opens(context, x) else context.unfold(x)
    values: dict[Node, Node] = {}
    terms = inner.terms if isinstance(inner, Add) else (inner,)
    for term in terms:
        for factor in term.children if isinstance(term, Contract) else (term,):
            if isinstance(factor, Symbol) and _opens(context, factor):
                values[factor] = context.opened(factor)
    return build.substitute(inner, values) if values else inner


def _opens(context: Context, x: Node) -> bool:
    definition = context.unfold(x)
    if definition is x or not isinstance(definition, Map):
        return False
    return _has_call(definition.fn, "sigmoid") or _has_call(definition.fn, "exp")


def _has_call(fn: Scalar, name: str) -> bool:
    return (fn.op == "call" and fn.args[0] == name) or any(
        _has_call(child, name) for child in fn.children
    )


def log1p(context: Context, x: Operand) -> Node:
    """Return log(1 + x)."""
    x = as_float(x)
    fn = as_function(unfolded(context, x))
    better = _log_of_scalar(scalar.add(1, fn[0]))
    if better is not None:
        context.remark(f"{better[1]} is computed as {better[2]}, which does not overflow")
        return _signed(better[0], fn[1], x)
    return map_entries(call("log1p", slot(0)), x)


def joined(context: Context, total: Node) -> Node:
    """Read y log σ(z) + (1 - y) log(1 - σ(z)) as y z - softplus(z), in a sum that holds both."""
    if not isinstance(total, Add):
        return total
    terms = list(total.terms)
    for i, first in enumerate(terms):
        for j, second in enumerate(terms):
            pair = _entropy_pair(context, first, second)
            if pair is not None:
                context.remark(
                    "y log(sigmoid(z)) + (1 - y) log(1 - sigmoid(z)) is computed as "
                    "y z - softplus(z), which it equals"
                )
                rest = [term for k, term in enumerate(terms) if k not in (i, j)]
                return joined(context, build.add(*pair, *rest))
    return total


def _entropy_pair(context: Context, first: Node, second: Node) -> tuple[Node, Node] | None:
    """Return c y z and -c softplus(z) for c y log σ(z) and -c (1 - y) softplus(z)."""
    if not isinstance(first, Contract) or not isinstance(second, Contract):
        return None
    alike = (first.out, first.sizes) == (second.out, second.sizes)
    if not alike or first.coefficient != -second.coefficient:
        return None
    yes, no = _weighted(first, "logsigmoid"), _weighted(second, "softplus")
    if yes is None or no is None or yes[1:] != no[1:]:
        return None
    (y, axes), (rest, other_axes) = yes[0], no[0]
    if axes != other_axes or build.add(y, rest) != build.ones(y.shape):
        return None
    _, z, labels = yes
    z = context.named(z, "logits")
    sizes = dict(enumerate(first.sizes))
    softplus = map_entries(call("softplus", slot(0)), z)
    return (
        build.contract(first.out, [(y, axes), (z, labels)], sizes, first.coefficient),
        build.contract(first.out, [(softplus, labels)], sizes, second.coefficient),
    )


def _weighted(
    term: Contract, name: str
) -> tuple[tuple[Node, tuple[int, ...]], Node, tuple[int, ...]] | None:
    """Return the weight of a product with one function of z, z, and its labels."""
    if len(term.factors) != 2:
        return None
    for (weight, axes), (factor, labels) in (term.factors, term.factors[::-1]):
        if isinstance(factor, Map) and factor.fn.op == "call" and factor.fn.args[0] == name:
            z = build.elementwise(factor.fn.args[1], factor.args, factor.shape)
            return (weight, axes), z, labels
    return None
