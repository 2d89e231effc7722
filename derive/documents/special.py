"""Parts of a document that stand beside the steps: equal dimensions, Jacobians, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sympy import MatMul, Transpose

from derive.algebra.build import cotangent, scale
from derive.algebra.nodes import Apply, Map, walk
from derive.algebra.scalars.tree import Scalar
from derive.derivation.candidates import shape2
from derive.derivation.reason import StepProof
from derive.dims import dim, size_of
from derive.documents.blocks import Block, Heading, Items, Paragraph, Table
from derive.formulas.matrices.kinds import is_matrix
from derive.formulas.notation import Notation, dimension_latex
from derive.formulas.words.words import Words
from derive.program.program import Equation

KINKS = {
    "relu": (r"$\mathrm{relu}'(0) = 0$",) * 2,
    "relu6": (r"$\mathrm{relu6}' = 0$ at 0 and 6", r"$\mathrm{relu6}'$ 在 0 与 6 处为 0"),
    "abs": ("$|x|' = 0$ at 0", "$|x|'$ 在 0 处为 0"),
    "sign": ("sign has the slope 0 everywhere", "sign 处处导数为 0"),
    "step": (r"a comparison has the slope 0 everywhere", "比较处处导数为 0"),
    "maximum": ("a tie of maximum gives half to each", "maximum 相等时各得一半"),
    "minimum": ("a tie of minimum gives half to each", "minimum 相等时各得一半"),
    "clip": ("the bounds of clip count as inside, slope 1", "clip 的边界算在内部，导数为 1"),
    "fmax": ("a tie of fmax gives all to the first", "fmax 相等时全归前者"),
    "fmin": ("a tie of fmin gives all to the first", "fmin 相等时全归前者"),
    "copysign": ("copysign at 0 has the slope 0", "copysign 在 0 处导数为 0"),
    "fmod": ("fmod has the slope of one branch", "fmod 取一支的斜率"),
    "remainder": ("remainder has the slope of one branch", "remainder 取一支的斜率"),
    "leaky_relu": ("leaky_relu at 0 has its negative slope", "leaky_relu 在 0 处取负侧斜率"),
    "elu": ("elu at 0 has the slope of its negative side", "elu 在 0 处取负侧导数"),
    "hardtanh": ("hardtanh at ±1 has the slope 0", "hardtanh 在 ±1 处导数为 0"),
    "hardsigmoid": ("hardsigmoid at ±3 has the slope 0", "hardsigmoid 在 ±3 处导数为 0"),
    "argsort": (
        "among equal entries the first in order takes the gradient",
        "相等的元素中次序在先者得到梯度",
    ),
    "argmax": ("among equal entries the first takes the gradient", "相等的元素中第一个得到梯度"),
    "argmin": ("among equal entries the first takes the gradient", "相等的元素中第一个得到梯度"),
    "max": ("equal largest entries share the gradient evenly", "并列最大的元素平分梯度"),
    "min": ("equal smallest entries share the gradient evenly", "并列最小的元素平分梯度"),
    "power_norm": ("the gradient of a norm at 0 is 0", "范数在 0 处的梯度取 0"),
    "logsumexp": (
        "the gradient of log-sum-exp of nothing but $-\\infty$ is not a number",
        "全为 $-\\infty$ 的 log-sum-exp 的梯度不是数",
    ),
    "norm": ("the gradient of a norm at 0 is 0", "范数在 0 处的梯度取 0"),
}
SINGULAR_VECTORS = (
    "singular vectors have a gradient where the singular values are distinct and none is 0, and "
    "a sign in common, the left with the right one, that no result may depend on",
    "奇异值互异且不为 0 时奇异向量可导；左右向量同号，结果不得依赖其符号",
)
TRIANGULARIZED = (
    "a matrix that is written as $Q R$ has full rank, and no more columns than rows; the signs of "
    "the diagonal of $R$ are the library's own; "
    r"$\Phi$ takes the lower triangle and halves the diagonal",
    r"作 $Q R$ 分解的矩阵列满秩，$R$ 对角线的符号由库决定；$\Phi$ 取下三角并将对角线减半",
)
DOMAINS = {
    "log": ("log takes positive numbers", "log 的自变量为正"),
    "sqrt": ("the slope of a square root is infinite at 0", "平方根在 0 处导数为无穷"),
    "rsqrt": ("1/√x takes positive numbers", "1/√x 的自变量为正"),
    "pow": ("x to a power that is no integer takes positive x", "非整数幂要求底为正"),
    "reciprocal": ("no divisor is 0", "除数不为 0"),
    "prod": (
        "prod_others has at each entry the product of the others, right where some are 0",
        "prod_others 在每个元素处是其余元素之积，有零时亦正确",
    ),
    "gather": (
        "gather picks entries by integers, and scatter adds each where it was picked",
        "gather 按整数取元素，scatter 把每个元素加回原处",
    ),
    "cumsum": ("the gradient of a running sum is summed from the end", "累加的梯度从末尾累加"),
    "lgamma": ("the gamma function has poles at 0, -1, …", "Γ 函数在 0、-1、… 处有极点"),
    "digamma": ("digamma has poles at 0, -1, …", "ψ 函数在 0、-1、… 处有极点"),
    "erfinv": ("erfinv takes numbers between -1 and 1", "erfinv 的自变量在 -1 与 1 之间"),
    "inverse": ("a matrix that is inverted is invertible", "被求逆的矩阵可逆"),
    "solve": ("the matrix of a linear system is invertible", "线性方程组的矩阵可逆"),
    "det": (
        "the gradient of a determinant takes the matrix to be invertible",
        "行列式的梯度要求矩阵可逆",
    ),
    "logdet": (
        "log det takes a matrix with a positive determinant, as a positive definite one has",
        "log det 要求行列式为正，正定矩阵即如此",
    ),
    "logabsdet": ("log|det| takes an invertible matrix", "log|det| 要求矩阵可逆"),
    "cholesky": (
        r"a matrix that has a Cholesky factor is symmetric and positive definite, and its gradient "
        r"is symmetric; $\Phi$ takes the lower triangle and halves the diagonal",
        r"作 Cholesky 分解的矩阵对称正定，其梯度对称；$\Phi$ 取下三角并将对角线减半",
    ),
    "eigenvalues": (
        "a matrix whose eigenvalues are taken is symmetric, and its gradient is symmetric; where "
        "eigenvalues are equal, only their sum has a gradient",
        "求特征值的矩阵对称，其梯度对称；特征值相等处只有其和可导",
    ),
    "eigenvectors": (
        "eigenvectors have a gradient where the eigenvalues are distinct, and a sign that no "
        "result may depend on",
        "特征值互异时特征向量可导；结果不得依赖其符号",
    ),
    "singular_values": (
        "singular values are distinct where one of them is used by itself, and none is 0; "
        "$U(A)$ and $V(A)$ hold the singular vectors of $A$ as columns",
        "单独使用的奇异值互异且不为 0；$U(A)$、$V(A)$ 的列为 $A$ 的奇异向量",
    ),
    **dict.fromkeys(("left_vectors", "right_vectors"), SINGULAR_VECTORS),
    **dict.fromkeys(("orthonormal_factor", "triangular_factor"), TRIANGULARIZED),
    "pinv": ("a matrix that is pseudo-inverted has full rank", "求伪逆的矩阵满秩"),
    "expm": (
        r"$L_{\exp}(A, E)$ is the derivative of the matrix exponential at $A$ along $E$",
        r"$L_{\exp}(A, E)$ 为矩阵指数在 $A$ 处沿 $E$ 的导数",
    ),
    "det_sign": ("the sign of a determinant has the slope 0", "行列式的符号导数为 0"),
}
MOST_TABLES = 3


def stop_deciding(
    notation: Notation, words: Words, arguments: Sequence[StepProof]
) -> Iterator[Block]:
    """Yield the table of how many products fit when dimensions are declared equal."""
    tables = [(a, a.dimensions) for a in arguments if a.dimensions is not None]
    with_table = [a for a, _ in tables]
    counts = {a.variable: dict(a.when_equal()) for a in with_table}
    names = list(dict.fromkeys(frozenset(n) for found in counts.values() for n in found))
    if not names or arguments[0].equation.number > MOST_TABLES:
        return
    order = [n for _, table in tables for f in table.factors for d in f.shape for n in d.names]
    known = list(dict.fromkeys(order))
    names.sort(key=lambda s: (len(s), [known.index(n) for n in sorted(s, key=known.index)]))
    rows = [(words("none_equal"), *(str(table.fitting) for _, table in tables))]
    for group in names:
        label = " = ".join(dimension_latex(dim(n)) for n in sorted(group, key=known.index))
        cells = [str(a.fitting_when_equal(group)) for a in with_table]
        rows.append((f"${label}$", *cells))
    yield Heading(4, words("stop_deciding"))
    yield Paragraph(words("stop_text"))
    gradients = [f"${notation.latex(cotangent(a.variable))}$" for a in with_table]
    yield Table((words("declared"), *gradients), tuple(rows))
    twice = notation.latex(scale(2, with_table[0].pullback))
    yield Paragraph(words("no_factor_seen", twice=twice))


def jacobians(
    notation: Notation, words: Words, equation: Equation, arguments: Sequence[StepProof]
) -> Iterator[Block]:
    """Yield, for the first step that is a product, what the true Jacobians are."""
    sides = [(a, s) for a in arguments if (s := _sides(notation, a)) is not None]
    if not sides:
        return
    output = notation.latex(equation.symbol)
    head, head_sides = sides[0]
    gradient = f"{notation.latex(cotangent(head.variable))} = {notation.latex(head.pullback)}"
    symbol = notation.latex(head.variable)
    yield Heading(4, words("jacobian_title", output=output, symbol=symbol))
    partner = head_sides[1] if head_sides[1] is not None else head_sides[0]
    factor = _turned(notation, partner)
    yield Paragraph(
        words("jacobian_text", gradient=gradient, factor=factor, output=output, symbol=symbol)
    )
    yield Table(
        (
            words("respect_to", output=output),
            words("columns_stacked"),
            words("rows_stacked"),
            words("shape"),
        ),
        tuple(_jacobian_row(notation, argument, *found) for argument, found in sides),
    )
    yield Paragraph(words("jacobian_end"))


def _jacobian_row(
    notation: Notation, argument: StepProof, left: Any, right: Any
) -> tuple[str, ...]:
    """Return X, its Jacobian L ⊗ Rᵀ in both orders of stacking, and the Jacobian's shape."""
    output = argument.equation.symbol
    rows, columns = shape2(output)
    above, below = (f"I_{{{dimension_latex(d)}}}" for d in (rows, columns))
    if left is not None:
        above = _plain(notation, left)
    if right is not None:
        below = _turned(notation, right)
    total = dimension_latex(size_of(output.shape))
    inner = dimension_latex(size_of(argument.variable.shape))
    return (
        f"${notation.latex(argument.variable)}$",
        f"${_kronecker(below, above)}$",
        f"${_kronecker(above, below)}$",
        rf"${total} \times {inner}$",
    )


def _kronecker(left: str, right: str) -> str:
    """Write a Kronecker product, in which the identity of size 1 is no factor."""
    return r" \otimes ".join(f for f in (left, right) if f != "I_{1}") or "1"


def _sides(notation: Notation, argument: StepProof) -> tuple[Any, Any] | None:
    """Return L and R of dY = L dX R, None for an identity; None where dY is no such product."""
    expr = notation.expression(argument.differential)
    if not isinstance(expr, MatMul) or not is_matrix(expr):
        return None
    if any(not is_matrix(arg) for arg in expr.args) or not argument.equation.symbol.rank:
        return None
    moved = notation.view(argument.moved)
    places = [k for k, arg in enumerate(expr.args) if moved in (arg, getattr(arg, "arg", None))]
    if len(places) != 1:
        return None
    at = places[0]
    if isinstance(expr.args[at], Transpose) and argument.variable.rank != 1:
        return None
    left, right = expr.args[:at], expr.args[at + 1 :]
    join = [
        side[0] if len(side) == 1 else MatMul(*side, evaluate=False) if side else None
        for side in (left, right)
    ]
    return join[0], join[1]


def _plain(notation: Notation, expr: Any) -> str:
    text = notation.in_latex(expr)
    return f"({text})" if isinstance(expr, MatMul) and len(expr.args) == 2 else text


def _turned(notation: Notation, expr: Any) -> str:
    inner = expr.arg if isinstance(expr, Transpose) else Transpose(expr)
    return _plain(notation, inner)


def conditions(
    notation: Notation, words: Words, same: Sequence[tuple[str, str]]
) -> Iterator[Block]:
    """Yield the conditions under which the formulas hold."""
    program = notation.derivation.program
    at = 0 if words.lang == "en" else 1
    names = list(dict.fromkeys(_functions(notation)))
    texts = [words("dims_positive")]
    if same:
        pairs = ", ".join(f"${a} = {b}$" for a, b in same)
        texts.append(words("declared_same", pairs=pairs))
    kinks = [KINKS[name][at] for name in names if name in KINKS]
    if kinks:
        texts.append(words("kink", kinks="; ".join(kinks)))
    domains = dict.fromkeys(DOMAINS[name][at] for name in names if name in DOMAINS)
    texts += [text[0].upper() + text[1:] + "." if at == 0 else text + "。" for text in domains]
    if not kinks and not domains:
        texts.append(words("smooth"))
    texts += [_coded(remark, words) for remark in program.remarks]
    yield Items(tuple(texts))


def _functions(notation: Notation) -> Iterator[str]:
    for equation in notation.derivation.program.equations:
        for node in walk(equation.expr):
            if isinstance(node, Map):
                yield from _calls(node.fn)
            elif isinstance(node, Apply):
                yield node.rule


def _calls(fn: Scalar) -> Iterator[str]:
    if fn.op == "call":
        yield fn.args[0]
    if fn.op == "pow" and fn.args[1] < 0:
        yield "reciprocal"
    for child in fn.children:
        yield from _calls(child)


REASONS = {"which does not overflow": "不会溢出", "which it equals": "两者相等"}


def _coded(remark: str, words: Words) -> str:
    """Return a remark with its formulas set as code, in the language of the document."""
    first, middle, rest = remark.partition(" is computed as ")
    if not middle:
        return remark
    second, _, why = rest.partition(", which ")
    why = f"which {why}".rstrip(".")
    reason = REASONS.get(why, why) if words.lang == "zh" else why
    return words("computed_as", written=f"`{first}`", read=f"`{second}`", why=reason)
