"""Every spelling of the operations on matrices, in both libraries, means what it means there.

The model is run by its own library, and the generated NumPy on the same arrays: contiguous,
strided, and in single precision.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

import derive

ANY, POSITIVE = "n n", "n n: posdef"
TORCH = (
    ("torch.inverse(a)", ANY),
    ("torch.linalg.inv(a)", ANY),
    ("a.inverse()", ANY),
    ("torch.linalg.solve(a, b)", ANY),
    ("torch.linalg.solve(A=a, B=c)", ANY),
    ("torch.linalg.solve(a, c.T, left=False)", ANY),
    ("torch.det(a)", ANY),
    ("torch.linalg.det(a)", ANY),
    ("a.det()", ANY),
    ("torch.logdet(a)", POSITIVE),
    ("a.logdet()", POSITIVE),
    ("torch.log(torch.det(a))", POSITIVE),
    ("torch.slogdet(a)[1]", ANY),
    ("torch.linalg.slogdet(a).logabsdet", ANY),
    ("a.slogdet().sign * a.slogdet()[1]", ANY),
    ("torch.matrix_power(a, 3)", ANY),
    ("torch.linalg.matrix_power(a, -2)", ANY),
    ("a.matrix_power(0)", ANY),
    ("torch.linalg.cholesky(a)", POSITIVE),
    ("torch.linalg.cholesky(a, upper=True)", POSITIVE),
    ("a.cholesky()", POSITIVE),
    ("torch.cholesky_solve(c, torch.linalg.cholesky(a))", POSITIVE),
    ("torch.cholesky_solve(c, torch.linalg.cholesky(a, upper=True), upper=True)", POSITIVE),
    ("torch.cholesky_inverse(torch.linalg.cholesky(a))", POSITIVE),
    ("torch.linalg.solve_triangular(a, c, upper=True)", ANY),
    ("torch.linalg.solve_triangular(a, c, upper=False)", ANY),
    ("torch.linalg.solve_triangular(a, c.T, upper=True, left=False)", ANY),
    ("torch.linalg.pinv(c)", ANY),
    ("torch.pinverse(c)", ANY),
    ("torch.linalg.lstsq(c, b[:, None]).solution", ANY),
    ("torch.linalg.matrix_exp(a)", ANY),
    ("torch.matrix_exp(a)", ANY),
    ("torch.linalg.eigvalsh(a)", POSITIVE),
    ("torch.linalg.eigh(a).eigenvalues", POSITIVE),
    ("torch.linalg.eigh(a)[1] ** 2", POSITIVE),
    ("torch.linalg.matrix_norm(c, ord=2)", ANY),
    ("torch.linalg.matrix_norm(c, ord='nuc')", ANY),
    ("torch.norm(c, p='nuc')", ANY),
    ("torch.linalg.svdvals(c)", ANY),
    ("torch.linalg.svd(c).S", ANY),
    ("torch.linalg.svd(c, full_matrices=False).Vh ** 2", ANY),
    ("torch.linalg.svd(a).U ** 2", ANY),
    ("torch.svd(c).V ** 2", ANY),
    ("c.svd()[1]", ANY),
    ("torch.linalg.qr(c).R", ANY),
    ("torch.linalg.qr(a, mode='complete').Q", ANY),
    ("torch.qr(c)[0]", ANY),
    ("torch.linalg.cond(c)", ANY),
    ("torch.linalg.cond(a, 'nuc')", ANY),
    ("torch.linalg.eigvalsh(a, UPLO='U')", POSITIVE),
    ("torch.vander(b)", ANY),
    ("torch.linalg.vander(b, N=3)", ANY),
    ("torch.linalg.vecdot(c, c + 1, dim=0)", ANY),
    ("torch.linalg.multi_dot([b, a, c])", ANY),
)
NUMPY = (
    ("np.linalg.inv(a)", ANY),
    ("sl.inv(a)", ANY),
    ("np.linalg.solve(a, b)", ANY),
    ("np.linalg.solve(a, c)", ANY),
    ("np.linalg.det(a)", ANY),
    ("np.log(np.abs(np.linalg.det(a)))", ANY),
    ("np.linalg.slogdet(a)[1]", ANY),
    ("np.linalg.slogdet(a).sign", ANY),
    ("np.linalg.matrix_power(a, -1)", ANY),
    ("np.linalg.cholesky(a)", POSITIVE),
    ("sl.cholesky(a)", POSITIVE),
    ("sl.cholesky(a, lower=True)", POSITIVE),
    ("sl.cho_solve(sl.cho_factor(a), b)", POSITIVE),
    ("sl.cho_solve((np.linalg.cholesky(a), True), b)", POSITIVE),
    ("sl.solve_triangular(a, b)", ANY),
    ("sl.solve_triangular(a, b, lower=True)", ANY),
    ("sl.solve_triangular(a, b, trans=1)", ANY),
    ("np.linalg.pinv(c)", ANY),
    ("np.linalg.lstsq(c, b, rcond=None)[0]", ANY),
    ("sl.expm(a)", ANY),
    ("np.linalg.eigvalsh(a)", POSITIVE),
    ("np.linalg.eigh(a)[0]", POSITIVE),
    ("np.linalg.norm(c, 2)", ANY),
    ("np.linalg.norm(c, 'nuc')", ANY),
    ("np.linalg.norm(c, -2)", ANY),
    ("np.linalg.svd(c, compute_uv=False)", ANY),
    ("np.linalg.svd(c)[1]", ANY),
    ("np.linalg.svd(c, full_matrices=False).U ** 2", ANY),
    ("np.linalg.svd(a)[2] ** 2", ANY),
    ("np.linalg.svdvals(c)", ANY),
    ("sl.svdvals(c)", ANY),
    ("sl.svd(c, full_matrices=False)[0] ** 2", ANY),
    ("np.linalg.qr(c).Q", ANY),
    ("np.linalg.qr(c, mode='r')", ANY),
    ("sl.qr(c, mode='economic')[1]", ANY),
    ("np.linalg.cond(c)", ANY),
    ("np.linalg.cond(a, 'fro')", ANY),
    ("np.linalg.cond(a, np.inf)", ANY),
    ("sl.sqrtm(a)", POSITIVE),
    ("sl.logm(a)", POSITIVE),
    ("sl.fractional_matrix_power(a, -0.5)", POSITIVE),
    ("np.vander(b)", ANY),
    ("np.vander(b, 3, increasing=True)", ANY),
    ("np.linalg.vecdot(c, c + 1, axis=0)", ANY),
    ("np.vecdot(c, 2 * c)", ANY),
    ("np.linalg.multi_dot([b, a, c])", ANY),
)
HEAD = "import numpy as np\nimport torch\nfrom scipy import linalg as sl\n\n\n"


def drawn(kind: str, dtype: str) -> dict[str, np.ndarray]:
    """Return a well-conditioned matrix, a vector and a matrix with more rows than columns."""
    rng = np.random.default_rng(8)
    a = rng.standard_normal((4, 4)) / 4 + np.diag([1.0, 2.0, 3.0, 4.0])
    a = (a + a.T) / 2 if kind == POSITIVE else a
    found = {"a": a, "b": rng.standard_normal(4), "c": rng.standard_normal((4, 3))}
    return {name: array.astype(dtype) for name, array in found.items()}


def strided(array: np.ndarray) -> np.ndarray:
    """Return the array as every other entry of a larger one."""
    wide = np.zeros([2 * size for size in array.shape], array.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


@pytest.mark.parametrize("call, kind", TORCH + NUMPY)
def test_a_spelling_means_what_its_library_means(call, kind):
    text = f'{HEAD}def model(a: "{kind}", b: "n", c: "n m"):\n    return {call}\n'
    module = derive.derive(text, wrt=["a"]).compile("numpy")
    own: dict = {}
    exec(text, own)
    values = drawn(kind, "f8")
    given = {k: torch.tensor(v) for k, v in values.items()} if (call, kind) in TORCH else values
    expected = np.asarray(own["model"](**given))
    for arrays in (values, {name: strided(array) for name, array in values.items()}):
        np.testing.assert_allclose(module.predict(**arrays), expected, atol=1e-11)
    single = module.predict(**drawn(kind, "f4"))
    assert np.asarray(single).dtype == np.float32
    np.testing.assert_allclose(single, expected, rtol=2e-3, atol=2e-3)
