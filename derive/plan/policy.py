"""By what the plan chooses: how much backward may make again, and the sizes bytes are judged at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.algebra.nodes import Symbol
from derive.dims import Dim, reference_sizes
from derive.errors import DeriveError
from derive.plan.storage import ITEM, bytes_of

_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
_BUDGET = re.compile(r"budget=(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi|)B?")


@dataclass(frozen=True)
class Policy:
    """What the planner goes by.

    recompute: "none": what backward needs is kept, or is plain arithmetic on what is kept;
    "cheap": functions at each entry, sums and attention scores are made again, no other product;
    "budget": anything is, so that at most `budget` bytes of forward are alive in backward.
    sizes: of some or all dimensions; the others count at the reference sizes.
    """

    recompute: str = "none"
    budget: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    dtype: str = "float32"

    def evaluate(self, count: Dim) -> int:
        """Return a number of bytes or operations at the sizes."""
        return count.evaluate(self._known(count.names))

    def bytes_of(self, symbol: Symbol) -> int:
        """Return the bytes of an array at the sizes."""
        return self.evaluate(bytes_of(symbol, ITEM[self.dtype]))

    def _known(self, names: tuple[str, ...]) -> Mapping[str, int]:
        return {name: self.sizes.get(name, 64) for name in names}


def policy(
    text: str = "none",
    dimensions: tuple[str, ...] = (),
    sizes: Mapping[str, int] | None = None,
    dtype: str = "float32",
) -> Policy:
    """Return the policy that `text` names: "none", "cheap" or "budget=BYTES" ("budget=64MB").

    Raises DeriveError for another text.
    """
    known = {**reference_sizes(dimensions), **(sizes or {})}
    if text in ("none", "cheap"):
        return Policy(text, None, known, dtype)
    found = _BUDGET.fullmatch(text)
    if found is None:
        raise DeriveError(
            f"recompute is {text!r}, needs none, cheap or budget=BYTES",
            hint="a budget is a number of bytes: budget=64MB, budget=2000000",
        )
    return Policy("budget", int(Fraction(found[1]) * _UNITS[found[2]]), known, dtype)
