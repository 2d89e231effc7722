"""Products of matrices and of more axes: what is copied on the way to BLAS, and the result."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.footprint.elementwise import promoted
from derive.code.footprint.layout import reshaped, transposed
from derive.code.footprint.memory import Memory
from derive.code.footprint.values import Array, Unknown
from derive.dims import Dim, Shape, broadcast, size_of


def matmul(memory: Memory, a: Array, b: Array) -> Array:
    """Return a @ b."""
    batch = broadcast(a.shape[:-2], b.shape[:-2])
    if batch and isinstance(batch[0], int):
        raise Unknown("a product of stacks that do not fit")
    rows = a.shape[-2:-1] if a.rank > 1 else ()
    columns = b.shape[-1:] if b.rank > 1 else ()
    return memory.new((*batch, *rows, *columns), promoted([a, b]))


def vdot(memory: Memory, a: Array, b: Array) -> Array:
    """Return the inner product; what does not lie in order is copied first."""
    copies = [memory.new(x.shape, x.dtype) for x in (a, b) if not x.is_in_order]
    made = memory.new((), promoted([a, b]))
    memory.drop(tuple(copies))
    return made


def tensordot(
    memory: Memory, a: Array, b: Array, at_a: Sequence[int], at_b: Sequence[int]
) -> Array:
    """Return the sums over pairs of axes."""
    left = [k for k in range(a.rank) if k not in at_a]
    right = [k for k in range(b.rank) if k not in at_b]
    one = _laid_out(memory, a, left, at_a)
    other = _laid_out(memory, b, at_b, right)
    copies = [_packed(memory, x) for x in (one, other)]
    shape = (*(a.shape[k] for k in left), *(b.shape[k] for k in right))
    made = memory.new(shape, promoted([a, b]))
    for x in (*copies, one, other):
        memory.drop(x)
    return _as_view(made)


def _laid_out(memory: Memory, x: Array, first: Sequence[int], second: Sequence[int]) -> Array:
    """Return x as a matrix, some axes its rows and the others its columns."""
    turned = transposed(memory, x, [*first, *second])
    shape = size_of(x.shape[k] for k in first), size_of(x.shape[k] for k in second)
    matrix = reshaped(memory, turned, shape)
    memory.drop(turned)
    return matrix


def _packed(memory: Memory, x: Array) -> Array | None:
    """Return the copy that BLAS is given of an array with gaps."""
    return None if x.packed else memory.new(x.shape, x.dtype)


def _as_view(x: Array) -> Array:
    """Return a fresh array that is known by another shape than the one it was made in."""
    return Array(x.shape, x.dtype, x.buffer, x.order, x.packed, owns=False)


def einsum(memory: Memory, pattern: str, operands: Sequence[Array]) -> Array:
    """Return an einsum of two operands, as NumPy computes it: one product of stacks of matrices."""
    terms, _, out = pattern.partition("->")
    words = terms.split(",")
    if len(words) != 2 or any(len(set(word)) < len(word) for word in words):
        raise Unknown(f"einsum of {pattern}")
    sizes: dict[str, Dim] = {}
    for word, operand in zip(words, operands, strict=True):
        sizes |= dict(zip(word, operand.shape, strict=True))
    shape: Shape = tuple(sizes[letter] for letter in out)
    summed = [c for c in words[0] if c in words[1] and c not in out]
    alone = [c for word, other in (words, words[::-1]) for c in word if c not in other + out]
    if alone:
        raise Unknown(f"einsum of {pattern}")
    made: list[Array] = []
    batch = [c for c in words[0] if c in words[1] and c in out]
    for k, (word, operand) in enumerate(zip(words, operands, strict=True)):
        own = [c for c in word if c not in words[1 - k]]
        groups = [batch, summed, own] if k else [batch, own, summed]
        turned = transposed(memory, operand, [word.index(c) for group in groups for c in group])
        joined = tuple(size_of(sizes[c] for c in group) for group in groups)
        made.append(reshaped(memory, turned, joined) if summed else memory.hold(turned))
        memory.drop(turned)
    result = memory.new(shape, promoted(operands))
    memory.drop(tuple(made))
    return _as_view(result)
