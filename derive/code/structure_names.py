"""What the classes for a Hessian's factors are called, and the sentence that says what each is."""

from __future__ import annotations

from derive.algebra.hessian.kinds import Part

BY_KIND = {
    "diagonal": "DiagonalHessian",
    "band": "BandHessian",
    "kronecker": "KroneckerHessian",
    "product": "ProductHessian",
    "exchanged": "ExchangedHessian",
    "blocks": "BlockDiagonalHessian",
    "outer": "OuterHessian",
    "pair": "OuterPairHessian",
    "low_rank": "LowRankHessian",
    "kronecker_sum": "KroneckerSumHessian",
    "dense": "DenseHessian",
}
BESIDE_IDENTITY = {
    "outer": "BlockOuterHessian",
    "pair": "BlockOuterPairHessian",
    "low_rank": "BlockLowRankHessian",
}
TOTAL = "SumHessian"
NAMES = (*BY_KIND.values(), *BESIDE_IDENTITY.values())


def plain_name(part: Part) -> str:
    """Return the name of the class for a part, where no other part has taken it."""
    return (BESIDE_IDENTITY if part.shared else {}).get(part.kind, BY_KIND[part.kind])


def sentence(part: Part) -> str:
    """Return one sentence on what the structure is."""
    along = "" if not part.shared or part.kind == "diagonal" else _axes(part)
    apart = f", for each entry along {along}" if along else ""
    return {
        "diagonal": "A Hessian that is zero off its diagonal.",
        "band": "A Hessian with entries beside its diagonal, mirrored on the other side.",
        "product": "A Hessian that is weight times the Kronecker product of left and right.",
        "exchanged": "A Hessian that takes V to weight * left @ V.T @ right.T.",
        "kronecker": f"A Hessian that is the same block for every entry along {along}.",
        "blocks": f"A Hessian that is a block for each entry along {along}, zero elsewhere.",
        "outer": f"A Hessian that is a weight times the outer square of factor{apart}.",
        "pair": f"A Hessian that is outer(left, right) and its mirror image{apart}.",
        "low_rank": f"A Hessian that is factor.T @ diag(weights) @ factor{apart}.",
        "kronecker_sum": "A Hessian that is a sum of outer squares, each times its block.",
        "dense": "A Hessian with no structure that is known.",
    }[part.kind]


def _axes(part: Part) -> str:
    axes = [str(k) for k in part.shared]
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {' and '.join(axes)}"
