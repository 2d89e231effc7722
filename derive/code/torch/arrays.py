"""How arrays are laid out, joined, picked from and filled in PyTorch.

Only operations that every transform knows are used: `vmap`, also the one that `gradcheck` uses,
`torch.compile`, double backward.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.dialect import Dialect, axes_text, call, method, tuple_text
from derive.code.precedence import Code, product


def _slice(place: str) -> str:
    """Return a subscript as a slice that can be handed over."""
    return f"slice({', '.join(part.strip() or 'None' for part in place.split(':'))})"


class TorchArrays(Dialect):
    """PyTorch's spelling of what Python has methods and operators for.

    torch, math, functional: how the modules are reached.  imports: those of them that were used.
    like: its device is taken as well.
    """

    def __init__(
        self, torch: str = "torch", math: str = "math", functional: str = "functional"
    ) -> None:
        super().__init__()
        self.torch, self.math, self.functional = torch, math, functional
        self.imports: dict[str, None] = {}

    def helper(self, name: str) -> str:
        if name == "_normal_pdf":
            self.imports["math"] = None
        return super().helper(name)

    def reached(self, home: str, name: str) -> str:
        if home == "own":
            return self.helper(f"_{name}")
        if home == "torch":
            return f"{self.torch}.{name}"
        self.imports["functional"] = None
        return f"{self.functional}.{name}"

    def permuted(self, x: Code, order: Sequence[int]) -> Code:
        return method(x, "permute", *map(str, order))

    def swapped(self, x: Code) -> Code:
        return Code(f"{x.at(8)}.mT", 8)

    def summed(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        words = [] if len(axes) == rank and not keep else [axes_text(axes)]
        return method(x, "sum", *words, *(["keepdim=True"] if keep else []))

    def trace(self, x: Code) -> Code:
        return method(method(x, "diagonal"), "sum")

    def dot(self, x: Code, y: Code) -> Code:
        return method(product([x, y]), "sum")

    def tensordot(self, x: Code, y: Code, at_x: Sequence[int], at_y: Sequence[int]) -> Code:
        at = f"({list(at_x)}, {list(at_y)})"
        return call(f"{self.torch}.tensordot", x, y, at)

    def einsum(self, pattern: str, operands: Sequence[Code]) -> Code:
        return call(f"{self.torch}.einsum", f'"{pattern}"', *operands)

    def diagonal_matrix(self, x: Code, size: str) -> Code:
        return call(f"{self.torch}.diag_embed", x)

    def identity(self, size: str) -> Code:
        ones = method(Code(self.like), "new_ones", size)
        return call(f"{self.torch}.diag_embed", ones)

    def stacked(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.torch}.stack", tuple_text(arrays), str(axis))

    def concatenated(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.torch}.cat", tuple_text(arrays), str(axis))

    def placed(self, x: Code, places: Sequence[str], shape: str, around: Sequence[str]) -> Code:
        if any(place.count(":") > 1 for place in places):
            index = tuple_text([Code(_slice(place)) for place in places])
            return call(self.helper("_placed"), x, index, shape)
        pairs = list(zip(around[::2], around[1::2], strict=True))
        while pairs and pairs[0] == ("0", "0"):
            pairs.pop(0)
        widths = [text for pair in reversed(pairs) for text in pair]
        return call(self.reached("F", "pad"), x, Code(f"({', '.join(widths)})"))

    def one_hot(self, x: Code, depth: str) -> Code:
        return call(self.helper("_one_hot"), x, depth, f"{self.like}.dtype")

    def counted(self, length: str) -> Code:
        return Code(f"{self.torch}.arange({length}, device={self.like}.device)")

    def triangle(self, sizes: Sequence[str], lower: bool, k: int) -> Code:
        ones = f"{self.like}.new_ones({', '.join(sizes)})"
        return Code(f"{ones}.{'tril' if lower else 'triu'}({k})")

    def flipped(self, x: Code, axes: Sequence[int]) -> Code:
        return method(x, "flip", *map(str, axes))

    def cumulated(self, x: Code, name: str, axis: int) -> Code:
        return call(f"{self.torch}.{name}", x, f"dim={axis}")

    def gathered(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.torch}.gather", x, str(axis), index)

    def scattered(self, x: Code, index: Code, axis: int, shape: str) -> Code:
        zeros = method(x, "new_zeros", shape)
        return method(zeros, "scatter_add", str(axis), index.text, x.text)

    def taken_along(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.torch}.take_along_dim", x, index, str(axis))

    def added_up(self, x: Code, index: Code, size: str) -> Code:
        return call(self.helper("_added_up"), x, index, size)

    def added_at(self, x: Code, indices: Sequence[Code], sizes: Sequence[str]) -> Code:
        return call(self.helper("_added_at"), x, tuple_text(indices), f"({', '.join(sizes)})")

    def added_along(self, x: Code, index: Code, axis: int, size: str) -> Code:
        return call(self.helper("_added_along"), x, index, str(axis), size)

    def stopped(self, x: Code) -> Code:
        return method(x, "detach")

    def spread(self, x: Code, shape: str, scalar: bool) -> Code:
        if x.is_number or x.text.startswith("math."):
            return method(Code(self.like), "new_full", shape, x.text)
        return method(x, "expand", shape)

    def filled(self, value: str, shape: str) -> Code:
        if value in ("0", "1"):
            return method(Code(self.like), f"new_{'zeros' if value == '0' else 'ones'}", shape)
        return method(Code(self.like), "new_full", shape, value)

    def copied(self, x: Code, rank: int) -> Code:
        """Return x itself: autograd copies where two users of a tensor would clash."""
        return x

    def cast(self, x: Code) -> Code:
        if x.text.startswith("_either("):
            return x
        return method(x, "to", f"{self.like}.dtype")

    def root(self, number: Code) -> Code:
        return self.constant("sqrt", [number])

    def constant(self, name: str, args: Sequence[Code]) -> Code:
        self.imports["math"] = None
        if name in ("pi", "e", "inf"):
            return Code(f"{self.math}.{name}", 8)
        known = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "abs": "fabs"}
        return call(f"{self.math}.{known.get(name, name)}", *args)
