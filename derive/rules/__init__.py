"""One rule for each kind of expression; `rule_of(node)` finds it, `Apply` nodes by name."""

from derive.algebra.nodes import Add, Apply, Contract, Map, Node
from derive.rules.base import Rule
from derive.rules.cholesky import Cholesky, LowerHalf, SymmetricPart
from derive.rules.eigen import Eigenvalues, Eigenvectors
from derive.rules.elementwise import Elementwise
from derive.rules.exponential import Exponential, ExponentialAlong
from derive.rules.inverse import (
    Determinant,
    DeterminantSign,
    Inverse,
    LogDeterminant,
    Pseudoinverse,
    Solve,
)
from derive.rules.layout import Concatenate, CumulativeSum, Flip, OneHot, Place, Slice, Stack, Stop
from derive.rules.norm import Norm, PowerNorm
from derive.rules.orthogonal import OrthonormalFactor, TriangularFactor
from derive.rules.partial_products import PartialProducts, Prod, itself, later
from derive.rules.product import Product, Sum
from derive.rules.select import Extreme, Fixed, Gather, Reshape, Scatter
from derive.rules.singular import LeftVectors, RightVectors, SingularValues
from derive.rules.softmax import LogSoftmax, LogSumExp, Softmax

KINDS: dict[type[Node], Rule] = {Contract: Product(), Add: Sum(), Map: Elementwise()}
OPERATIONS: dict[str, Rule] = {
    "softmax": Softmax(),
    "log_softmax": LogSoftmax(),
    "logsumexp": LogSumExp(),
    "norm": Norm(),
    "power_norm": PowerNorm(),
    "prod": Prod(),
    "prod_others": PartialProducts(itself),
    "cumprod": PartialProducts(later),
    "cumsum": CumulativeSum(),
    "flip": Flip(),
    "gather": Gather(),
    "scatter": Scatter(),
    "argsort": Fixed(),
    "argmin": Fixed(),
    "slice": Slice(),
    "place": Place(),
    "stack": Stack(),
    "concatenate": Concatenate(),
    "onehot": OneHot(),
    "stop": Stop(),
    "reshape": Reshape(),
    "max": Extreme("max"),
    "min": Extreme("min"),
    "argmax": Fixed(),
    "any": Fixed(),
    "all": Fixed(),
    "iota": Fixed(),
    "tri": Fixed(),
    "inverse": Inverse(),
    "solve": Solve(),
    "det": Determinant(),
    "logdet": LogDeterminant(absolute=False),
    "logabsdet": LogDeterminant(absolute=True),
    "det_sign": DeterminantSign(),
    "cholesky": Cholesky(),
    "lower_half": LowerHalf(),
    "sym": SymmetricPart(),
    "eigenvalues": Eigenvalues(),
    "eigenvectors": Eigenvectors(),
    "singular_values": SingularValues(),
    "left_vectors": LeftVectors(),
    "right_vectors": RightVectors(),
    "orthonormal_factor": OrthonormalFactor(),
    "triangular_factor": TriangularFactor(),
    "pinv": Pseudoinverse(),
    "expm": Exponential(),
    "expm_along": ExponentialAlong(),
}


def rule_of(node: Node) -> Rule:
    """Return the rule of the node; KeyError where there is none."""
    return OPERATIONS[node.rule] if isinstance(node, Apply) else KINDS[type(node)]
