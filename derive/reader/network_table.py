"""Activations, normalizing layers, attention and losses.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import (
    activations,
    classification,
    losses,
    margins,
    networks,
    normalizing,
    special,
)
from derive.reader.operation import Line

# fmt: off
ACTIVATIONS: tuple[Line, ...] = (
    ("x | approximate=none", activations.gelu, "F:gelu"),
    ("x | approximate=True", activations.gelu_of_jax, "jnn:gelu"),
    ("x beta=1 | threshold=20", activations.softplus, "F:softplus jnn:softplus"),
    ("x weight", activations.prelu, "F:prelu torch:prelu m:prelu"),
    ("x alpha=1", activations.celu, "F:celu torch:celu jnn:celu"),
    ("x min_val=-1 max_val=1", activations.hardtanh, "F:hardtanh jnn:hard_tanh"),
    ("x lower=None upper=None | training=False", activations.rrelu, "F:rrelu torch:rrelu"),
    ("x | axis=-1", activations.glu, "F:glu jnn:glu"),
    ("x eps=None", special.logit, "torch:logit m:logit sp:logit ts:logit"),
    ("x", special.sinc, "both:sinc m:sinc ts:sinc"),
    ("x | p=0.5 training=True", activations.dropout, "F:dropout torch:dropout"),
)
# fmt: on
# fmt: off
NETWORKS: tuple[Line, ...] = (
    ("x running_mean=None running_var=None weight=None bias=None | "
        "training=False momentum=0.1 eps=1e-5",
        normalizing.batch_norm, "F:batch_norm"),
    ("x running_mean=None running_var=None weight=None bias=None | "
        "use_input_stats=True momentum=0.1 eps=1e-5",
        normalizing.instance_norm, "F:instance_norm"),
    ("x | num_groups weight=None bias=None eps=1e-5", normalizing.group_norm, "F:group_norm"),
    ("x | normalized_shape weight=None bias=None eps=1e-5", networks.layer_norm, "F:layer_norm"),
    ("x | normalized_shape weight=None eps=None", networks.rms_norm, "F:rms_norm"),
    ("query key value attn_mask=None | dropout_p=0 is_causal=False scale=None", networks.attention,
        "F:scaled_dot_product_attention"),
)
LOSSES: tuple[Line, ...] = (
    ("x target | reduction=mean weight=None", losses.squared_error, "F:mse_loss"),
    ("x target | reduction=mean weight=None", losses.absolute_error, "F:l1_loss"),
    ("x target | reduction=mean beta=1", losses.smooth_l1, "F:smooth_l1_loss"),
    ("x target | reduction=mean delta=1 weight=None", losses.huber, "F:huber_loss"),
    ("x target weight=None | reduction=mean label_smoothing=0 ignore_index=None",
        classification.cross_entropy, "F:cross_entropy"),
    ("x target weight=None | reduction=mean ignore_index=None", classification.likelihood,
        "F:nll_loss"),
    ("x target weight=None | reduction=mean", losses.binary_cross_entropy,
        "F:binary_cross_entropy"),
    ("x target weight=None pos_weight=None | reduction=mean", losses.logistic,
        "F:binary_cross_entropy_with_logits"),
    ("x target | reduction=mean log_target=False", losses.divergence, "F:kl_div"),
    ("x target | reduction=mean", losses.soft_margin, "F:soft_margin_loss"),
    ("x target | margin=1 reduction=mean", losses.hinge_embedding, "F:hinge_embedding_loss"),
    ("x target | log_input=True full=False eps=1e-8 reduction=mean", losses.poisson,
        "F:poisson_nll_loss"),
    ("x y target | margin=0 reduction=mean", margins.ranking, "F:margin_ranking_loss"),
    ("x y target | margin=0 reduction=mean", margins.cosine_embedding, "F:cosine_embedding_loss"),
    ("x positive negative | margin=1 p=2 eps=1e-6 swap=False reduction=mean", margins.triplet,
        "F:triplet_margin_loss"),
    ("x target | p=1 margin=1 weight=None reduction=mean", margins.multi_margin,
        "F:multi_margin_loss"),
    ("x target weight=None | reduction=mean", margins.many_labels, "F:multilabel_soft_margin_loss"),
    ("x target var | full=False eps=1e-6 reduction=mean", margins.gaussian, "F:gaussian_nll_loss"),
)
# fmt: on
