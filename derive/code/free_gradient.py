"""What the docstring of a generated class says of the gradients of symmetric arguments."""

from __future__ import annotations

from derive.code.layout import WIDTH, listed
from derive.code.lines import wrapped
from derive.derivation.projection import structured
from derive.program.derivation import Derivation


def structure_words(derivation: Derivation) -> list[str]:
    """Return the lines of a docstring that tell which gradient of a symmetric matrix is meant."""
    symbols = structured(derivation)
    if not symbols:
        return []
    turned = "g.T" if all(symbol.rank == 2 for symbol in symbols) else "g.swapaxes(-1, -2)"
    text = (
        f"That of the symmetric {listed([symbol.name for symbol in symbols])} is the free one: it "
        "takes all entries as independent, as autograd does.  Along symmetric matrices it is "
        f"(g + {turned}) / 2, and a step along that stays symmetric."
    )
    return wrapped(text, WIDTH - 4)
