"""Products, traces and diagonals; inverses, factorizations and functions of matrices.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import (
    creation,
    crosses,
    diagonals,
    factorizations,
    indexing,
    linear,
    matrices,
    networks,
    norms,
    statistics,
)
from derive.reader import meaning, several_results
from derive.reader.operation import Line

# fmt: off
MATRICES: tuple[Line, ...] = (
    ("x", matrices.inverse, "la:inv torch:inverse m:inverse scipy.linalg:inv"),
    ("x y | left=True", matrices.solve_either, "la:solve scipy.linalg:solve"),
    ("x", matrices.determinant, "la:det torch:det m:det scipy.linalg:det"),
    ("x", matrices.log_determinant, "torch:logdet m:logdet"),
    ("x", several_results.slogdet, "la:slogdet torch:slogdet m:slogdet"),
    ("x | n", matrices.matrix_power, "la:matrix_power torch:matrix_power m:matrix_power"),
    ("x | upper=False", factorizations.cholesky, "la:cholesky torch:cholesky m:cholesky"),
    ("x | lower=False", several_results.scipy_cholesky, "scipy.linalg:cholesky"),
    ("x | lower=False", several_results.cho_factor, "scipy.linalg:cho_factor"),
    ("x y", several_results.cho_solve, "scipy.linalg:cho_solve"),
    ("x | upper=False", factorizations.cholesky_inverse,
        "torch:cholesky_inverse m:cholesky_inverse"),
    ("x y | upper=False", factorizations.cholesky_solve, "torch:cholesky_solve m:cholesky_solve"),
    ("x y | upper left=True unitriangular=False", factorizations.solve_triangular,
        "torch.linalg:solve_triangular"),
    ("x y | trans=0 lower=False unit_diagonal=False", several_results.scipy_solve_triangular,
        "scipy.linalg:solve_triangular"),
    ("x", factorizations.pseudoinverse, "la:pinv torch:pinverse m:pinverse scipy.linalg:pinv"),
    ("x y | rcond=None driver=None", several_results.least_squares, "la:lstsq scipy.linalg:lstsq"),
    ("x", factorizations.square_root, "scipy.linalg:sqrtm"),
    ("x", factorizations.logarithm, "scipy.linalg:logm"),
    ("x | t", factorizations.fractional_power, "scipy.linalg:fractional_matrix_power"),
    ("x | full_matrices=True compute_uv=True", several_results.svd, "la:svd scipy.linalg:svd"),
    ("x | some=True compute_uv=True", several_results.torch_svd, "torch:svd m:svd"),
    ("x", factorizations.singular_values, "la:svdvals scipy.linalg:svdvals"),
    ("x | mode=reduced", several_results.qr, "la:qr"),
    ("x | mode=complete", several_results.qr, "scipy.linalg:qr"),
    ("x | some=True", several_results.torch_qr, "torch:qr m:qr"),
    ("x | p=None", norms.condition, "la:cond"),
    ("x | UPLO=L", several_results.eigh, "la:eigh scipy.linalg:eigh"),
    ("x | UPLO=L", several_results.eigvalsh, "la:eigvalsh scipy.linalg:eigvalsh"),
)
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
    ("bias x y | beta=1 alpha=1", linear.add_product,
        "torch:addmm m:addmm torch:baddbmm m:baddbmm torch:addmv m:addmv"),
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
# fmt: on
