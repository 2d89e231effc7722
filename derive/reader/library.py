"""The one list of operations that a model may use: each library's spelling and what it means.

A line gives a signature (see `derive.reader.operation`), the function on nodes, and its spellings:
`np:` numpy, `torch:` torch, `F:` torch.nn.functional, `m:` a method, `both:` numpy and torch,
`all:` these two and the method, `la:` both libraries' linalg, `sp:` scipy.special,
`ts:` torch.special, `jnn:` jax.nn, `math:` math.  To add an operation, add its line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from derive.algebra.arrays import (
    activations,
    arranging,
    compositions,
    creation,
    cumulative,
    diagonals,
    elementwise,
    factors,
    indexing,
    layout,
    linear,
    losses,
    matrices,
    networks,
    norms,
    ordering,
    padding,
    pieces,
    reduce,
    rewrites,
    select,
    statistics,
    truths,
)
from derive.reader import decompositions, entrywise, meaning, pairs
from derive.reader.operation import Operation, operation

Line = tuple[str, Callable[..., Any], str]
_HOMES: dict[str, tuple[str, ...]] = {
    "np": ("numpy.",),
    "torch": ("torch.",),
    "F": ("torch.nn.functional.",),
    "m": (".",),
    "both": ("numpy.", "torch."),
    "all": ("numpy.", "torch.", "."),
    "la": ("numpy.linalg.", "torch.linalg."),
    "sp": ("scipy.special.",),
    "ts": ("torch.special.",),
    "jnn": ("jax.nn.",),
    "math": ("math.",),
}
_DTYPES = """
float16 float32 float64 bfloat16 half double int8 int16 int32 int64 long uint8 bool_ bool int float
single long_ intp
"""
LEAST_ALIKE = 0.7  # of 1: below, a name is not taken for a slip of another
DTYPES = frozenset(_DTYPES.split())

ARITHMETIC: tuple[Line, ...] = (
    ("x y", elementwise.add, "all:add"),
    ("x y", elementwise.subtract, "all:subtract torch:sub m:sub"),
    ("x y", elementwise.multiply, "all:multiply torch:mul m:mul"),
    ("x", elementwise.negative, "all:negative torch:neg m:neg"),
    ("x", elementwise.square, "all:square"),
    ("x", meaning.same, "all:positive"),
    ("x", lambda x: elementwise.divide(1, x), "np:reciprocal torch:reciprocal m:reciprocal"),
    ("x y", elementwise.power_of, "np:power all:pow all:float_power math:pow"),
    ("x y", compositions.xlogy, "sp:xlogy ts:xlogy torch:xlogy m:xlogy"),
    ("condition x y", elementwise.where, "both:where"),
    ("x condition y", lambda x, c, y: elementwise.where(c, x, y), "m:where"),
    ("x mask value", lambda x, m, v: elementwise.where(m, v, x), "m:masked_fill torch:masked_fill"),
    ("x min=None max=None", elementwise.clip, "all:clip torch:clamp m:clamp"),
    ("x min", lambda x, low: elementwise.clip(x, low, None), "torch:clamp_min m:clamp_min"),
    ("x max", lambda x, high: elementwise.clip(x, None, high), "torch:clamp_max m:clamp_max"),
    ("x y weight", compositions.lerp, "torch:lerp m:lerp"),
    ("x y z | value=1", compositions.addcmul, "torch:addcmul m:addcmul"),
    ("x y", partial(elementwise.logical, "logical_and"), "all:logical_and all:bitwise_and"),
    ("x y", partial(elementwise.logical, "logical_or"), "all:logical_or all:bitwise_or"),
    ("x", partial(elementwise.logical, "logical_not"), "all:logical_not all:bitwise_not np:invert"),
    ("x", compositions.radians, "np:deg2rad np:radians torch:deg2rad m:deg2rad math:radians"),
    ("x y", compositions.heaviside, "all:heaviside"),
    ("x", compositions.degrees, "np:rad2deg np:degrees torch:rad2deg m:rad2deg math:degrees"),
    ("x y", compositions.xlog1py, "sp:xlog1py ts:xlog1py"),
    ("x", compositions.entropy, "sp:entr ts:entr"),
    ("x y z | value=1", compositions.addcdiv, "torch:addcdiv m:addcdiv"),
    ("x", compositions.fraction, "torch:frac m:frac"),
    ("x y", compositions.remainder, "all:remainder np:mod"),
    ("x y", compositions.floor_divide, "all:floor_divide"),
    ("x y", compositions.scaled_by_two, "all:ldexp"),
    ("x", compositions.angle, "all:angle"),
    ("x | nan=0", compositions.nan_to_num, "all:nan_to_num"),
    ("x | n", lambda x, n: compositions.polygamma(n, x), "m:polygamma"),
    ("n x", compositions.polygamma, "torch:polygamma ts:polygamma sp:polygamma"),
    (
        "x | p",
        compositions.multivariate_lgamma,
        "torch:mvlgamma m:mvlgamma ts:multigammaln sp:multigammaln",
    ),
)
TRUTHS: tuple[Line, ...] = (
    ("x y", truths.exclusive, "all:logical_xor all:bitwise_xor"),
    ("x", partial(truths.is_infinite, 1), "all:isposinf"),
    ("x", partial(truths.is_infinite, -1), "all:isneginf"),
    ("x y rtol=1e-5 atol=1e-8", truths.is_close, "all:isclose"),
    ("x | axis=None keepdims=False", truths.any_of, "all:any"),
    ("x | axis=None keepdims=False", truths.all_of, "all:all"),
    ("x | axis=None keepdims=False", truths.count, "all:count_nonzero"),
)
PRODUCTS: tuple[Line, ...] = (
    ("x y", linear.matmul, "all:matmul torch:mm m:mm torch:bmm m:bmm torch:mv m:mv la:matmul"),
    ("x y", linear.dot, "all:dot"),
    ("x y", linear.inner_product, "all:vdot la:vecdot np:vecdot"),
    ("x y", linear.inner, "all:inner"),
    ("x y", linear.outer, "all:outer torch:ger m:ger la:outer"),
    ("*x", meaning.einsum, "both:einsum"),
    ("x y | axes=2", linear.tensordot, "both:tensordot"),
    ("x y", linear.kron, "both:kron m:kron"),
    ("*x", linear.chain, "la:multi_dot torch:chain_matmul"),
    (
        "bias x y | beta=1 alpha=1",
        linear.add_product,
        "torch:addmm m:addmm torch:baddbmm m:baddbmm torch:addmv m:addmv",
    ),
    ("x | offset=0 first=0 second=1", diagonals.trace, "all:trace"),
    ("x | offset=0 first=-2 second=-1", diagonals.trace, "numpy.linalg:trace"),
    ("x | k=0", diagonals.diag, "both:diag m:diag"),
    ("x | k=0", diagonals.diagflat, "both:diagflat m:diagflat"),
    ("x | offset=0 first=-2 second=-1", diagonals.diag_embed, "torch:diag_embed m:diag_embed"),
    ("x | offset=0 first=0 second=1", diagonals.diagonal_of, "all:diagonal"),
    ("x | offset=0 first=-2 second=-1", diagonals.diagonal_of, "la:diagonal"),
    ("*x", diagonals.block_diagonal, "torch:block_diag"),
    ("x y | axis=-1", statistics.cross, "np:cross la:cross"),
    ("x y | axis=None", statistics.torch_cross, "torch:cross m:cross"),
    ("x y | p=2", norms.distance, "torch:dist m:dist"),
    ("x y | axis=None", statistics.torch_cross, "torch:cross m:cross"),
    ("x y | p=2", norms.distances, "torch:cdist"),
    ("x weight bias=None", networks.linear_layer, "F:linear"),
    ("x y weight bias=None", networks.bilinear, "F:bilinear"),
    ("index weight", indexing.embedding, "F:embedding"),
)
MATRICES: tuple[Line, ...] = (
    ("x", matrices.inverse, "la:inv torch:inverse m:inverse scipy.linalg:inv"),
    ("x y | left=True", matrices.solve_either, "la:solve scipy.linalg:solve"),
    ("x", matrices.determinant, "la:det torch:det m:det scipy.linalg:det"),
    ("x", matrices.log_determinant, "torch:logdet m:logdet"),
    ("x", decompositions.slogdet, "la:slogdet torch:slogdet m:slogdet"),
    ("x | n", matrices.matrix_power, "la:matrix_power torch:matrix_power m:matrix_power"),
    ("x | upper=False", factors.cholesky, "la:cholesky torch:cholesky m:cholesky"),
    ("x | lower=False", decompositions.scipy_cholesky, "scipy.linalg:cholesky"),
    ("x | lower=False", decompositions.cho_factor, "scipy.linalg:cho_factor"),
    ("x y", decompositions.cho_solve, "scipy.linalg:cho_solve"),
    ("x | upper=False", factors.cholesky_inverse, "torch:cholesky_inverse m:cholesky_inverse"),
    (
        "x y | upper=False",
        factors.cholesky_solve,
        "torch:cholesky_solve m:cholesky_solve",
    ),
    (
        "x y | upper left=True unitriangular=False",
        factors.solve_triangular,
        "torch.linalg:solve_triangular",
    ),
    (
        "x y | trans=0 lower=False unit_diagonal=False",
        decompositions.scipy_solve_triangular,
        "scipy.linalg:solve_triangular",
    ),
    ("x", factors.pseudoinverse, "la:pinv torch:pinverse m:pinverse scipy.linalg:pinv"),
    ("x y | rcond=None driver=None", decompositions.least_squares, "la:lstsq scipy.linalg:lstsq"),
    (
        "x",
        factors.exponential,
        "torch.linalg:matrix_exp torch:matrix_exp m:matrix_exp scipy.linalg:expm",
    ),
    ("x | UPLO=L", decompositions.eigh, "la:eigh scipy.linalg:eigh"),
    ("x | UPLO=L", decompositions.eigvalsh, "la:eigvalsh scipy.linalg:eigvalsh"),
)
AXES: tuple[Line, ...] = (
    ("x | axes=None", meaning.numpy_transpose, "np:transpose"),
    ("x | axis1 axis2", linear.swapaxes, "torch:transpose"),
    ("x", linear.small_transpose, "torch:t m:t"),
    (
        "x",
        linear.matrix_transpose,
        "np:matrix_transpose la:matrix_transpose torch:adjoint m:adjoint",
    ),
    ("x | *axis", linear.permute, "torch:permute m:permute np:permute_dims"),
    ("x | axis1 axis2", linear.swapaxes, "all:swapaxes torch:swapdims m:swapdims"),
    ("x | source destination", linear.moveaxis, "all:moveaxis torch:movedim m:movedim"),
    ("x | axis=None", layout.squeeze, "all:squeeze"),
    ("x | axis", layout.unsqueeze, "torch:unsqueeze m:unsqueeze np:expand_dims"),
    ("x | *shape", layout.broadcast_to, "both:broadcast_to m:broadcast_to"),
    ("x | *shape", layout.expand, "m:expand"),
    ("x y", layout.expand_as, "m:expand_as"),
    ("x y", layout.view_as, "m:view_as m:reshape_as"),
    ("x | *shape", layout.reshape, "all:reshape m:view"),
    ("x | start_dim=0 end_dim=-1", layout.flatten, "torch:flatten m:flatten"),
    ("x", layout.flatten, "all:ravel"),
    ("x | axis sizes", layout.unflatten, "torch:unflatten m:unflatten"),
    ("*x | axis=0", pieces.stack, "both:stack"),
    ("*x | axis=0", pieces.concatenate, "both:concatenate both:concat torch:cat"),
    ("*x", pieces.vertical, "both:vstack torch:row_stack"),
    ("*x", pieces.horizontal, "both:hstack"),
    ("*x", pieces.columns, "both:column_stack"),
    ("x | sections axis=0", pieces.split_into, "np:split"),
    ("x | sections axis=0", pieces.split_by, "torch:split"),
    ("x | sections axis=0", pieces.chunk, "torch:chunk m:chunk"),
    (
        "x | sections axis=0",
        pieces.split_nearly,
        "torch:tensor_split m:tensor_split np:array_split",
    ),
    ("x | sections", partial(pieces.split_at, 0), "all:vsplit"),
    ("x | sections", partial(pieces.split_at, 1), "all:hsplit"),
    ("x | sections", partial(pieces.split_at, 2), "all:dsplit"),
    ("x | axis=0", pieces.unbind, "torch:unbind m:unbind np:unstack"),
    ("x y | axis=None", lambda x, y, axis: pieces.concatenate([x, y], axis), "np:append"),
    ("*x", pieces.depth, "both:dstack"),
    ("*x", partial(pieces.at_least, 1), "both:atleast_1d"),
    ("*x", partial(pieces.at_least, 2), "both:atleast_2d"),
    ("*x", pieces.broadcast_all, "np:broadcast_arrays torch:broadcast_tensors"),
    ("*x | indexing=None", pieces.grid, "torch:meshgrid"),
    ("x | axis start length", pieces.narrow, "torch:narrow m:narrow"),
    ("x | axis index", pieces.select, "torch:select m:select"),
    ("x | shifts axis=None", arranging.roll, "both:roll m:roll"),
    ("x | axis=None", arranging.flip, "np:flip"),
    ("x | *axis", arranging.flip, "torch:flip m:flip"),
    ("x", arranging.left_right, "all:fliplr"),
    ("x", arranging.up_down, "all:flipud"),
    ("x | k=1 axes=(0,1)", arranging.turn, "all:rot90"),
    ("x | repeats axis=None", arranging.repeat_each, "np:repeat torch:repeat_interleave"),
    ("x | repeats axis=None", arranging.repeat_each, "m:repeat_interleave"),
    ("x | *repeats", pieces.repeat, "m:repeat torch:tile np:tile m:tile"),
    ("x | pad mode=constant value=0", padding.torch_pad, "F:pad"),
    ("x | pad_width mode=constant constant_values=0", padding.numpy_pad, "np:pad"),
    ("x | axis=-1", pieces.differences, "both:diff m:diff"),
    ("x | k=0", creation.lower, "all:tril"),
    ("x | k=0", creation.upper, "all:triu"),
)
REDUCTIONS: tuple[Line, ...] = (
    ("x | axis=None keepdims=False", reduce.total, "all:sum"),
    ("x | axis=None keepdims=False", statistics.nan_sum, "all:nansum"),
    ("x | axis=None keepdims=False", statistics.nan_mean, "all:nanmean"),
    ("x | axis=None keepdims=False", meaning.product, "all:prod"),
    ("x | axis=None", cumulative.cumulative_sum, "np:cumsum m:cumsum np:cumulative_sum"),
    ("x | axis", cumulative.cumulative_sum, "torch:cumsum"),
    ("x | axis=None", cumulative.cumulative_product, "np:cumprod m:cumprod np:cumulative_prod"),
    ("x | axis", cumulative.cumulative_product, "torch:cumprod"),
    ("x | axis=None keepdims=False", statistics.span, "np:ptp"),
    ("x | axis=None keepdims=False", statistics.both_extremes, "torch:aminmax m:aminmax"),
    ("x weights=None | axis=None", lambda x, w, axis: statistics.average(x, axis, w), "np:average"),
    ("x | correction=1", statistics.covariance, "all:cov"),
    ("x", statistics.correlation, "all:corrcoef"),
    ("y x=None dx=1 | axis=-1", statistics.trapezoid, "both:trapezoid torch:trapz"),
    (
        "x | axis=None correction=1 keepdims=False unbiased=None",
        partial(meaning.both_moments, "var"),
        "torch:var_mean",
    ),
    (
        "x | axis=None correction=1 keepdims=False unbiased=None",
        partial(meaning.both_moments, "std"),
        "torch:std_mean",
    ),
    ("x | axis=None keepdims=False", reduce.mean, "all:mean"),
    ("x | axis=None correction=0 keepdims=False", reduce.variance, "np:var"),
    ("x | axis=None correction=0 keepdims=False", reduce.deviation, "np:std"),
    (
        "x | axis=None correction=1 keepdims=False unbiased=None",
        meaning.torch_variance,
        "torch:var",
    ),
    (
        "x | axis=None correction=1 keepdims=False unbiased=None",
        meaning.torch_deviation,
        "torch:std",
    ),
    ("x | axis=None keepdims=False", select.largest, "np:max np:amax"),
    ("x | axis=None keepdims=False", select.smallest, "np:min np:amin"),
    ("x y=None | axis=None keepdims=False", partial(pairs.extreme, "max"), "torch:max"),
    ("x y=None | axis=None keepdims=False", partial(pairs.extreme, "min"), "torch:min"),
    ("x | p=None axis=None keepdims=False", norms.norm, "la:norm"),
    ("x | p=2 axis=None keepdims=False", norms.entry_norm, "la:vector_norm torch:norm m:norm"),
    ("x | p=fro axis=(-2,-1) keepdims=False", norms.matrix_norm, "la:matrix_norm"),
    ("x | axis=None keepdims=False", select.largest, "torch:amax m:amax"),
    ("x | axis=None keepdims=False", select.smallest, "torch:amin m:amin"),
    ("x | axis=None keepdims=False", select.position, "all:argmax"),
    ("x | axis=None keepdims=False", select.least_position, "all:argmin"),
    ("x | axis=-1 descending=False", ordering.order, "all:argsort"),
    ("x | axis=-1", ordering.sort, "np:sort"),
    ("x", lambda x: ordering.sort(x, 0), "torch:msort m:msort"),
    ("x | axis=-1 descending=False", pairs.torch_sort, "torch:sort"),
    ("x | k axis=-1 largest=True", pairs.topk, "torch:topk m:topk"),
    ("x | k axis=-1 keepdims=False", pairs.kthvalue, "torch:kthvalue m:kthvalue"),
    ("x | axis=None keepdims=False", ordering.median, "np:median"),
    ("x | q axis=None keepdims=False", ordering.quantile, "all:quantile"),
    ("x | q axis=None keepdims=False", ordering.percentile, "np:percentile"),
    ("x | axis=None keepdims=False", pairs.median, "torch:median m:median"),
    ("x | axis=None", reduce.softmax, "sp:softmax"),
    ("x | axis", reduce.softmax, "torch:softmax m:softmax F:softmax ts:softmax"),
    ("x | axis=-1", reduce.softmax, "jnn:softmax"),
    ("x | axis=None", reduce.log_softmax, "sp:log_softmax"),
    (
        "x | axis",
        reduce.log_softmax,
        "torch:log_softmax m:log_softmax F:log_softmax ts:log_softmax",
    ),
    ("x | axis=-1", reduce.log_softmax, "jnn:log_softmax"),
    ("x | axis", reduce.softmin, "F:softmin"),
    (
        "x | axis=None keepdims=False",
        reduce.logsumexp,
        "torch:logsumexp m:logsumexp sp:logsumexp ts:logsumexp jnn:logsumexp np:logsumexp",
    ),
    ("x | p=2 axis=1 eps=1e-12", norms.normalize, "F:normalize"),
    (
        "x y | axis=1 eps=1e-8",
        losses.cosine_similarity,
        "F:cosine_similarity torch:cosine_similarity",
    ),
    ("x y | p=2 eps=1e-6 keepdims=False", losses.pairwise_distance, "F:pairwise_distance"),
)
ACTIVATIONS: tuple[Line, ...] = (
    ("x | approximate=none", activations.gelu, "F:gelu"),
    ("x | approximate=True", activations.gelu_of_jax, "jnn:gelu"),
    ("x beta=1 | threshold=20", activations.softplus, "F:softplus jnn:softplus"),
    ("x negative_slope=0.01", activations.leaky_relu, "F:leaky_relu jnn:leaky_relu"),
    ("x weight", activations.prelu, "F:prelu torch:prelu m:prelu"),
    ("x alpha=1", activations.elu, "F:elu jnn:elu"),
    ("x alpha=1", activations.celu, "F:celu torch:celu jnn:celu"),
    ("x", activations.selu, "F:selu torch:selu jnn:selu"),
    ("x min_val=-1 max_val=1", activations.hardtanh, "F:hardtanh jnn:hard_tanh"),
    ("x lambd=0.5", activations.hardshrink, "F:hardshrink torch:hardshrink"),
    ("x lambd=0.5", activations.softshrink, "F:softshrink"),
    ("x", activations.tanhshrink, "F:tanhshrink"),
    ("x threshold value", activations.threshold, "F:threshold torch:threshold"),
    ("x | axis=-1", activations.glu, "F:glu jnn:glu"),
    ("x eps=None", compositions.logit, "torch:logit m:logit sp:logit ts:logit"),
    ("x", compositions.sinc, "both:sinc m:sinc ts:sinc"),
    ("x | p=0.5 training=True", activations.dropout, "F:dropout torch:dropout"),
)
LOSSES: tuple[Line, ...] = (
    ("x target | reduction=mean", losses.squared_error, "F:mse_loss"),
    ("x target | reduction=mean", losses.absolute_error, "F:l1_loss"),
    ("x target | reduction=mean beta=1", losses.smooth_l1, "F:smooth_l1_loss"),
    ("x target | reduction=mean delta=1", losses.huber, "F:huber_loss"),
    (
        "x target weight=None | reduction=mean label_smoothing=0",
        losses.cross_entropy,
        "F:cross_entropy",
    ),
    ("x target weight=None | reduction=mean", losses.likelihood, "F:nll_loss"),
    (
        "x target weight=None | reduction=mean",
        losses.binary_cross_entropy,
        "F:binary_cross_entropy",
    ),
    (
        "x target weight=None pos_weight=None | reduction=mean",
        losses.logistic,
        "F:binary_cross_entropy_with_logits",
    ),
    ("x target | reduction=mean log_target=False", losses.divergence, "F:kl_div"),
    ("x target | reduction=mean", losses.soft_margin, "F:soft_margin_loss"),
    ("x target | margin=1 reduction=mean", losses.hinge_embedding, "F:hinge_embedding_loss"),
    ("x target | log_input=True reduction=mean", losses.poisson, "F:poisson_nll_loss"),
)
NETWORKS: tuple[Line, ...] = (
    ("x | normalized_shape weight=None bias=None eps=1e-5", networks.layer_norm, "F:layer_norm"),
    ("x | normalized_shape weight=None eps=None", networks.rms_norm, "F:rms_norm"),
    (
        "query key value attn_mask=None | dropout_p=0 is_causal=False scale=None",
        networks.attention,
        "F:scaled_dot_product_attention",
    ),
)
MAKING: tuple[Line, ...] = (
    ("| *shape", creation.zeros, "both:zeros both:empty m:new_zeros"),
    ("| *shape", creation.ones, "both:ones m:new_ones"),
    ("x", creation.zeros_like, "both:zeros_like both:empty_like"),
    ("x", creation.ones_like, "both:ones_like"),
    ("x value", creation.full_like, "both:full_like"),
    ("| shape fill_value", creation.full, "both:full"),
    ("| n m=None k=0", creation.eye, "both:eye np:identity"),
    ("| n m=None k=0", creation.tri, "np:tri"),
    ("| *bounds", creation.arange, "both:arange"),
    ("start stop | n=50 endpoint=True", creation.linspace, "np:linspace"),
    ("start stop | n", creation.linspace, "torch:linspace"),
    ("x", layout.stop, "m:detach m:stop_gradient jax.lax:stop_gradient"),
    (
        "x | *rest=None",
        meaning.same,
        "m:contiguous m:to "
        "m:type m:cpu m:cuda m:requires_grad_ m:type_as m:double m:half m:bfloat16 "
        "np:ascontiguousarray np:asfortranarray",
    ),
    ("x | rest=None", meaning.copied, "m:clone torch:clone m:copy np:copy m:astype"),
    ("x", meaning.new_array, "np:array"),
    ("x", meaning.detached, "torch:tensor"),
    (
        "x",
        meaning.as_array,
        "np:asarray np:asanyarray torch:as_tensor torch:asarray torch:from_numpy",
    ),
    ("x", meaning.cast_float, "m:float np:float32 np:float64"),
    ("x", meaning.to_truth, "m:bool"),
    ("x", meaning.cast_int, "m:long m:int"),
    ("index | depth=None", indexing.one_hot, "F:one_hot jnn:one_hot"),
    ("x | axis index", meaning.gather, "torch:gather m:gather"),
    ("x | index axis", meaning.take_along, "np:take_along_axis torch:take_along_dim"),
    ("x | axis index", meaning.index_select, "torch:index_select m:index_select"),
    ("x index | axis=None", indexing.take, "np:take m:take"),
)


def _spelled(spellings: str) -> Iterator[str]:
    for word in spellings.split():
        home, _, name = word.partition(":")
        for prefix in _HOMES.get(home, (f"{home}.",)):
            yield prefix + name


def _tables() -> Iterator[tuple[str, Operation]]:
    arrays = (ARITHMETIC, TRUTHS, PRODUCTS, MATRICES, AXES, REDUCTIONS)
    groups = (*arrays, ACTIVATIONS, LOSSES, NETWORKS, MAKING)
    for signature, function, spellings in (line for group in groups for line in group):
        yield from _entries(signature, function, spellings)
    for words, signature, make in (
        (entrywise.ENTRYWISE, "x", elementwise.unary),
        (entrywise.PAIRWISE, "x y", elementwise.binary),
        (entrywise.COMPARED, "x y", elementwise.compare),
        (entrywise.TESTS, "x", elementwise.compare),
    ):
        for line in words.strip().splitlines():
            name, spellings = line.split(" ", 1)
            yield from _entries(signature, partial(make, name), spellings, name)
    for signature, function, spellings in WITH_CONTEXT:
        yield from _entries(signature, function, spellings, "", True)


def _entries(
    signature: str, function: Callable, spellings: str, name: str = "", context: bool = False
) -> Iterator[tuple[str, Operation]]:
    for spelled in _spelled(spellings):
        entry = operation(name or spelled.rpartition(".")[2], signature, function, context)
        yield spelled, entry


# These see through names, or mean different things in NumPy and PyTorch.
WITH_CONTEXT: tuple[Line, ...] = (
    ("x", rewrites.logarithm, "all:log math:log"),
    ("x", rewrites.log1p, "all:log1p math:log1p sp:log1p ts:log1p"),
    ("x y | rounding_mode=None", meaning.divide, "all:divide all:true_divide torch:div m:div"),
    ("x | *axes=None", meaning.transpose, "m:transpose"),
    ("x | axis=None correction=None keepdims=False unbiased=None", meaning.variance, "m:var"),
    ("x | axis=None correction=None keepdims=False unbiased=None", meaning.deviation, "m:std"),
    ("x y=None | axis=None keepdims=False", partial(pairs.extreme_method, "max"), "m:max"),
    ("x y=None | axis=None keepdims=False", partial(pairs.extreme_method, "min"), "m:min"),
    ("x | sections axis=0", meaning.split, "m:split"),
    ("x | axis=-1 descending=False", pairs.sort, "m:sort"),
)


class Entry(NamedTuple):
    """One operation: all its spellings, and what it takes."""

    spellings: tuple[str, ...]
    operation: Operation


def entries() -> tuple[Entry, ...]:
    """Return the operations in the order of the list, each with every way to spell it."""
    found: dict[tuple, list[str]] = {}
    first: dict[tuple, Operation] = {}
    for spelled, entry in _tables():
        key = (entry.function, entry.operands, entry.statics, entry.context)
        found.setdefault(key, []).append(spelled)
        first.setdefault(key, entry)
    return tuple(Entry(tuple(dict.fromkeys(found[key])), first[key]) for key in found)


@cache
def _table() -> dict[str, Operation]:
    return dict(_tables())


def find(name: str) -> Operation | None:
    """Return the entry of a full name such as `numpy.tanh`, or of a method, `.sum`."""
    return _table().get(name)


def knows(name: str) -> bool:
    """Whether a full name is in the list."""
    return name in _table()


def methods() -> list[str]:
    """Return the names of the methods of arrays."""
    return [name[1:] for name in _table() if name.startswith(".")]


def spellings(word: str) -> list[str]:
    """Return the full names of functions whose last word this is, PyTorch first."""
    homes = ("torch.", "torch.nn.functional.", "numpy.", "scipy.special.", "math.")
    return [home + word for home in homes if knows(home + word)]


def nearest(name: str) -> str | None:
    """Return the full name of the known function nearest to one, in its library if it is there."""
    home, _, word = name.rpartition(".")
    best, found = LEAST_ALIKE, None
    for full in _table():
        other_home, _, other = full.rpartition(".")
        if other_home:
            matcher = difflib.SequenceMatcher(None, word, other)
            score = matcher.ratio() + (0.05 if other_home == home else 0)
            if score > best:
                best, found = score, full
    return found and _in_library(found, name.split(".")[0])


def spelled_for(text: str, root: str) -> str:
    """Return a sentence with PyTorch's functions as another library spells them."""
    if root != "numpy":
        return text
    named = re.sub(r"torch\.[\w.]*\w", lambda match: _in_library(match.group(), root), text)
    return named.replace("numpy.", "np.")


def _in_library(full: str, root: str) -> str:
    """Return the same function as a library spells it, as it was given where it does not."""
    alike = next((e.spellings for e in entries() if full in e.spellings), ())
    return next((s for s in (full, *alike) if s.split(".")[0] == root), full)


def words() -> list[str]:
    """Return the last words of all functions, for suggestions."""
    return sorted({name.rpartition(".")[2] for name in _table() if not name.startswith(".")})
