"""The one list of operations on whole arrays: moves, reductions, and functions of matrices."""

from __future__ import annotations

from typing import Any

from derive.algebra.nodes import Apply
from derive.operations.record import ArrayOperation, Entries, Regular, Work, spelled


def _move(name: str, word: str = "", *, same: bool = True) -> ArrayOperation:
    entries = Entries.SAME if same else Entries.FLOATS
    return ArrayOperation(name, Work.MOVE, entries, word=word)


def _places(name: str, work: Work, word: str = "") -> ArrayOperation:
    return ArrayOperation(name, work, Entries.PLACES, word=word)


def _smooth(name: str, **known: Any) -> ArrayOperation:
    return ArrayOperation(name, Work.PASS, regular=Regular.EVERYWHERE, **known)


def _of_matrix(name: str, code: str = "", **known: Any) -> ArrayOperation:
    """Return the record of an operation on matrices; `code` as for functions."""
    numpy, bar, torch = code.partition("|")
    known |= {"numpy": spelled(numpy, name), "torch": spelled(torch if bar else numpy, name)}
    return ArrayOperation(name, Work.PRODUCT, of_matrices=True, **known)


# fmt: off
_RECORDS: tuple[ArrayOperation, ...] = (
    _move("slice", "part"),
    _move("place", "placed"),
    _move("stack", "stacked"),
    _move("concatenate", "joined"),
    _move("reshape", "reshaped"),
    _move("stop", "fixed"),
    _move("onehot", "one_hot", same=False),
    _move("tri", same=False),
    _places("iota", Work.MOVE),
    ArrayOperation("flip", Work.PRODUCT, Entries.SAME, word="flipped"),
    ArrayOperation("gather", Work.PRODUCT, Entries.SAME, word="picked"),
    ArrayOperation("scatter", Work.PRODUCT, word="scattered"),
    _smooth("softmax", of_logits=True),
    _smooth("log_softmax", of_logits=True),
    _smooth("logsumexp"),
    ArrayOperation("norm", Work.PASS),
    ArrayOperation("power_norm", Work.PRODUCT, word="norm"),
    ArrayOperation("max", Work.PASS, Entries.SAME, word="largest"),
    ArrayOperation("min", Work.PASS, Entries.SAME, word="smallest"),
    ArrayOperation("any", Work.PRODUCT, Entries.TRUTHS, word="some"),
    ArrayOperation("all", Work.PRODUCT, Entries.TRUTHS, word="every"),
    _places("argmax", Work.PASS, "place"),
    _places("argmin", Work.PRODUCT, "place"),
    _places("argsort", Work.PRODUCT, "order"),
    ArrayOperation("prod", Work.PRODUCT, Entries.SAME, word="product"),
    ArrayOperation("prod_others", Work.PRODUCT, word="others", sign=("Π_≠", r"\Pi_{\ne}")),
    ArrayOperation("cumprod", Work.PRODUCT, word="running_product"),
    ArrayOperation("cumsum", Work.PRODUCT, word="running_sum"),
    _of_matrix("inverse", "np.linalg.inv | torch.linalg.inv", full_rank="all"),
    _of_matrix("solve", full_rank="all", word="solution"),
    _of_matrix("det", "np.linalg.det | torch.linalg.det", full_rank="all", word="determinant"),
    _of_matrix("logdet", "own | torch", full_rank="all", word="log_det"),
    _of_matrix("logabsdet", "np.linalg.slogdet()[1] | torch.linalg.slogdet().logabsdet",
        full_rank="all", word="log_det"),
    _of_matrix("det_sign", "np.linalg.slogdet()[0] | torch.linalg.slogdet().sign", full_rank="all",
        word="sign"),
    _of_matrix("pinv", "np.linalg.pinv | torch.linalg.pinv", word="pseudoinverse"),
    _of_matrix("cholesky", "np.linalg.cholesky | torch.linalg.cholesky", full_rank="all",
        word="factor", paper="chol"),
    _of_matrix("eigenvalues", "np.linalg.eigvalsh | torch.linalg.eigvalsh"),
    _of_matrix("eigenvectors", "np.linalg.eigh()[1] | torch.linalg.eigh().eigenvectors"),
    _of_matrix("singular_values", "np.linalg.svd(compute_uv=False) | torch.linalg.svdvals"),
    _of_matrix("left_vectors",
        "np.linalg.svd(full_matrices=False)[0] | torch.linalg.svd(full_matrices=False).U", word="u",
        paper="U"),
    _of_matrix("right_vectors",
        "np.linalg.svd(full_matrices=False)[2] | torch.linalg.svd(full_matrices=False).Vh",
        word="vt", paper="V"),
    _of_matrix("orthonormal_factor", "np.linalg.qr()[0] | torch.linalg.qr().Q", full_rank="columns",
        word="q", paper="Q"),
    _of_matrix("triangular_factor", "np.linalg.qr()[1] | torch.linalg.qr().R", full_rank="columns",
        word="r", paper="R"),
    _of_matrix("expm", "linalg | torch.linalg.matrix_exp", word="exponential",
        models="torch.linalg:matrix_exp torch:matrix_exp m:matrix_exp scipy.linalg:expm",
        what="a matrix exponential"),
    _of_matrix("expm_along", "own", paper="L_exp", sign=("L_exp", r"L_{\exp}")),
    _of_matrix("lower_half", "own", paper="Φ", sign=("Φ", r"\Phi")),
    _of_matrix("sym", "own"),
)
# fmt: on
ARRAY_OPERATIONS = {record.name: record for record in _RECORDS}


def record_of(node: Apply) -> ArrayOperation:
    """Return what is known of the operation at a node."""
    return ARRAY_OPERATIONS[node.rule]
