"""How each forward value can be had in backward: kept, or made again from other values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from derive.algebra.nodes import Contract, Node, Symbol, symbols_of, walk
from derive.dims import ONE, size_of
from derive.plan.effort import Effort, effort_of, own_effort, price_of
from derive.plan.keep.parts import Ask, statistic
from derive.plan.policy import Policy
from derive.plan.storage import Storage
from derive.program.program import Equation, Program

_LIMIT = {"none": Effort.ARITHMETIC, "cheap": Effort.REDUCTION, "budget": Effort.PRODUCT}

AGAIN = re.compile(r"\b(scaled_dot_product_attention|glu)\(")
"""PyTorch's kernels for these keep no scores and no gate but make them again, as a plan does."""


class Sources:
    """The equations that backward may run again.

    recipes: for each value that may be made again, the values that its equation takes, arguments
    left out: the caller holds them.  idle: values that take no work, as backward's formulas need
    no more operations without them.  Views are told by what they show.  price: operations.
    known: every argument and value.  again: those inside such a kernel.
    """

    def __init__(
        self, program: Program, policy: Policy, idle: Collection[Symbol] = frozenset()
    ) -> None:
        self.policy = policy
        self.idle = idle
        self.storage = Storage((e.symbol, e.expr) for e in program.equations)
        self.arguments = {a.symbol for a in program.arguments}
        self.order = {e.symbol: k for k, e in enumerate(program.equations)}
        self.known = frozenset((*self.arguments, *self.order))
        inner = [e for e in program.equations if not e.named]
        self.again = {e.symbol for e in inner if AGAIN.search(e.text)}
        self.recipes: dict[Symbol, tuple[Ask, ...]] = {}
        self.price: dict[Symbol, int] = {}
        for equation in program.equations:
            inputs = self._inputs(equation)
            if inputs is not None and self.storage.owner(equation.symbol) is equation.symbol:
                self.recipes[equation.symbol] = inputs
                free = equation.symbol in idle
                self.price[equation.symbol] = 0 if free else self.price_of(equation.expr)

    def price_of(self, expr: Node) -> int:
        """Return the operations that an expression takes at the policy's sizes."""
        return self.policy.evaluate(price_of(expr))

    def memory_of(self, symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
        """Return the values whose memory the symbols show, without what the caller holds."""
        owners = dict.fromkeys(self.storage.owner(symbol) for symbol in symbols)
        return tuple(s for s in owners if s not in self.arguments and s in self.order)

    def _inputs(self, equation: Equation) -> tuple[Ask, ...] | None:
        """Return what running the equation again takes; None where it is too much work."""
        mode = self.policy.recompute
        if mode == "none" and equation.symbol in self.again:
            mode = "cheap"
        limit = _LIMIT[mode]
        is_cheap = mode == "cheap" and self._are_scores(equation)
        if effort_of(equation.expr) <= limit or is_cheap or equation.symbol in self.idle:
            return self.memory_of(symbols_of(equation.expr))
        hard = list(_harder(equation.expr, limit))
        if mode != "none" or equation.expr in hard:
            return None
        found = [statistic(equation.symbol, node) for node in hard]
        size = self.policy.evaluate(size_of(equation.symbol.shape))
        if sum(self.policy.evaluate(size_of(s.expr.shape)) for s in found) >= size:
            return None
        return (*self.memory_of(_symbols_outside(equation.expr, hard)), *found)

    def _are_scores(self, equation: Equation) -> bool:
        """Whether the equation multiplies activations into more of them, as attention does.

        Scores are cheap to make for their size; flash attention makes them again as well
        (Dao et al. 2022, section 3.1).
        """
        products = [node for node in walk(equation.expr) if isinstance(node, Contract)]
        large = [c for c in products if any(c.sizes[label] != ONE for label in c.bound)]
        size = self.policy.bytes_of(equation.symbol)
        arrays = [s for c in large for s in symbols_of(c) if s.rank]
        return bool(arrays) and all(
            s.role != "parameter" and self.policy.bytes_of(s) <= size for s in arrays
        )


def _harder(node: Node, limit: Effort) -> Iterator[Node]:
    """Yield the largest parts of an expression whose own work is above the limit."""
    if own_effort(node) > limit:
        yield node
    else:
        for child in node.children:
            yield from _harder(child, limit)


def _symbols_outside(node: Node, parts: Sequence[Node]) -> Iterator[Symbol]:
    """Yield the symbols of an expression that stand outside the parts."""
    if isinstance(node, Symbol):
        yield node
    elif node not in parts:
        for child in node.children:
            yield from _symbols_outside(child, parts)
