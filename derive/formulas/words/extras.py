"""The words for Jacobians, Hessians and products with them."""

from __future__ import annotations

EXTRAS: dict[str, tuple[str, str]] = {
    "x_title_jacobian": ("Jacobian of {outputs} in {symbol}", "{outputs} 对 {symbol} 的雅可比"),
    "x_title_hessian": ("Hessian of {outputs} in {symbol}", "{outputs} 对 {symbol} 的黑塞矩阵"),
    "x_title_hvp": (
        "Hessian of {outputs} in {symbol} times a direction",
        "{outputs} 对 {symbol} 的黑塞矩阵乘以方向",
    ),
    "x_text_jacobian": (
        "The derivative of every entry in every entry, of shape {shape}: first the axes of the "
        "output, then those of the variable.",
        "每个输出分量对每个变量分量的导数，形状为 {shape}：先输出的轴，后变量的轴。",
    ),
    "x_text_hessian": (
        "The second derivatives, of shape {shape}: the axes of the variable, twice.",
        "二阶导数，形状为 {shape}：变量的轴出现两次。",
    ),
    "x_text_hvp": (
        "The second derivatives times a direction of the variable's shape, {shape}.",
        "二阶导数乘以与变量同形状的方向，形状为 {shape}。",
    ),
    "x_never": (
        "It is the change of the gradient along the direction, at the cost of two gradients; the "
        "Hessian itself is never formed.",
        "它是梯度沿该方向的变化，代价约为两次梯度；黑塞矩阵本身从不形成。",
    ),
    "x_structure": ("Structure: {kinds}; symmetric.", "结构：{kinds}；对称。"),
    "x_plus": (", plus ", "，加上"),
    "x_diagonal": ("diagonal", "对角"),
    "x_band": (
        "entries beside the diagonal, mirrored on its other side",
        "对角旁的分量，另一侧对称",
    ),
    "x_product": ("a Kronecker product of two matrices", "两个矩阵的克罗内克积"),
    "x_exchanged": (
        "a Kronecker product of two matrices after a transpose (with the commutation matrix)",
        "先转置再作两个矩阵的克罗内克积（含交换矩阵）",
    ),
    "x_kronecker_sum": (
        "a sum of Kronecker products, of outer squares with blocks",
        "若干克罗内克积之和，即外积与块的克罗内克积",
    ),
    "x_kronecker": (
        "one block, the same for every entry along axis {axes} (a Kronecker product with an "
        "identity)",
        "沿第 {axes} 轴每个分量处相同的一个块（与单位阵的克罗内克积）",
    ),
    "x_blocks": ("a block for each entry along axis {axes}", "沿第 {axes} 轴每个分量一个块"),
    "x_outer": ("an outer square, of rank one", "一个外积，秩为一"),
    "x_low_rank": (
        "of low rank, a weighted sum of outer squares of a factor's rows",
        "低秩，即因子各行外积的加权和",
    ),
    "x_outer_each": (
        "an outer square for each entry along axis {axes}",
        "沿第 {axes} 轴每个分量一个外积",
    ),
    "x_pair": ("an outer product and its mirror image, of rank two", "一个外积及其转置，秩为二"),
    "x_pair_each": (
        "an outer product and its mirror image for each entry along axis {axes}",
        "沿第 {axes} 轴每个分量一个外积及其转置",
    ),
    "x_low_rank_each": (
        "of low rank for each entry along axis {axes}, weighted outer squares of a factor's rows",
        "沿第 {axes} 轴每个分量为低秩，即因子各行外积的加权和",
    ),
    "x_dense": ("dense", "稠密"),
    "x_identities": (
        "Structure: zero off its diagonals, on which alone entries are computed.",
        "结构：对角以外为零，只计算对角上的分量。",
    ),
    "x_constant": ("It does not depend on {symbol}.", "它不依赖于 {symbol}。"),
    "x_free": (
        "Every entry of {symbol} counts as free, as in the free gradient; along changes that keep "
        "its property it is the second derivative there.",
        "{symbol} 的每个分量都视为自由的（如自由梯度）；沿保持其性质的方向，它就是该处的二阶导数。",
    ),
    "x_rows_stacked": (
        "With rows stacked, as arrays lie in memory, it is the {shape} matrix",
        "按行堆叠（与内存顺序一致）时，它是 {shape} 矩阵",
    ),
    "x_columns_stacked": ("With columns stacked: {formula}", "若按列堆叠则为 {formula}"),
    "x_where": ("with", "其中"),
    "x_follows": (
        "It follows from a differential, whose factor before the change is read off:",
        "由微分得出，读出变化量前的因子即可：",
    ),
    "x_code": ("In code, `{function}`:", "代码中为 `{function}`："),
}
