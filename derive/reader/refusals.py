"""Functions that are known but have no rule: why, and what is nearest to them that has one.

A paragraph tells the reason, behind `->` what to do instead, behind the colon the functions.
"""

from __future__ import annotations

from typing import NamedTuple

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
