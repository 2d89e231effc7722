"""How arrays are laid out, joined, picked from and filled in NumPy; float32 stays float32."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code.dialect import Dialect, axes_text, call, method, tuple_text
from derive.code.precedence import CALL, COMPARE, SUM, TERM, Code


def _at(axis: int) -> list[str]:
    return [f"axis={axis}"] if axis else []


NEED_SCIPY = {"_polygamma": "special", "_expm_along": "linalg"}
"""Helpers, and the part of SciPy that they call."""


class NumPyArrays(Dialect):
    """NumPy's spelling of what arrays have methods and operators for.

    np, math, special: how the modules are reached.  imports: those used.
    dtype: the name that the floats' dtype has here.
    """

    plain_numbers = True

    def __init__(
        self,
        np: str = "np",
        math: str = "math",
        special: str = "special",
        linalg: str = "linalg",
    ) -> None:
        super().__init__()
        self.np, self.math, self.special, self.linalg = np, math, special, linalg
        self.imports: dict[str, None] = {}
        self.dtype = "dtype"
        self.uses_dtype = False

    def permuted(self, x: Code, order: Sequence[int]) -> Code:
        return method(x, "transpose", *map(str, order))

    def swapped(self, x: Code) -> Code:
        return method(x, "swapaxes", "-1", "-2")

    def summed(self, x: Code, axes: Sequence[int], rank: int, keep: bool) -> Code:
        words = [] if len(axes) == rank and not keep else [f"axis={axes_text(axes)}"]
        return method(x, "sum", *words, *(["keepdims=True"] if keep else []))

    def trace(self, x: Code) -> Code:
        return call(f"{self.np}.trace", x)

    def dot(self, x: Code, y: Code) -> Code:
        return call(f"{self.np}.vdot", x, y)

    def tensordot(self, x: Code, y: Code, at_x: Sequence[int], at_y: Sequence[int]) -> Code:
        at = "(" + ", ".join(axes_text(a) for a in (at_x, at_y)) + ")"
        return call(f"{self.np}.tensordot", x, y, at)

    def einsum(self, pattern: str, operands: Sequence[Code]) -> Code:
        return call(f"{self.np}.einsum", f'"{pattern}"', *operands, "optimize=True")

    def identity(self, size: str) -> Code:
        self.uses_dtype = True
        return call(f"{self.np}.eye", size, f"dtype={self.dtype}")

    def spread(self, x: Code, shape: str, scalar: bool) -> Code:
        if scalar:
            self.uses_dtype = True
            return call(f"{self.np}.full", shape, x, self.dtype)
        return method(call(f"{self.np}.broadcast_to", x, shape), "copy")

    def filled(self, value: str, shape: str) -> Code:
        self.uses_dtype = True
        shape = shape[1:-2] if shape.endswith(",)") else shape
        if value in ("0", "1"):
            return call(f"{self.np}.{'zeros' if value == '0' else 'ones'}", shape, self.dtype)
        return call(f"{self.np}.full", shape, value, self.dtype)

    def copied(self, x: Code, rank: int) -> Code:
        return method(x, "copy") if rank else Code(f"+{x.at(CALL)}", TERM)

    def cast(self, x: Code) -> Code:
        self.uses_dtype = True
        return call(f"{self.np}.asarray", x, self.dtype)

    def stacked(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.np}.stack", tuple_text(arrays), *_at(axis))

    def concatenated(self, arrays: Sequence[Code], axis: int) -> Code:
        return call(f"{self.np}.concatenate", tuple_text(arrays), *_at(axis))

    def placed(self, x: Code, places: Sequence[str], shape: str, around: Sequence[str]) -> Code:
        index = f"{self.np}.s_[{', '.join(places)}]"
        return call(self.helper("_placed"), x, index, shape)

    def one_hot(self, x: Code, depth: str) -> Code:
        column = self.indexed(x, ["...", "None"])
        return self.cast(Code(f"{column.text} == {self.np}.arange({depth})", COMPARE))

    def counted(self, length: str) -> Code:
        return call(f"{self.np}.arange", Code(length))

    def triangle(self, sizes: Sequence[str], lower: bool, k: int) -> Code:
        self.uses_dtype = True
        part = f"{self.np}.tri({sizes[0]}, {sizes[1]}, {k if lower else k - 1}, {self.dtype})"
        return Code(part) if lower else Code(f"1 - {part}", SUM)

    def flipped(self, x: Code, axes: Sequence[int]) -> Code:
        return call(f"{self.np}.flip", x, axes_text(axes))

    def cumulated(self, x: Code, name: str, axis: int) -> Code:
        return method(x, name, f"axis={axis}")

    def gathered(self, x: Code, index: Code, axis: int) -> Code:
        return call(f"{self.np}.take_along_axis", x, index, f"axis={axis}")

    def scattered(self, x: Code, index: Code, axis: int, shape: str) -> Code:
        return call(self.helper("_scattered"), x, index, f"axis={axis}", f"shape={shape}")

    def added_up(self, x: Code, index: Code, size: str) -> Code:
        return call(self.helper("_added_up"), x, index, size)

    def added_at(self, x: Code, indices: Sequence[Code], sizes: Sequence[str]) -> Code:
        return call(self.helper("_added_at"), x, tuple_text(indices), f"({', '.join(sizes)})")

    def added_along(self, x: Code, index: Code, axis: int, size: str) -> Code:
        return call(self.helper("_added_along"), x, index, f"axis={axis}", f"size={size}")

    def reached(self, home: str, name: str) -> str:
        if home == "own":
            return self.helper(f"_{name}")
        if home == "np":
            return f"{self.np}.{name}"
        self.imports[home] = None
        return f"{getattr(self, home)}.{name}"

    def helper(self, name: str) -> str:
        if name in NEED_SCIPY:
            self.imports[NEED_SCIPY[name]] = None
        return super().helper(name)

    def root(self, number: Code) -> Code:
        return self.constant("sqrt", [number])

    def constant(self, name: str, args: Sequence[Code]) -> Code:
        self.imports["math"] = None
        if name in ("pi", "e", "inf"):
            return Code(f"{self.math}.{name}", CALL)
        known = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "abs": "fabs"}
        return call(f"{self.math}.{known.get(name, name)}", *args)
