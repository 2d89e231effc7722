"""The words for evidence: the worked example, the checks, conditions and references."""

from __future__ import annotations

CHECKS: dict[str, tuple[str, str]] = {
    # example
    "example_text": ("Sizes {sizes}; all numbers are exact.", "取 {sizes}；所有数值均为精确值。"),
    "example_rounded": (
        "Sizes {sizes}; integers are exact, other numbers are rounded to four digits.",
        "取 {sizes}；整数为精确值，其余保留四位小数。",
    ),
    # checks
    "checks_text": (
        "`derive check {name}` repeats these with pairwise different sizes and with all sizes "
        "equal; every gradient and every entry, in float64.",
        "`derive check {name}` 用两两不同的尺寸和全部相同的尺寸重复这些检验；逐个梯度、逐个元素，"
        "float64 精度。",
    ),
    "check": ("check", "检验"),
    "against": ("against", "对照"),
    "error": ("error", "误差"),
    "check_lines": ("each line of the proofs", "证明的每一行"),
    "mod_prime": ("random integers modulo a prime", "模素数的随机整数"),
    "lines_hold": (
        "none: {held} of {total} lines hold exactly",
        "无：{total} 行中 {held} 行精确成立",
    ),
    "lines_hold_rounded": (
        "{held} of {total} lines hold, to 40 digits where a function is not rational",
        "{total} 行中 {held} 行成立；非有理函数处精确到 40 位",
    ),
    "reverse_sweep": (
        "the reverse sweep, at random integers modulo a prime",
        "反向推导，取模素数的随机整数",
    ),
    "x_exactly": ("none: equal exactly", "无：精确相等"),
    "x_to_digits": ("equal to 40 digits", "40 位内相等"),
    "x_different": ("DIFFERENT", "不相等"),
    "x_undecided": ("not decided", "未能判定"),
    "numpy_code": ("NumPy code", "NumPy 代码"),
    "formulas": ("the formulas", "公式"),
    "both_code": ("NumPy and PyTorch code", "NumPy 与 PyTorch 代码"),
    "complex_step": ("complex step", "复步长微分"),
    "four_point": ("four-point differences", "四点差分"),
    "autograd": ("PyTorch's autograd on the model itself", "对模型本身的 PyTorch 自动微分"),
    "torch_code": ("PyTorch code, second derivatives", "PyTorch 代码，二阶导数"),
    "below": ("below $10^{{{power}}}$", "小于 $10^{{{power}}}$"),
    "passed": ("passed", "通过"),
    # conditions
    "kink": (
        "At a kink, where the function has no derivative, the value is PyTorch's: {kinks}.",
        "在不可导的折点处取 PyTorch 的约定：{kinks}。",
    ),
    "smooth": (
        "Every function here is differentiable wherever it is defined.",
        "此处各函数在定义域内处处可导。",
    ),
    "computed_as": (
        "{written} is computed as {read}, {why}.",
        "{written} 按 {read} 计算，{why}。",
    ),
    "dims_positive": (
        "Dimensions are positive integers; different letters are never taken to be equal.",
        "维度均为正整数；不同字母从不视为相等。",
    ),
    "declared_same": ("Declared equal in this document: {pairs}.", "本文中设为相等：{pairs}。"),
    "ref_giles": (
        "M. B. Giles, *An extended collection of matrix derivative results for forward and reverse "
        "mode algorithmic differentiation*, 2008: the differential and pullback of a product.",
        "M. B. Giles, *An extended collection of matrix derivative results for forward and reverse "
        "mode algorithmic differentiation*, 2008：乘积的微分与拉回。",
    ),
    "ref_magnus": (
        "J. R. Magnus, H. Neudecker, *Matrix Differential Calculus with Applications in Statistics "
        "and Econometrics*: differentials, vec and the Kronecker product.",
        "J. R. Magnus, H. Neudecker, *Matrix Differential Calculus with Applications in Statistics "
        "and Econometrics*：微分、vec 算子与克罗内克积。",
    ),
    "ref_bishop": (
        "C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 4.3: softmax and "
        "the logistic function.",
        "C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, 第 4.3 节：softmax "
        "与逻辑函数。",
    ),
    "ref_cookbook": (
        "K. B. Petersen, M. S. Pedersen, *The Matrix Cookbook*, 2012, sections 2.1 and 2.2: "
        "determinants and inverses.",
        "K. B. Petersen, M. S. Pedersen, *The Matrix Cookbook*, 2012, 第 2.1、2.2 节：行列式与逆。",
    ),
    "ref_murray": (
        "I. Murray, *Differentiation of the Cholesky decomposition*, 2016, arXiv:1602.07527.",
        "I. Murray, *Differentiation of the Cholesky decomposition*, 2016, arXiv:1602.07527。",
    ),
    "ref_golub": (
        "G. H. Golub, V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least "
        "squares problems whose variables separate*, 1973.",
        "G. H. Golub, V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least "
        "squares problems whose variables separate*, 1973。",
    ),
    "ref_magnus_eigen": (
        "J. R. Magnus, *On differentiating eigenvalues and eigenvectors*, Econometric Theory, "
        "1985.",
        "J. R. Magnus, *On differentiating eigenvalues and eigenvectors*, Econometric Theory, "
        "1985。",
    ),
    "ref_higham": (
        "N. J. Higham, *Functions of Matrices*, 2008, chapters 3 and 10: the exponential and its "
        "derivative.",
        "N. J. Higham, *Functions of Matrices*, 2008, 第 3、10 章：矩阵指数及其导数。",
    ),
    "ref_townsend": (
        "J. Townsend, *Differentiating the singular value decomposition*, 2016.",
        "J. Townsend, *Differentiating the singular value decomposition*, 2016。",
    ),
    "ref_walter": (
        "S. F. Walter, L. Lehmann, *Algorithmic differentiation of linear algebra functions with "
        "application in optimum experimental design*, 2010, arXiv:1001.1654.",
        "S. F. Walter, L. Lehmann, *Algorithmic differentiation of linear algebra functions with "
        "application in optimum experimental design*, 2010, arXiv:1001.1654。",
    ),
    "ref_sgd": (
        "H. Robbins, S. Monro, *A stochastic approximation method*, Annals of Mathematical "
        "Statistics, 1951.",
    )
    * 2,
    "ref_momentum": (
        "B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR "
        "Computational Mathematics and Mathematical Physics, 1964.",
    )
    * 2,
    "ref_nesterov": (
        "I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and "
        "momentum in deep learning*, ICML 2013.",
    )
    * 2,
    "ref_rmsprop": (
        "T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, Neural Networks for Machine Learning, "
        "Coursera, 2012.",
    )
    * 2,
    "ref_adam": ("D. P. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015.",)
    * 2,
    "ref_adamw": ("I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, ICLR 2019.",)
    * 2,
}
