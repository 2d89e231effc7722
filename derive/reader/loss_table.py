"""The losses of PyTorch's functional module.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import classification, losses, margins
from derive.reader.operation import Line

LOSSES: tuple[Line, ...] = (
    ("x target | reduction=mean weight=None", losses.squared_error, "F:mse_loss"),
    ("x target | reduction=mean weight=None", losses.absolute_error, "F:l1_loss"),
    ("x target | reduction=mean beta=1", losses.smooth_l1, "F:smooth_l1_loss"),
    ("x target | reduction=mean delta=1 weight=None", losses.huber, "F:huber_loss"),
    (
        "x target weight=None | reduction=mean label_smoothing=0 ignore_index=None",
        classification.cross_entropy,
        "F:cross_entropy",
    ),
    (
        "x target weight=None | reduction=mean ignore_index=None",
        classification.likelihood,
        "F:nll_loss",
    ),
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
    (
        "x target | log_input=True full=False eps=1e-8 reduction=mean",
        losses.poisson,
        "F:poisson_nll_loss",
    ),
    ("x y target | margin=0 reduction=mean", margins.ranking, "F:margin_ranking_loss"),
    ("x y target | margin=0 reduction=mean", margins.cosine_embedding, "F:cosine_embedding_loss"),
    (
        "x positive negative | margin=1 p=2 eps=1e-6 swap=False reduction=mean",
        margins.triplet,
        "F:triplet_margin_loss",
    ),
    (
        "x target | p=1 margin=1 weight=None reduction=mean",
        margins.multi_margin,
        "F:multi_margin_loss",
    ),
    (
        "x target weight=None | reduction=mean",
        margins.many_labels,
        "F:multilabel_soft_margin_loss",
    ),
    ("x target var | full=False eps=1e-6 reduction=mean", margins.gaussian, "F:gaussian_nll_loss"),
)
