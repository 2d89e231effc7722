"""What names in formulas mean that have no standard notation: a line for each.

A notation notes the names that it writes; a page that shows its formulas ends with `definitions`
of those.  Mathematics stands between dollar signs, as LaTeX; a terminal has it in plain characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from derive.formulas.columns import wrapped
from derive.formulas.notation import Notation
from derive.formulas.words.words import Words


class Definition(NamedTuple):
    """What a name stands for, as LaTeX, and what it is, in English and in Chinese."""

    latex: str
    english: str
    chinese: str


def _equal(latex: str, formula: str) -> Definition:
    return Definition(latex, f"${formula}$", f"${formula}$")


def _word(name: str, argument: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}({argument})"


def _commutation(latex: str) -> Definition:
    formula = rf"$\mathrm{{vec}}(A^{{\top}}) = {latex}\,\mathrm{{vec}}(A)$"
    return Definition(latex, f"the commutation matrix, {formula}", f"交换矩阵，{formula}")


DEFINITIONS: dict[str, Definition] = {
    "part": Definition(
        r"Z_{2:h,\,:}",
        "rows 2 to $h$ of $Z$; in formulas places count from 1, in code from 0",
        "$Z$ 的第 2 至 $h$ 行；公式中下标从 1 数起，代码中从 0 数起",
    ),
    "bracket": Definition(
        "[c]", "1 where $c$ holds, else 0, entry by entry", "$c$ 成立处为 1，否则为 0（逐元素）"
    ),
    "along": Definition(
        r"f_{\mathrm{rows}}, f_{\mathrm{columns}}",
        "$f$ of each row, of each column",
        "分别对每一行、每一列取 $f$",
    ),
    "entries": Definition("(a_{pq})_{pq}", "the matrix with these entries", "以这些数为元素的矩阵"),
    "tril": Definition(
        _word("tril", "A, k"),
        "$A$ with zeros above diagonal $k$, the main one if no $k$ is told",
        "$A$ 中第 $k$ 条对角线（缺省为主对角线）以上置零",
    ),
    "triu": Definition(
        _word("triu", "A, k"),
        "$A$ with zeros below diagonal $k$, the main one if no $k$ is told",
        "$A$ 中第 $k$ 条对角线（缺省为主对角线）以下置零",
    ),
    "vec": Definition(
        _word("vec", "A"),
        "the rows of $A$ one after the other in one column, as NumPy's reshape has them",
        "把 $A$ 的各行依次接成一列，与 NumPy 的 reshape 次序相同",
    ),
    "unvec": Definition(
        r"\mathrm{unvec}_{n \times d}(a)",
        r"the $n \times d$ matrix whose rows, one after the other, are $a$",
        r"把 $a$ 依次排成各行所得的 $n \times d$ 矩阵",
    ),
    "reshape": Definition(
        r"\mathrm{reshape}_{n \times d}(A)",
        r"the entries of $A$, row by row, in the shape $n \times d$",
        r"把 $A$ 的元素逐行排成 $n \times d$ 的形状",
    ),
    "softmax": Definition(
        _word("softmax", "z"),
        "$e^{z}$ divided by its sum, along the last axis (of each row) if nothing else is told",
        "$e^{z}$ 除以其和；若无说明则沿最后一轴（逐行）计算",
    ),
    "log_softmax": Definition(
        _word("log_softmax", "z"), "the logarithm of softmax", "softmax 的对数"
    ),
    "logsumexp": Definition(
        _word("logsumexp", "z"), "the logarithm of the sum of $e^{z}$", "$e^{z}$ 之和的对数"
    ),
    "argsort": Definition(
        _word("argsort", "x"),
        "the places of the entries of $x$ in ascending order",
        "$x$ 的元素按升序排列时各自的位置",
    ),
    "argmax": Definition(
        _word("argmax", "x"), "the place of the first largest entry", "首个最大元素的位置"
    ),
    "argmin": Definition(
        _word("argmin", "x"), "the place of the first smallest entry", "首个最小元素的位置"
    ),
    "onehot": Definition(
        _word("onehot", "i"),
        "zeros, with a one in row $k$ at column $i_k$ for each $k$",
        "第 $k$ 行仅在第 $i_k$ 列为 1、其余为 0 的矩阵",
    ),
    "gather": Definition(
        _word("gather", "X, I"), "the entries of $X$ at the places $I$", "$X$ 在位置 $I$ 处的元素"
    ),
    "scatter": Definition(
        _word("scatter", "G, I"),
        "zeros to which each entry of $G$ is added at its place in $I$",
        "把 $G$ 的各元素加到零矩阵中 $I$ 所指位置的结果",
    ),
    "prod": Definition(_word("prod", "x"), "the product of all entries", "所有元素之积"),
    "prod_others": Definition(
        r"\Pi_{\ne}(x)",
        "at each entry the product of all others",
        "每个位置上为其余所有元素之积",
    ),
    "cumprod": Definition(
        _word("cumprod", "x"),
        "at each entry the product of those up to it",
        "每个位置上为到该处为止的元素之积",
    ),
    "stop": Definition(
        _word("stop", "x"),
        "$x$ as a constant, through which no gradient passes",
        "把 $x$ 视为常数，梯度不经过它",
    ),
    "any": Definition(
        _word("any", "c"), "1 where one entry holds, else 0", "有一个成立则为 1，否则为 0"
    ),
    "all": Definition(
        _word("all", "c"), "1 where all entries hold, else 0", "全部成立则为 1，否则为 0"
    ),
    "chol": Definition(
        _word("chol", "A"),
        r"the lower triangular $L$ with a positive diagonal and $L\,L^{\top} = A$",
        r"满足 $L\,L^{\top} = A$ 且对角元素为正的下三角矩阵 $L$",
    ),
    "Φ": Definition(
        r"\Phi(A)",
        "the lower triangle of the square matrix $A$, its diagonal halved",
        "方阵 $A$ 的下三角部分，对角线减半",
    ),
    "sym": _equal(_word("sym", "A"), r"(A + A^{\top})/2"),
    "eigenvalues": Definition(
        _word("eigenvalues", "A"), "in ascending order", "$A$ 的特征值，按升序"
    ),
    "eigenvectors": Definition(
        _word("eigenvectors", "A"),
        "orthonormal, as columns, in the order of the eigenvalues",
        "$A$ 的标准正交特征向量，按特征值的次序作为各列",
    ),
    "singular_values": Definition(
        _word("singular_values", "A"), "in descending order", "$A$ 的奇异值，按降序"
    ),
    "U": Definition(
        _word("U", "A"),
        "the left singular vectors of $A$, orthonormal, as columns",
        "$A$ 的左奇异向量，标准正交，作为各列",
    ),
    "V": Definition(
        _word("V", "A"),
        "the right singular vectors of $A$, orthonormal, as columns",
        "$A$ 的右奇异向量，标准正交，作为各列",
    ),
    "Q": Definition(
        _word("Q", "A"),
        r"the factor of $A = Q\,R$ with orthonormal columns",
        r"分解 $A = Q\,R$ 中各列标准正交的因子",
    ),
    "R": Definition(
        _word("R", "A"),
        r"the upper triangular factor of $A = Q\,R$",
        r"分解 $A = Q\,R$ 中的上三角因子",
    ),
    "expm": Definition("e^{A}", "the matrix exponential", "矩阵指数"),
    "L_exp": Definition(
        r"L_{\exp}(A, E)",
        "the derivative of the matrix exponential at $A$ in the direction $E$",
        "矩阵指数在 $A$ 处沿方向 $E$ 的导数",
    ),
    "commutation": _commutation("K"),
    "commutation beside K": _commutation(r"K_{\mathrm{vec}}"),
    "normal_cdf": Definition(
        r"\Phi(x)", "the standard normal distribution function", "标准正态分布函数"
    ),
    "normal_pdf": Definition(r"\varphi(x)", "the standard normal density", "标准正态密度"),
    "normal_quantile": Definition(
        r"\Phi^{-1}(x)", "the standard normal quantile", "标准正态分位数"
    ),
    "digamma": Definition(
        r"\psi(x)", r"the derivative of $\log \Gamma(x)$", r"$\log \Gamma(x)$ 的导数"
    ),
    "polygamma": Definition(
        r"\psi^{(k)}(x)",
        r"derivative $k$ of $\psi$, which is that of $\log \Gamma$",
        r"$\log \Gamma$ 的导数 $\psi$ 的 $k$ 阶导数",
    ),
    "i0": Definition(
        "I_{0}(x)", "the modified Bessel function of order 0", "零阶第一类修正贝塞尔函数"
    ),
    "i1": Definition(
        "I_{1}(x)", "the modified Bessel function of order 1", "一阶第一类修正贝塞尔函数"
    ),
    "erfc": _equal(_word("erfc", "x"), r"1 - \mathrm{erf}(x)"),
    "erfcx": _equal(_word("erfcx", "x"), r"e^{x^{2}}\,(1 - \mathrm{erf}(x))"),
    "softplus": _equal(_word("softplus", "x"), r"\log(1 + e^{x})"),
    "logsigmoid": _equal(_word("logsigmoid", "x"), r"\log(\sigma(x))"),
    "silu": _equal(_word("silu", "x"), r"x\,\sigma(x)"),
    "mish": _equal(_word("mish", "x"), r"x\,\tanh(\log(1 + e^{x}))"),
    "gelu": Definition(
        _word("gelu", "x"),
        r"$x\,\Phi(x)$ with the standard normal distribution function",
        r"$x\,\Phi(x)$，$\Phi$ 为标准正态分布函数",
    ),
    "gelu_tanh": _equal(
        _word("gelu_tanh", "x"), r"x\,(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715\,x^{3})))/2"
    ),
    "leaky_relu": _equal(_word("leaky_relu", "x, a"), r"\max(x, 0) + a\,\min(x, 0)"),
    "elu": _equal(_word("elu", "x, a"), r"\max(x, 0) + a\,(e^{\min(x, 0)} - 1)"),
    "hardswish": _equal(_word("hardswish", "x"), r"x\,\min(\max(x + 3, 0), 6)/6"),
    "copysign": Definition(
        _word("copysign", "x, y"), "$|x|$ with the sign of $y$", "$|x|$ 带上 $y$ 的符号"
    ),
    "nan_to_num": Definition(
        _word("nan_to_num", "x"),
        "$x$, with 0 for NaN and the largest numbers for infinities",
        "$x$，其中 NaN 代以 0，无穷代以最大的有限数",
    ),
    "trunc": Definition(_word("trunc", "x"), "$x$ without its fraction", "$x$ 去掉小数部分"),
    "arctan2": Definition(
        _word("arctan2", "y, x"), "the angle of the point $(x, y)$", "点 $(x, y)$ 的辐角"
    ),
}
"""By the name that is noted, in the order in which a page has them."""
AT_HAND = {"(a_{pq})_{pq}": "(a[p,q])[p,q]", "e^{A}": "expm(A)"}
"""What a terminal writes in another way."""


def definitions(noted: Iterable[str], words: Words) -> Iterator[tuple[str, str]]:
    """Yield each name noted that needs it as LaTeX, and what it is, in the language."""
    names = set(noted)
    for name, (latex, english, chinese) in DEFINITIONS.items():
        if name in names:
            yield latex, english if words.lang == "en" else chinese


def defined(notation: Notation, words: Words, told: Iterable[str] = ()) -> Iterator[str]:
    """Yield lines for a terminal that define what the notation has noted and is not told."""
    noted = set(notation.noted).difference(told, {"part"})  # a part is written as in code
    for latex, told in definitions(noted, words):
        name = AT_HAND.get(latex) or plain(latex, ascii_only=notation.ascii_only)
        parts = told.split("$")
        parts[1::2] = [plain(part, ascii_only=notation.ascii_only) for part in parts[1::2]]
        yield from wrapped(words("t_where", told=words("means", name=name, told="".join(parts))))


_SIGNS = {
    "sigma": "σ", "Phi": "Φ", "varphi": "φ", "psi": "ψ", "Gamma": "Γ", "Pi": "Π", "pi": "π",
    "ne": "≠", "times": "×", "sqrt": "√",
}  # fmt: skip
_MARKS = (
    *((r"^{\top}", "ᵀ"), ("^{-1}", "⁻¹"), ("_{0}", "₀"), ("_{1}", "₁"), ("-", "−")),
    *(("^{2}", "²"), ("^{3}", "³")),
    *((r" \times ", "×"), (r"\sqrt{2/\pi}", "√(2/π)"), (r"\,", " "), (r"\_", "_")),
)
_ASCII = str.maketrans(
    {
        "ᵀ": "^T",
        "⁻": "^-",
        "¹": "1",
        "₀": "0",
        "₁": "1",
        "×": "x",
        "−": "-",
        "√": "sqrt",
        "π": "pi",
        "²": "^2",
        "³": "^3",
    }
)


def plain(latex: str, *, ascii_only: bool) -> str:
    """Return LaTeX, such as definitions have, in plain characters."""
    text = latex
    for mark, sign in _MARKS:
        text = text.replace(mark, sign)
    text = text.replace(r"\mathrm", "")
    signs = {"ne": "!=", "varphi": "phi"} if ascii_only else _SIGNS
    text = re.sub(r"\\([A-Za-z]+)", lambda m: signs.get(m[1], m[1]), text)
    text = re.sub(r"\^\{([^{}]{2,})\}", r"^(\1)", text)
    text = text.replace("{", "").replace("}", "")
    return text.translate(_ASCII) if ascii_only else text
