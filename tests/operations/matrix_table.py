"""Samples of operations on whole matrices: arguments of full rank, results of no free sign.

A draw of "full rank" has the singular values 1, 2, … and random vectors.  What only symmetric or
positive definite matrices have is asked of such a matrix made of the argument.
"""

from __future__ import annotations

from tests.operations.running import Sample

SYMMETRIC = "(x + x.mT) / 2"
POSITIVE = "(x @ x.mT + torch.eye(x.shape[-1]))"
ANY, SQUARE, TALL, WIDE, STACK = "x: n d", "x: n n", "x: d+2 d", "x: n n+1", "x: b n n"
SYSTEM, COLUMNS = "x: n n; y: n", "x: n n; y: n d"
SVD = "torch.linalg.svd(x, full_matrices=False)"
NP_SVD = "np.linalg.svd(x, full_matrices=False)"


def _of(call: str, shapes: str, numpy: str = "", smallest: int = 0) -> Sample:
    return Sample(call, shapes, numpy, "full rank", smallest)


SAMPLES = (
    _of("torch.linalg.svdvals(x)", ANY, "np.linalg.svd(x, compute_uv=False)"),
    _of("torch.linalg.svdvals(x)", "x: b n d", "np.linalg.svdvals(x)"),
    _of(f"{SVD}.S", ANY, f"{NP_SVD}.S"),
    _of("torch.linalg.svd(x)[1]", ANY, "np.linalg.svd(x)[1]"),
    _of(f"{SVD}.U ** 2", TALL, f"{NP_SVD}.U ** 2"),
    _of(f"{SVD}.U ** 2", WIDE, f"{NP_SVD}[0] ** 2"),
    _of(f"{SVD}.Vh ** 2", WIDE, f"{NP_SVD}.Vh ** 2"),
    _of(f"{SVD}.Vh ** 2", TALL, f"{NP_SVD}[2] ** 2"),
    _of("torch.svd(x).V ** 2", ANY),
    _of("torch.linalg.svd(x).U ** 2 @ torch.linalg.svd(x).Vh ** 2", STACK),
    _of(f"{SVD}.U @ torch.diag(torch.tanh({SVD}.S)) @ {SVD}.Vh", ANY),
    _of("torch.linalg.matrix_norm(x, 'nuc')", ANY, "np.linalg.norm(x, 'nuc')"),
    _of("torch.linalg.matrix_norm(x, 'nuc', keepdim=True)", "x: b n d"),
    _of("torch.linalg.matrix_norm(x, 2)", ANY, "np.linalg.norm(x, 2)", 1),
    _of("torch.linalg.matrix_norm(x, -2)", "x: b n d", "", 1),
    _of("torch.linalg.cond(x)", ANY, "np.linalg.cond(x)", 1),
    _of("torch.linalg.cond(x, -2)", ANY, "np.linalg.cond(x, -2)", 1),
    _of("torch.linalg.cond(x, 'nuc')", SQUARE, "", 1),
    _of("torch.linalg.qr(x).Q", TALL, "np.linalg.qr(x).Q"),
    _of("torch.linalg.qr(x)[1]", TALL, "np.linalg.qr(x)[1]"),
    _of("torch.linalg.qr(x).Q * torch.linalg.qr(x).R", STACK),
    _of("torch.qr(x)[0] @ torch.qr(x)[1].sin()", "x: b d+1 d"),
    _of(f"torch.linalg.eigvalsh({SYMMETRIC})", STACK, "np.linalg.eigvalsh((x + x.mT) / 2)"),
    _of(f"torch.linalg.eigvalsh({SYMMETRIC}, UPLO='U').exp().sum()", SQUARE),
    _of(f"torch.linalg.eigh({SYMMETRIC}).eigenvectors ** 2", STACK),
    _of("torch.linalg.inv(x)", STACK, "np.linalg.inv(x)"),
    _of("torch.linalg.solve(x, y)", SYSTEM, "np.linalg.solve(x, y)"),
    _of("torch.linalg.solve(x, y)", COLUMNS, "np.linalg.solve(x, y)"),
    _of("torch.linalg.solve(x, y.T, left=False)", COLUMNS),
    _of("torch.linalg.det(x)", STACK, "np.linalg.det(x)"),
    _of("torch.linalg.slogdet(x).logabsdet", STACK, "np.linalg.slogdet(x)[1]"),
    _of(f"torch.logdet{POSITIVE}", SQUARE),
    _of(f"torch.linalg.cholesky{POSITIVE}", SQUARE),
    _of(f"torch.cholesky_inverse(torch.linalg.cholesky{POSITIVE})", SQUARE),
    _of(f"torch.cholesky_solve(y, torch.linalg.cholesky{POSITIVE})", COLUMNS),
    _of("torch.linalg.solve_triangular(x, y, upper=True)", COLUMNS),
    _of("torch.linalg.solve_triangular(x, y.T, upper=False, left=False)", COLUMNS),
    _of("torch.linalg.pinv(x)", "x: b n d", "np.linalg.pinv(x)"),
    _of("torch.linalg.lstsq(x, y).solution", "x: d+2 d; y: d+2 m", "np.linalg.lstsq(x, y)[0]"),
    _of("torch.linalg.matrix_exp(x / 4)", STACK),
    _of("torch.linalg.matrix_power(x, 3)", STACK, "np.linalg.matrix_power(x, 3)"),
    _of("torch.linalg.matrix_power(x, -2)", SQUARE, "np.linalg.matrix_power(x, -2)"),
    _of("torch.linalg.multi_dot([x, y, x])", "x: n d; y: d n", "np.linalg.multi_dot([x, y, x])"),
    _of("torch.linalg.vecdot(x, y)", "x: n d; y: n d", "np.linalg.vecdot(x, y)"),
    _of("torch.linalg.cross(x, y)", "x: n 3; y: n 3", "np.linalg.cross(x, y)"),
)
