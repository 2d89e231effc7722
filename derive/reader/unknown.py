"""Names, functions and methods that are not known, and what comes nearest to each."""

from __future__ import annotations

import ast
import builtins
from typing import NamedTuple

from derive.dims import dim
from derive.errors import DeriveError
from derive.reader import faults, library
from derive.reader.imports import Scope
from derive.reader.session import Session
from derive.reader.values import Frame

LIBRARIES = ("torch", "numpy", "math", "scipy", "jax")
_IMPORTS = {
    "np": "import numpy as np",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "jnp": "import jax.numpy as jnp",
}


def unknown_name(session: Session, tree: ast.Name, frame: Frame) -> DeriveError:
    """Return the error for a name that stands for nothing."""
    name = tree.id
    known: list[str] = []
    inner: Frame | None = frame
    while inner is not None:
        known += inner.names
        inner = inner.outer
    scope = frame.scope
    assert isinstance(scope, Scope)
    where = session.source.place(tree)
    near = scope.meant(name)
    if not near and name in session.brought:
        found = f"{name} is a dimension, and no name of the model"
        return DeriveError(found, where=where, hint=f"write its size: {_size_of(session, name)}")
    near = near or faults.suggestion(name, [*known, *scope.names()]) or _import_of(name)
    if not near and name in dir(builtins):
        return DeriveError(f"Python's {name} is not read", where=where)
    if not near:
        names = ", ".join(name for name in known if not name.startswith("_"))
        near = f"known here: {names}" if names else ""
    return DeriveError(f"the name {name} is not known here", where=where, hint=near)


def _import_of(name: str) -> str:
    """Return the import that a name lacks."""
    spelled = library.spellings(name)
    if spelled:
        module, _, word = spelled[0].rpartition(".")
        return f"import it: from {module} import {word}"
    return f"import it: {_IMPORTS[name]}" if name in _IMPORTS else ""


def _size_of(session: Session, name: str) -> str:
    """Return how a model writes the size of a dimension."""
    axes = (
        f"{symbol.name}.shape[{k}]"
        for symbol in session.arguments
        for k, d in enumerate(symbol.shape)
        if d == dim(name)
    )
    return next(axes, "an axis of an array, such as x.shape[0]")


def unknown_function(session: Session, name: str, tree: ast.Call) -> DeriveError:
    """Return the error for a function that has no reading: why, where the reason is known."""
    refusal = REFUSED.get(name.rpartition(".")[2])
    written = session.source.segment(tree.func)
    root = name.split(".")[0]
    if refusal and root in LIBRARIES:
        found = f"{written} cannot be derived: {refusal.reason}"
        hint = library.spelled_for(refusal.instead, root)
        return DeriveError(found, where=session.source.place(tree), hint=hint)
    hint = "only numpy, torch and math are read, and helpers of the same file"
    hint = _nearest(name, written) if root in LIBRARIES else hint
    where = session.source.place(tree.func)
    return DeriveError(f"the function {written} is not known", where=where, hint=hint)


def _nearest(name: str, written: str) -> str:
    """Return what to write for a function that is not known, as its file would write it."""
    near = library.nearest(name)
    if near is None:
        return "derive list --operations prints what is read"
    home, _, word = near.rpartition(".")
    head = written.rpartition(".")[0]
    shown = head if home == name.rpartition(".")[0] else home
    return f"did you mean {f'{shown}.' if head else ''}{word}?"


def unknown_method(session: Session, name: str, tree: ast.Call) -> DeriveError:
    """Return the error for a method that arrays lack here."""
    where = session.source.place(tree)
    refusal = REFUSED.get(name)
    if refusal:
        instead = library.spelled_for(refusal.instead, session.library)
        found = f".{name} cannot be derived: {refusal.reason}"
        return DeriveError(found, where=where, hint=instead)
    near = faults.suggestion(name, library.methods())
    if name.endswith("_") and library.knows(f".{name[:-1]}"):
        near = f"write .{name[:-1]}(), which makes a new array, and give it a name"
    return DeriveError(f"an array has no method {name} that is read", where=where, hint=near)


_REASONS = """
it draws random numbers -> pass them in as an argument: rand randn randint normal uniform
bernoulli multinomial randperm rand_like randn_like randint_like dropout1d dropout2d dropout3d
alpha_dropout gumbel_softmax choice permutation standard_normal random

this decomposition has no rule -> torch.linalg.svd, torch.linalg.qr, torch.linalg.eigh and
torch.linalg.cholesky are read: eig eigvals lu lu_factor lu_solve schur ldl ldl_factor ldl_solve
svd_lowrank pca_lowrank lobpcg geqrf ormqr orgqr householder_product polar

it tells errors by an array, and nothing is checked when the model is read -> write
torch.linalg.solve, torch.linalg.inv or torch.linalg.cholesky: solve_ex inv_ex cholesky_ex
lu_factor_ex ldl_factor_ex

its value is a whole number, which has no gradient -> torch.linalg.matrix_norm is read: matrix_rank

convolution and pooling have no rule yet -> multiply slices of the array and add them up: conv1d
conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolve correlate max_pool1d
max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d
adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d lp_pool1d lp_pool2d
lp_pool3d max_unpool1d max_unpool2d max_unpool3d fractional_max_pool2d fractional_max_pool3d unfold
fold convolution conv_tbc

resampling has no rule -> torch.lerp and products with a matrix of weights are read: interpolate
upsample grid_sample affine_grid interp

a Fourier transform has no rule -> multiply by its matrix of cosines and sines: fft ifft rfft irfft
fft2 ifft2 fftn ifftn hfft stft istft

complex numbers are not read -> keep the real and the imaginary part apart: complex polar
view_as_complex view_as_real

what it counts or searches has no gradient -> compare and add up, (x == value).sum(): searchsorted
bucketize digitize histogram histogramdd histogram2d histc mode isin unique_counts

the largest so far has no rule -> torch.amax and torch.cumsum are read: cummax cummin

logarithms of running sums have no rule -> torch.logsumexp is read: logcumsumexp

the size of its result is unknown -> keep all entries: multiply by the mask, or torch.where:
nonzero masked_select argwhere unique flatnonzero unique_consecutive extract compress

which of the entries written twice stays is not certain -> torch.where, or x[rows, y] = v with rows
= arange(n): scatter scatter_ index_copy index_copy_ index_put index_put_ put put_ masked_scatter
scatter_reduce put_along_axis index_fill place putmask

the truth of a whole array is known only when the model runs -> compare entry by entry:
torch.isclose, torch.eq: allclose equal array_equal array_equiv

it chooses by conditions -> nest torch.where: piecewise choose select

recurrent layers are not read whole -> write the step and a for loop over a constant range: lstm gru
rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell

it normalises over neighbouring channels -> F.batch_norm, F.group_norm and F.layer_norm are read:
local_response_norm

orthogonal polynomials have no rule -> write the recurrence as a for loop over a constant range, or
np.polyval: chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v
chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l
legendre_polynomial_p shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u
shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w eval_chebyt eval_chebyu eval_hermite
eval_hermitenorm eval_laguerre eval_legendre eval_gegenbauer eval_jacobi

it calculates with integers, which have no gradient -> pass the result in as an argument: gcd lcm
bitwise_left_shift bitwise_right_shift left_shift right_shift bitwise_count divmod factorial comb
perm

it makes numbers that do not depend on the arrays -> pass them in as an argument: hamming hanning
blackman bartlett kaiser hamming_window hann_window blackman_window bartlett_window kaiser_window
geomspace tril_indices triu_indices diag_indices indices ix_ combinations cartesian_prod toeplitz
hankel circulant hilbert hadamard pascal dft

it sorts only a part -> np.sort and np.argsort are read: partition argpartition lexsort

a middle entry beside missing ones has no rule -> torch.median and torch.quantile are read:
nanmedian nanquantile nanpercentile

pairs of rows once each have no rule -> torch.cdist is read: pdist

this matrix equation has no rule -> torch.linalg.solve and torch.linalg.matrix_exp are read:
solve_sylvester solve_continuous_lyapunov solve_discrete_lyapunov solve_lyapunov
solve_continuous_are solve_discrete_are tensorsolve tensorinv sinm cosm tanm sinhm coshm tanhm
signm funm expm_frechet orth null_space

it looks at memory in another layout -> torch.reshape and x.unfold are read: as_strided resize
resize_as as_strided_scatter

this special function has no slope here -> torch.lgamma, torch.digamma and torch.i0 are read: zeta
igamma igammac gammainc gammaincc bessel_j0 bessel_j1 bessel_y0 bessel_y1 airy_ai
modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0 scaled_modified_bessel_k1 beta
betainc gamma rgamma j0 j1 y0 y1 jv yv iv kv k0 k1 expi exp1 expn erfi dawsn sici fresnel lambertw
ellipk ellipe struve hyp1f1 hyp2f1 spence

neighbouring floats have no slope -> torch.round and torch.copysign are read: nextafter spacing
frexp modf

differences at unequal steps have no rule -> torch.diff is read: gradient

this loss has no rule yet -> F.cross_entropy and F.mse_loss are read: ctc_loss
multilabel_margin_loss triplet_margin_with_distance_loss linear_cross_entropy

it differentiates, and derive does so itself -> give the function without it, and ask --with
hessian, jacobian or hvp: grad value_and_grad grad_and_value jacrev jacfwd jacobian hessian hvp vjp
jvp linearize

it changes an array in place -> make a new one, such as torch.zeros_like or torch.full_like: zero_
fill_ copy_ resize_ set_

it leaves the arrays -> end the model with the array itself: item tolist numpy backward

it calls a function for each entry -> write the function on the whole array: apply_along_axis
apply_over_axes vectorize vmap frompyfunc fromfunction
"""


class Refusal(NamedTuple):
    """Why a function is refused, and what there is instead."""

    reason: str
    instead: str


def _read() -> dict[str, Refusal]:
    found = {}
    for paragraph in _REASONS.strip().split("\n\n"):
        reason, _, rest = " ".join(paragraph.split()).partition(" -> ")
        instead, _, words = rest.rpartition(": ")
        found.update(dict.fromkeys(words.split(), Refusal(reason, instead)))
    return found


REFUSED = _read()
