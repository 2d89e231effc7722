"""Functions that are known but have no rule, with the reason that a message gives."""

from __future__ import annotations

_REASONS = """
it draws random numbers; pass them in as an argument: rand randn randint normal uniform bernoulli
multinomial randperm rand_like randn_like dropout1d dropout2d alpha_dropout gumbel_softmax

this decomposition has no rule yet: svd svdvals eig eigvals qr lu lu_factor lu_solve schur cond
ldl logm sqrtm

its value is a whole number, which has no gradient: matrix_rank

convolution and pooling have no rule yet: conv1d conv2d conv3d conv_transpose1d conv_transpose2d
conv_transpose3d max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool2d unfold fold
interpolate

what it counts or searches has no gradient: searchsorted bucketize digitize histogram histc
bincount mode

this reduction has no rule yet: cummax cummin logcumsumexp

the size of its result is unknown: nonzero masked_select argwhere unique flatnonzero
unique_consecutive

it leaves the arrays: item tolist numpy backward

write the function on the whole array: apply_along_axis vectorize vmap
"""


def _read() -> dict[str, str]:
    found = {}
    for paragraph in _REASONS.strip().split("\n\n"):
        reason, _, words = paragraph.partition(": ")
        found.update(dict.fromkeys(words.split(), reason))
    return found


REFUSED = _read()
