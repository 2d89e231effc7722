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
from typing import NamedTuple

from derive.algebra.arrays import (
    activations,
    compositions,
    creation,
    crosses,
    diagonals,
    elementwise,
    factors,
    indexing,
    linear,
    matrices,
    networks,
    normalizing,
    norms,
    rewrites,
    spectra,
    statistics,
)
from derive.reader import decompositions, entrywise, meaning, pairs
from derive.reader.array_table import ARITHMETIC, AXES, REDUCTIONS, TRUTHS
from derive.reader.loss_table import LOSSES
from derive.reader.making_table import MAKING
from derive.reader.operation import Line, Operation, operation

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

PRODUCTS: tuple[Line, ...] = (
    ("x y", linear.matmul, "all:matmul torch:mm m:mm torch:bmm m:bmm torch:mv m:mv la:matmul"),
    ("x y", linear.dot, "all:dot"),
    ("x y", linear.inner_product, "all:vdot"),
    ("x y | axis=-1", statistics.vector_products, "la:vecdot np:vecdot"),
    ("x y", linear.inner, "all:inner"),
    ("x y", linear.outer, "all:outer torch:ger m:ger la:outer"),
    ("*x", meaning.einsum, "both:einsum"),
    ("x y | axes=2", linear.tensordot, "both:tensordot numpy.linalg:tensordot"),
    ("x y", linear.kron, "both:kron m:kron"),
    ("x y", linear.matrix_vector, "np:matvec"),
    ("x y", linear.vector_matrix, "np:vecmat"),
    ("bias x y | beta=1 alpha=1", linear.add_outer, "torch:addr m:addr"),
    ("bias x y | beta=1 alpha=1", linear.add_products, "torch:addbmm m:addbmm"),
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
    ("x y | axis=-1", crosses.cross, "np:cross la:cross"),
    ("x y | axis=None", crosses.torch_cross, "torch:cross m:cross"),
    ("x y | p=2", norms.distance, "torch:dist m:dist"),
    ("x y | p=2", norms.distances, "torch:cdist"),
    ("x | n=None increasing=False", creation.vander, "both:vander"),
    ("x | n=None", creation.powers, "torch.linalg:vander"),
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
    ("x", spectra.square_root, "scipy.linalg:sqrtm"),
    ("x", spectra.logarithm, "scipy.linalg:logm"),
    ("x | t", spectra.fractional_power, "scipy.linalg:fractional_matrix_power"),
    (
        "x | full_matrices=True compute_uv=True",
        decompositions.svd,
        "la:svd scipy.linalg:svd",
    ),
    ("x | some=True compute_uv=True", decompositions.torch_svd, "torch:svd m:svd"),
    ("x", spectra.singular_values, "la:svdvals scipy.linalg:svdvals"),
    ("x | mode=reduced", decompositions.qr, "la:qr"),
    ("x | mode=complete", decompositions.qr, "scipy.linalg:qr"),
    ("x | some=True", decompositions.torch_qr, "torch:qr m:qr"),
    ("x | p=None", norms.condition, "la:cond"),
    ("x | UPLO=L", decompositions.eigh, "la:eigh scipy.linalg:eigh"),
    ("x | UPLO=L", decompositions.eigvalsh, "la:eigvalsh scipy.linalg:eigvalsh"),
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
    ("x lambd=0.5", activations.hardshrink, "F:hardshrink torch:hardshrink m:hardshrink"),
    (
        "x lower=None upper=None | training=False",
        activations.rrelu,
        "F:rrelu torch:rrelu",
    ),
    ("x lambd=0.5", activations.softshrink, "F:softshrink"),
    ("x", activations.tanhshrink, "F:tanhshrink"),
    ("x threshold value", activations.threshold, "F:threshold torch:threshold"),
    ("x | axis=-1", activations.glu, "F:glu jnn:glu"),
    ("x eps=None", compositions.logit, "torch:logit m:logit sp:logit ts:logit"),
    ("x", compositions.sinc, "both:sinc m:sinc ts:sinc"),
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
