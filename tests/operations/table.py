"""The samples: for each operation of the reader's list one that is found, and more by hand.

A call is written in PyTorch's spelling where it has one, so that PyTorch itself is the oracle.
"""

from __future__ import annotations

import re

from derive.cli.one_liners import OneLiner, one_liner
from derive.reader import library
from derive.reader.library import Entry, entries
from tests.operations.network_table import NETWORK_VARIANTS
from tests.operations.running import Sample

POSITIVE = """
log log2 log10 log1p sqrt rsqrt lgamma digamma polygamma mvlgamma pow float_power xlogy xlog1py entr
kl_div binary_cross_entropy cbrt poisson_nll_loss logdet gaussian_nll_loss
"""
UNIT = "arcsin arccos arctanh logit erfinv ndtri binary_cross_entropy asin acos atanh"
DRAWS = {
    **dict.fromkeys(POSITIVE.split(), "positive"),
    **dict.fromkeys(UNIT.split(), "unit"),
    **dict.fromkeys(("arccosh", "acosh", "mvlgamma"), "above"),
}
AT_LEAST = {
    1: """
    mean var std var_mean std_mean nanmean median quantile diff amax amin max min aminmax argmax
    argmin trapezoid select layer_norm rms_norm scaled_dot_product_attention log_softmax mse_loss
    cross_entropy nll_loss kl_div huber_loss smooth_l1_loss l1_loss soft_margin_loss
    poisson_nll_loss hinge_embedding_loss binary_cross_entropy binary_cross_entropy_with_logits
    embedding gather index_select batch_norm group_norm instance_norm multi_margin_loss
    cumulative_trapezoid pixel_shuffle pixel_unshuffle channel_shuffle gaussian_nll_loss
    multilabel_soft_margin_loss cosine_embedding_loss margin_ranking_loss triplet_margin_loss
    """,
    2: "cov corrcoef topk kthvalue linspace logspace narrow",
}
SMALLEST = {word: size for size, words in AT_LEAST.items() for word in words.split()}
ELSEWHERE = {
    "torch.nn.functional.soft_margin_loss",  # PyTorch refuses the target's gradient
    "torch.vander",  # in test_beyond_pytorch
    "torch.special.spherical_bessel_j0",  # and has none of this
}
OF_MATRICES = {function for _, function, _ in library.MATRICES}  # these need proper arguments
ROUGH = ("hardsigmoid", "polygamma", "digamma")  # PyTorch's own digits end there


def word_of(call: str) -> str:
    """Return the name of the function that a call is about."""
    named = re.findall(r"(?:torch|F|np|special)\.([\w.]+)\(|x\.(\w+)\(", call)
    return (named[0][0] or named[0][1]).rpartition(".")[2] if named else ""


def sample(call: str, shapes: str, numpy: str = "") -> Sample:
    """Return a sample with the range and the sizes that its function asks for."""
    word = word_of(call)
    return Sample(call, shapes, numpy, DRAWS.get(word, "normal"), SMALLEST.get(word, 0))


def is_elsewhere(entry: Entry) -> bool:
    """Whether an operation is tested with its own kind."""
    of_matrices = entry.operation.function in OF_MATRICES
    return of_matrices or bool(ELSEWHERE.intersection(entry.spellings))


def found() -> dict[Entry, Sample]:
    """Return a sample for each operation that PyTorch spells."""
    made = {}
    for entry in entries():
        if is_elsewhere(entry):
            continue
        example = one_liner(entry)
        if example is not None and not re.search(
            r"(?<![\w.])(np|special|nn|lax|math)\.", example.call
        ):
            made[entry] = sample(example.call, _shapes(example))
    return made


def _shapes(example: OneLiner) -> str:
    parts = []
    for argument in example.program.arguments:
        dims = " ".join(str(d).replace(" ", "") for d in argument.symbol.shape)
        kind = f": {argument.symbol.kind}" if argument.symbol.kind else ""
        parts.append(f"{argument.name}: {dims}{kind}")
    return "; ".join(parts)


X = "x: n d"
XY = "x: n d; y: d"
ROWS = "x: n d; y: n 1"
VARIANTS = [
    sample(*given)
    for given in [
        ("torch.add(x, y)", XY, "np.add(x, y)"),
        ("torch.sub(x, y)", ROWS, "np.subtract(x, y)"),
        ("torch.mul(x, y)", "x: n 1; y: d", "np.multiply(x, y)"),
        ("torch.div(x, y)", XY, "np.divide(x, y)"),
        ("torch.pow(x, y)", XY, "np.power(x, y)"),
        ("torch.pow(2.5, x)", X, "np.power(2.5, x)"),
        ("torch.maximum(x, y)", ROWS, "np.maximum(x, y)"),
        ("torch.fmax(x, y)", XY, "np.fmax(x, y)"),
        ("torch.fmin(x, y)", ROWS, "np.fmin(x, y)"),
        ("torch.hypot(x, y)", XY, "np.hypot(x, y)"),
        ("torch.atan2(x, y)", ROWS, "np.arctan2(x, y)"),
        ("torch.logaddexp(x, y)", XY, "np.logaddexp(x, y)"),
        ("torch.logaddexp2(x, y)", ROWS, "np.logaddexp2(x, y)"),
        ("torch.fmod(x, y)", XY, "np.fmod(x, y)"),
        ("torch.fmod(x, 0.7)", X, "np.fmod(x, 0.7)"),
        ("torch.remainder(x, y)", ROWS, "np.remainder(x, y)"),
        ("x % 2.5", X, "x % 2.5"),
        ("torch.copysign(x, y)", XY, "np.copysign(x, y)"),
        ("torch.where(x > y, x, y)", ROWS, "np.where(x > y, x, y)"),
        (
            "torch.where((x > 0) ^ (y > 0), x, y)",
            XY,
            "np.where(np.logical_xor(x > 0, y > 0), x, y)",
        ),
        ("torch.where((x > 0).any(1), y, 2.0)", "x: n d; y: n"),
        ("torch.where(torch.signbit(x), -x, y)", XY, "np.where(np.signbit(x), -x, y)"),
        ("torch.where(torch.tril(x) == x, x, -torch.inf).softmax(1)", "x: n n"),
        (
            "x * torch.count_nonzero(x > 0, 1)[:, None]",
            X,
            "x * np.count_nonzero(x > 0, 1)[:, None]",
        ),
        ("torch.sum(x, (0, 2), keepdim=True)", "x: b n d", "np.sum(x, (0, 2), keepdims=True)"),
        ("torch.mean(x, -1)", X, "np.mean(x, -1)"),
        ("torch.prod(x, 1)", X, "np.prod(x, axis=1)"),
        ("x.prod(0, keepdim=True)", X, "x.prod(0, keepdims=True)"),
        ("torch.cumprod(x, 0)", X, "np.cumprod(x, 0)"),
        ("torch.cumsum(x, -1)", "x: b n d", "np.cumsum(x, axis=-1)"),
        ("torch.amax(x, (0, 1))", X, "np.max(x, axis=(0, 1))"),
        ("torch.max(x, 1, keepdim=True).values", X),
        ("torch.min(x, 0)[0]", X),
        ("x * torch.argmin(x, 1)[:, None]", X, "x * np.argmin(x, 1)[:, None]"),
        ("torch.var(x, 1)", X, "np.var(x, 1, ddof=1)"),
        ("torch.std(x, 0, unbiased=False)", X, "np.std(x, axis=0)"),
        ("torch.var(x, dim=1, correction=0, keepdim=True)", X, "x.var(1, keepdims=True)"),
        ("torch.logsumexp(x, (0, 1))", X),
        ("torch.sort(x, 0, descending=True)[0]", X),
        ("torch.topk(x, 2, 0, largest=False).values", X),
        ("torch.median(x, 1).values", X),
        ("torch.quantile(x, 0.25, dim=1)", X, "np.quantile(x, 0.25, axis=1)"),
        ("torch.take_along_dim(x, torch.argsort(y, 1), 1)", "x: n d; y: n d"),
        ("torch.linalg.vector_norm(x, 3, dim=1)", X, "np.linalg.norm(x, 3, axis=1)"),
        ("torch.linalg.vector_norm(x, 1.5)", X),
        ("torch.linalg.vector_norm(x, 2, dim=(0, 1), keepdim=True)", X),
        ("torch.linalg.norm(x, dim=0)", X, "np.linalg.norm(x, axis=0)"),
        ("torch.norm(x, p=1, dim=1)", X),
        ("F.normalize(x, p=1, dim=0)", X),
        ("torch.einsum('ij,ij->', x, y)", "x: n d; y: n d", "np.einsum('ij,ij->', x, y)"),
        ("torch.einsum('ii->i', x)", "x: n n", "np.einsum('ii->i', x)"),
        (
            "torch.einsum('ij,jk,kl', x, y, z)",
            "x: n d; y: d m; z: m n",
            "np.einsum('ij,jk,kl', x, y, z)",
        ),
        ("torch.einsum('...ij,...jk->...ik', x, y)", "x: b n d; y: d m"),
        ("torch.einsum('b...i,i->b...', x, y)", "x: b n d; y: d"),
        ("torch.einsum('ij->j', x)", X, "np.einsum('ij->j', x)"),
        (
            "torch.tensordot(x, y, dims=([1], [0]))",
            "x: n d; y: d m",
            "np.tensordot(x, y, ([1], [0]))",
        ),
        ("torch.bmm(x, y)", "x: b n d; y: b d m"),
        ("torch.matmul(x, y)", "x: b n d; y: d", "np.matmul(x, y)"),
        ("torch.kron(x, y)", "x: n d; y: m m", "np.kron(x, y)"),
        ("torch.diag(x, 1)", "x: n+2 n+2", "np.diag(x, 1)"),
        ("torch.diag(x, -2)", "x: n", "np.diag(x, -2)"),
        ("torch.diagonal(x, -1, 1, 2)", "x: b n+1 n+1", "np.diagonal(x, -1, 1, 2)"),
        ("torch.diag_embed(x, 1)", X),
        ("torch.tril(x, -1)", X, "np.tril(x, -1)"),
        ("torch.triu(x, 1)", "x: b n d", "np.triu(x, 1)"),
        ("(x + x.T) / 2", "x: n n", "(x + x.T) / 2"),
        ("torch.cat([x, y], 1)", "x: n d; y: n m", "np.concatenate([x, y], 1)"),
        ("torch.stack([x, y], -1)", "x: n d; y: n d", "np.stack([x, y], -1)"),
        ("torch.split(x, [1, 3], 1)[1]", "x: n 4", "np.split(x, [1], 1)[1]"),
        ("torch.tensor_split(x, 3)[0]", "x: 4 d", "np.array_split(x, 3)[0]"),
        ("x[1:, :-1]", "x: n+1 d+1", "x[1:, :-1]"),
        ("x[..., None] * x[:, ::2].sum()", X, "x[..., None] * x[:, ::2].sum()"),
        ("x[i]", "x: n d; i: m: int < n"),
        ("x[i, j]", "x: n d; i: m: int < n; j: m: int < d"),
        ("x[0][:, i]", "x: 2 n d; i: m: int < d"),
        ("x[0, i]", "x: 2 n d; i: m: int < n"),
        ("x[:, i[:, None], j]", "x: b n d; i: m: int < n; j: d: int < d"),
        ("torch.roll(x, (1, -1), (0, 1))", X, "np.roll(x, (1, -1), (0, 1))"),
        ("torch.rot90(x, 3)", X, "np.rot90(x, 3)"),
        (
            "F.pad(x, (1, 2, 3, 0), value=2.0)",
            X,
            "np.pad(x, ((3, 0), (1, 2)), constant_values=2.0)",
        ),
        ("F.pad(x, (1, 1), mode='reflect')", "x: n d+2", "np.pad(x, ((0, 0), (1, 1)), 'reflect')"),
        ("F.pad(x, (1, 1), mode='circular')", "x: n d+1", "np.pad(x, ((0, 0), (1, 1)), 'wrap')"),
        ("F.pad(x, (2, 1), mode='replicate')", "x: n d+1", "np.pad(x, ((0, 0), (2, 1)), 'edge')"),
        ("torch.repeat_interleave(x, 3, 1)", X, "np.repeat(x, 3, 1)"),
        ("x.expand(4, -1, -1)", X),
        ("x.movedim(0, 2)", "x: b n d", "np.moveaxis(x, 0, 2)"),
        ("x.permute(2, 0, 1)", "x: b n d", "np.transpose(x, (2, 0, 1))"),
        ("x.flatten(1)", "x: b n d"),
        ("x.unflatten(1, (2, -1))", "x: n 2*d"),
        ("x.detach() * x", X),
        ("torch.cdist(x, y)", "x: n d; y: m d"),
        ("torch.trapezoid(x, y, dim=1)", XY, "np.trapezoid(x, y, axis=1)"),
        *NETWORK_VARIANTS,
    ]
]
