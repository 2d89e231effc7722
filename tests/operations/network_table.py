"""More samples: losses with every option, normalisations, integers that pick and add, windows."""

from __future__ import annotations

X = "x: n d"
PAIR = "x: n d; y: n d"
WEIGHED = "x: n d; y: n d; w: n d: positive"
LABELS = "x: n d; t: n: int < d"
WEIGHTS = "x: n d; t: n: int < d; w: d: positive"
CUBE = "x: n d m; t: n m: int < d; w: d: positive"

LOSSES = [
    ("F.mse_loss(x, y, weight=w)", WEIGHED),
    ("F.mse_loss(x, y, reduction='none', weight=w)", WEIGHED),
    ("F.l1_loss(x, y, reduction='sum', weight=w)", WEIGHED),
    ("F.huber_loss(x, y, delta=0.4, weight=w)", WEIGHED),
    ("F.smooth_l1_loss(x, y, beta=0.3, reduction='none')", PAIR),
    ("F.cross_entropy(x, t, w.detach())", WEIGHTS),
    ("F.cross_entropy(x, t, w.detach(), reduction='sum')", WEIGHTS),
    ("F.cross_entropy(x, t, w.detach(), label_smoothing=0.1)", WEIGHTS),
    ("F.cross_entropy(x, t, label_smoothing=0.2, reduction='none')", LABELS),
    (
        "F.cross_entropy(x, t, w.detach(), ignore_index=1, label_smoothing=0.1, reduction='sum')",
        CUBE,
    ),
    ("F.cross_entropy(x, t, ignore_index=0, reduction='sum')", CUBE),
    ("F.cross_entropy(x, y.softmax(1), w.detach(), label_smoothing=0.1)", "x: n d; y: n d; w: d"),
    ("F.nll_loss(x, t, w.detach())", WEIGHTS),
    ("F.nll_loss(x, t, w.detach(), ignore_index=1, reduction='none')", CUBE),
    (
        "F.binary_cross_entropy_with_logits(x, y, pos_weight=w.detach())",
        "x: n d; y: n d; w: d: positive",
    ),
    ("F.binary_cross_entropy_with_logits(x, y, w.detach(), reduction='sum')", WEIGHED),
    ("F.poisson_nll_loss(x, y, log_input=False, full=True)", "x: n d: positive; y: n d: positive"),
    ("F.poisson_nll_loss(x, y, full=True, reduction='none')", "x: n d; y: n d: positive"),
    ("F.kl_div(x, y, reduction='batchmean', log_target=True)", PAIR),
    ("F.hinge_embedding_loss(x, torch.sign(y).detach(), margin=0.5)", PAIR),
    ("F.margin_ranking_loss(x, y, torch.sign(z).detach(), 0.3)", "x: n; y: n; z: n"),
    (
        "F.cosine_embedding_loss(x, y, torch.sign(z).detach(), 0.2, reduction='none')",
        "x: n d; y: n d; z: n",
    ),
    ("F.triplet_margin_loss(x, y, z, 0.5, p=3)", "x: n d; y: n d; z: n d"),
    ("F.triplet_margin_loss(x, y, z, swap=True, reduction='sum')", "x: n d; y: n d; z: n d"),
    ("F.multi_margin_loss(x, t, p=2, margin=0.7)", LABELS),
    ("F.multi_margin_loss(x, t, weight=w.detach(), reduction='none')", WEIGHTS),
    ("F.multilabel_soft_margin_loss(x, (y > 0).to(x), w.detach())", "x: n d; y: n d; w: d"),
    ("F.gaussian_nll_loss(x, y, torch.exp(v), full=True)", "x: n d; y: n d; v: n d"),
    ("F.gaussian_nll_loss(x, y, torch.exp(v), reduction='sum')", "x: n d; y: n d; v: n"),
    ("F.gaussian_nll_loss(x, y, torch.exp(v), reduction='none')", "x: n d; y: n d; v: n 1"),
]
NORMALISED = [
    ("F.batch_norm(x, None, None, w, b, training=True, eps=1e-3)", "x: n d m; w: d; b: d"),
    ("F.batch_norm(x, None, None, training=True)", X),
    ("F.batch_norm(x, r.detach(), torch.exp(v).detach(), w, b)", "x: n d; r: d; v: d; w: d; b: d"),
    ("F.group_norm(x, 2, w, b, eps=1e-3)", "x: n 2*d m; w: 2*d; b: 2*d"),
    ("F.group_norm(x, 1)", X),
    ("F.instance_norm(x, weight=w, bias=b, eps=1e-3)", "x: n d m; w: d; b: d"),
    ("F.layer_norm(x, x.shape[1:], w, b, 1e-3)", "x: b n d; w: n d; b: n d"),
    ("F.rms_norm(x, x.shape[-1:], w, 1e-3)", "x: b n d; w: d"),
]
ACTIVATED = [
    ("F.prelu(x, w)", "x: n d m; w: d"),
    ("F.rrelu(x, 0.1, 0.4)", X),
    ("F.softplus(x, beta=2, threshold=1.5)", X),
    ("torch.add(x, y, alpha=3)", PAIR),
    ("torch.sub(x, y, alpha=0.5)", "x: n d; y: d"),
    ("torch.rsub(x, y)", "x: n d; y: d"),
]
PICKED = [
    ("torch.gather(x, 0, i)", "x: n d; i: m d: int < n"),
    ("torch.gather(x, 2, i)", "x: b n d; i: b n m: int < d"),
    ("torch.take_along_dim(x, i, 1)", "x: n d; i: n m: int < d"),
    ("x[i]", "x: n d; i: b m: int < n"),
    ("x[:, i]", "x: n d; i: m: int < d"),
    ("x[torch.arange(x.shape[0]), i]", "x: n d; i: n: int < d"),
    ("x[torch.arange(x.shape[0]), i]", "x: n d m; i: n: int < d"),
    ("x[i] @ y", "x: n d; y: d m; i: b: int < n"),
    ("(x[i] * y[j]).sum(1)", "x: n d; y: m d; i: b: int < n; j: b: int < m"),
    ("x[i].sum(1)", "x: n d; i: b m: int < n"),
    ("x[i, j]", "x: n d m; i: b: int < n; j: b: int < d"),
    ("x[i, j] * x[j, i]", "x: n n; i: m: int < n; j: m: int < n"),
    ("x[i] - x[j]", "x: n d; i: m: int < n; j: m: int < n"),
    ("F.one_hot(i, x.shape[0]).to(x).T @ y", "x: n; y: m d; i: m: int < n"),
    ("F.embedding(i, x).flatten(1) @ y", "x: n d; y: 2*d m; i: b 2: int < n"),
    ("torch.index_add(x, 0, i, y, alpha=2)", "x: n d; i: m: int < n; y: m d"),
    ("x.index_add(1, i, y)", "x: n d m; i: b: int < d; y: n b m"),
    ("x.scatter_add(0, i, y)", "x: n d; i: m d: int < n; y: m d"),
    ("torch.bincount(i, w, minlength=x.shape[0]) * x", "x: d; w: n; i: n: int < d"),
    ("torch.select_scatter(x, y, 0, -1)", "x: 3 d; y: d"),
    ("torch.slice_scatter(x, y, 1, 0, 4, 2)", "x: n 4; y: n 2"),
]
WINDOWS = [
    ("x.unfold(0, 2, 1)", "x: n+1 d"),
    ("x.unfold(-1, 3, 2)", "x: n 2*d+3"),
    ("F.pixel_shuffle(x, 2)", "x: b 4*n d m"),
    ("F.pixel_unshuffle(x, 2)", "x: b n 2*d 2*m"),
    ("torch.cumulative_trapezoid(x, y, dim=1)", "x: n d; y: d"),
    ("torch.atleast_3d(x)", "x: n"),
]
NETWORK_VARIANTS = [*LOSSES, *NORMALISED, *ACTIVATED, *PICKED, *WINDOWS]
