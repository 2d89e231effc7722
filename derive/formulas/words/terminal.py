"""The words of a terminal."""

from __future__ import annotations

TERMINAL: dict[str, tuple[str, str]] = {
    "t_any_scalar": ("any scalar that depends on {names}", "依赖于 {names} 的任意标量"),
    "t_given": ("∂L/∂{name}, given", "∂L/∂{name}，给定"),
    "t_forward": ("Forward", "前向"),
    "t_through": ("Backward through ({number})", "反向通过 ({number})"),
    "t_gradients": ("Gradients", "梯度"),
    "t_cache": ("Cache", "缓存"),
    "t_where": ("where {told}", "其中 {told}"),
    "t_free": (
        "In {names} all entries count as independent. Projected on symmetric matrices:",
        "{names} 把所有元素视为相互独立。在对称矩阵上的投影：",
    ),
    "t_must": ("must be {shape}, from {factors}", "形状必为 {shape}，由 {factors} 构成"),
    "t_must_plain": ("must be {shape}", "形状必为 {shape}"),
    "t_products": (
        "{total} products: {formable} can be formed, {fitting} {verb} {shape}.",
        "{total} 种乘积：{formable} 种可构成，{fitting} 种为 {shape}。",
    ),
    "t_decide": ("The dimensions alone decide.", "仅凭维度即可确定。"),
    "t_candidates": ("The differential decides.", "由微分决定。"),
    "t_entrywise": (
        "entry by entry: shapes cannot decide, the differential does.",
        "逐元素：形状无法确定，由微分决定。",
    ),
    "t_sum": ("sum of what ({numbers}) give", "({numbers}) 各项之和"),
    "t_copies": (
        "{name} lacks an axis: ones copy it along the missing one",
        "{name} 缺一个轴：由全一向量沿该轴复制",
    ),
    "t_keep": ("keep {kept}", "保留 {kept}"),
    "t_keep_item": ("{name} for {uses}", "{name}（用于 {uses}）"),
    "t_keep_nothing": ("keep nothing", "无需保留"),
    "t_covered": ("{sum} is enough for {names}", "{names} 由 {sum} 代替"),
    "t_output_enough": (
        "{name} is not needed, {output} tells the slope of ({number})",
        "无需 {name}，{output} 已给出 ({number}) 的导数",
    ),
    "t_made": ("{formula} is made again, {count} operations", "重算 {formula}，{count} 次运算"),
    "t_unkept": ("{names} occur in no gradient", "{names} 不出现在任何梯度中"),
    "t_unkept_one": ("{names} occurs in no gradient", "{names} 不出现在任何梯度中"),
    "t_more": (
        "To read more: derive generate {name} --to markdown",
        "更多内容：derive generate {name} --to markdown --lang zh",
    ),
    "t_checked": (
        "Each line was checked exactly, with random integers modulo a prime.",
        "每一行都用模素数的随机整数精确验证过。",
    ),
    "t_checked_rounded": (
        "Each line was checked: exactly modulo a prime, or to 40 digits where it is not rational.",
        "每一行都验证过：有理部分模素数精确成立，其余精确到 40 位。",
    ),
}
