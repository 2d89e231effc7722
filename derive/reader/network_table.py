"""Activations, normalizing layers and attention.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import activations, networks, normalizing, special
from derive.reader.operation import Line

ACTIVATIONS: tuple[Line, ...] = (
    ("x | approximate=none", activations.gelu, "F:gelu"),
    ("x | approximate=True", activations.gelu_of_jax, "jnn:gelu"),
    ("x beta=1 | threshold=20", activations.softplus, "F:softplus jnn:softplus"),
    ("x weight", activations.prelu, "F:prelu torch:prelu m:prelu"),
    ("x alpha=1", activations.celu, "F:celu torch:celu jnn:celu"),
    ("x min_val=-1 max_val=1", activations.hardtanh, "F:hardtanh jnn:hard_tanh"),
    (
        "x lower=None upper=None | training=False",
        activations.rrelu,
        "F:rrelu torch:rrelu",
    ),
    ("x | axis=-1", activations.glu, "F:glu jnn:glu"),
    ("x eps=None", special.logit, "torch:logit m:logit sp:logit ts:logit"),
    ("x", special.sinc, "both:sinc m:sinc ts:sinc"),
    ("x | p=0.5 training=True", activations.dropout, "F:dropout torch:dropout"),
)
NETWORKS: tuple[Line, ...] = (
    (
        "x running_mean=None running_var=None weight=None bias=None | "
        "training=False momentum=0.1 eps=1e-5",
        normalizing.batch_norm,
        "F:batch_norm",
    ),
    (
        "x running_mean=None running_var=None weight=None bias=None | "
        "use_input_stats=True momentum=0.1 eps=1e-5",
        normalizing.instance_norm,
        "F:instance_norm",
    ),
    ("x | num_groups weight=None bias=None eps=1e-5", normalizing.group_norm, "F:group_norm"),
    ("x | normalized_shape weight=None bias=None eps=1e-5", networks.layer_norm, "F:layer_norm"),
    ("x | normalized_shape weight=None eps=None", networks.rms_norm, "F:rms_norm"),
    (
        "query key value attn_mask=None | dropout_p=0 is_causal=False scale=None",
        networks.attention,
        "F:scaled_dot_product_attention",
    ),
)
