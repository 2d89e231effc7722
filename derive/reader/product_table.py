"""Products, traces and diagonals, and layers that are products.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import (
    creation,
    crosses,
    diagonals,
    indexing,
    linear,
    networks,
    norms,
    statistics,
)
from derive.reader import meaning
from derive.reader.operation import Line

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
