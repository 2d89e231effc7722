"""Layers of networks as compositions: linear layers, normalisations, attention.

Layer norm: Ba, Kiros, Hinton 2016; RMS norm: Zhang, Sennrich 2019; attention: Vaswani et al. 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.algebra.coefficient import dimension_power
from derive.algebra.nodes import Node
from derive.algebra.scalars.tree import call, slot
from derive.arrays.creation import ones, triangle
from derive.arrays.einsum import einsum
from derive.arrays.elementwise import add, map_entries, multiply, square, subtract, where
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.layout import lengths
from derive.arrays.linear import matmul, matrix_transpose, transpose
from derive.arrays.reduce import mean, softmax
from derive.arrays.values import Operand, as_float, kind_of, node
from derive.dims import Dim

LARGE = -(10**9)


def linear_layer(x: Operand, weight: Operand, bias: Operand | None = None) -> Node:
    """Return x Wᵀ + b (F.linear)."""
    x, w = as_float(x), as_float(weight)
    if w.rank not in (1, 2) or not x.rank or x.shape[-1] != w.shape[-1]:
        columns = x.shape[-1] if x.rank else "no"
        raise ShapeFault(
            f"{{0}} has {columns} columns, {{1}} has {w.shape[-1] if w.rank else 'no'} columns",
            x,
            w,
            rule="F.linear multiplies by the transpose: weight is outputs×inputs.",
        )
    product = matmul(x, transpose(w) if w.rank == 2 else w)
    return product if bias is None else add(product, bias)


def bilinear(x: Operand, y: Operand, weight: Operand, bias: Operand | None = None) -> Node:
    """Return xᵀ Wₖ y for each k (F.bilinear)."""
    product = einsum("...i,kij,...j->...k", x, weight, y)
    return product if bias is None else add(product, bias)


def layer_norm(
    x: Operand,
    normalized_shape: Sequence[Dim | int],
    weight: Operand | None = None,
    bias: Operand | None = None,
    eps: Operand = Fraction("1e-5"),
) -> Node:
    """Return the entries less their mean, over their deviation, along the last axes."""
    x = as_float(x)
    axes = _last(x, normalized_shape)
    centred = subtract(x, mean(x, axes, keepdims=True))
    variance = mean(square(centred), axes, keepdims=True)
    return _scaled(multiply(centred, _inverse_root(variance, eps)), weight, bias)


def rms_norm(
    x: Operand,
    normalized_shape: Sequence[Dim | int],
    weight: Operand | None = None,
    eps: Operand | None = None,
) -> Node:
    """Return the entries over the root of their mean square, along the last axes."""
    x = as_float(x)
    if eps is None:
        raise Refused("rms_norm without eps takes that of the dtype", "give eps")
    power = mean(square(x), _last(x, normalized_shape), keepdims=True)
    return _scaled(multiply(x, _inverse_root(power, eps)), weight, None)


def _last(x: Node, normalized_shape: Sequence[Dim | int]) -> tuple[int, ...]:
    wanted = lengths(normalized_shape)
    if x.shape[x.rank - len(wanted) :] != wanted:
        raise ShapeFault("the last axes of {0} are not those to be normalised", x)
    return tuple(range(x.rank - len(wanted), x.rank))


def _inverse_root(variance: Node, eps: Operand) -> Node:
    return map_entries(call("rsqrt", slot(0) + slot(1)), variance, eps)


def _scaled(x: Node, weight: Operand | None, bias: Operand | None) -> Node:
    if weight is not None:
        x = multiply(x, weight)
    return x if bias is None else add(x, bias)


def attention(
    query: Operand,
    key: Operand,
    value: Operand,
    attn_mask: Operand | None = None,
    dropout_p: object = 0,
    is_causal: bool = False,
    scale: Operand | None = None,
) -> Node:
    """Return softmax(Q Kᵀ / √d) V (F.scaled_dot_product_attention)."""
    q, k, v = as_float(query), as_float(key), as_float(value)
    if dropout_p != 0:
        raise Refused("dropout draws random numbers")
    for a, b, axis, word in ((q, k, -1, "columns"), (k, v, -2, "rows")):
        if a.rank < 2 or b.rank < 2 or a.shape[axis] != b.shape[axis]:
            have, need = (n.shape[axis] if n.rank > 1 else "no" for n in (a, b))
            clash = f"{{0}} has {have} {word}, {{1}} has {need}"
            raise ShapeFault(clash, a, b, rule="Attention computes softmax(Q Kᵀ/√d) V.")
    if scale is None:
        scale = dimension_power(q.shape[-1], Fraction(-1, 2))
    scores = multiply(scale, matmul(q, matrix_transpose(k)))
    if is_causal:
        seen = multiply(ones(scores.shape[-2:]), triangle(scores.shape[-2:], True, 0))
        scores = where(seen, scores, LARGE)
    if attn_mask is not None:
        mask = node(attn_mask)
        is_truth = kind_of(mask) == "bool"
        scores = where(mask, scores, LARGE) if is_truth else add(scores, mask)
    return matmul(softmax(scores, -1), v)
