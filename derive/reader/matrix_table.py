"""Operations on whole matrices: inverses, determinants, factorizations, functions of matrices.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import factors, matrices, norms, spectra
from derive.reader import decompositions
from derive.reader.operation import Line

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
