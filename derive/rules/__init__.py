"""One rule for each kind of expression; `rule_of(node)` finds it, `Apply` nodes by name."""

from derive.algebra.nodes import Add, Apply, Contract, Map, Node
from derive.rules.base import Rule
from derive.rules.cholesky import CHOLESKY_RULES
from derive.rules.eigen import EIGEN_RULES
from derive.rules.elementwise import Elementwise
from derive.rules.exponential import EXPONENTIAL_RULES
from derive.rules.inverse import INVERSE_RULES
from derive.rules.layout import LAYOUT_RULES
from derive.rules.norm import NORM_RULES
from derive.rules.orthogonal import ORTHOGONAL_RULES
from derive.rules.partial_products import PARTIAL_PRODUCTS_RULES
from derive.rules.product import Product, Sum
from derive.rules.select import SELECT_RULES
from derive.rules.singular import SINGULAR_RULES
from derive.rules.softmax import SOFTMAX_RULES

KINDS: dict[type[Node], Rule] = {Contract: Product(), Add: Sum(), Map: Elementwise()}
OPERATIONS: dict[str, Rule] = {
    **SOFTMAX_RULES,
    **NORM_RULES,
    **PARTIAL_PRODUCTS_RULES,
    **LAYOUT_RULES,
    **SELECT_RULES,
    **INVERSE_RULES,
    **CHOLESKY_RULES,
    **EIGEN_RULES,
    **SINGULAR_RULES,
    **ORTHOGONAL_RULES,
    **EXPONENTIAL_RULES,
}


def rule_of(node: Node) -> Rule:
    """Return the rule of the node; KeyError where there is none."""
    return OPERATIONS[node.rule] if isinstance(node, Apply) else KINDS[type(node)]
