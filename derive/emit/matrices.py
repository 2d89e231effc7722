"""How operations on whole matrices are spelled in NumPy and PyTorch, stacks of matrices too."""

from __future__ import annotations

from typing import Protocol

from derive.algebra.nodes import Apply
from derive.algebra.symmetry import is_positive
from derive.emit.dialect import Spelling, call
from derive.emit.precedence import CALL, Code


class Helped(Protocol):
    """What a dialect gives: names of private functions, noted as used."""

    def helper(self, name: str) -> str: ...


def in_numpy(xp: Helped, np: str) -> dict[str, Spelling]:
    """Return the spellings of NumPy, reached as `np`."""

    def of(name: str) -> Spelling:
        return lambda node, *args: call(f"{np}.linalg.{name}", *args)

    def logdet(node: Apply, a: Code) -> Code:
        if is_positive(node.args[0]):
            return _entry(of("slogdet")(node, a), "[1]")
        return call(xp.helper("_logdet"), a)

    return {
        "inverse": of("inv"),
        "solve": lambda node, a, b: _solve(f"{np}.linalg.solve", node, a, b),
        "det": of("det"),
        "logdet": logdet,
        "logabsdet": lambda node, a: _entry(of("slogdet")(node, a), "[1]"),
        "det_sign": lambda node, a: _entry(of("slogdet")(node, a), "[0]"),
    }


def in_torch(torch: str) -> dict[str, Spelling]:
    """Return the spellings of PyTorch, reached as `torch`."""

    def of(name: str) -> Spelling:
        return lambda node, *args: call(f"{torch}.linalg.{name}", *args)

    return {
        "inverse": of("inv"),
        "solve": lambda node, a, b: _solve(f"{torch}.linalg.solve", node, a, b),
        "det": of("det"),
        "logdet": lambda node, a: call(f"{torch}.logdet", a),
        "logabsdet": lambda node, a: _entry(of("slogdet")(node, a), ".logabsdet"),
        "det_sign": lambda node, a: _entry(of("slogdet")(node, a), ".sign"),
    }


def _entry(code: Code, which: str) -> Code:
    return Code(code.text + which, CALL)


def _solve(name: str, node: Apply, a: Code, b: Code) -> Code:
    """Return a solve; a stack of vectors is told from matrices by an axis of its own."""
    left, right = node.args
    if left.rank == 2 or right.rank == left.rank:
        return call(name, a, b)
    column = Code(f"{b.at(CALL)}[..., None]", CALL)
    return _entry(call(name, a, column), "[..., 0]")
