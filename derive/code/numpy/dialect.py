"""How array operations are spelled in NumPy, none slow, none changing float32 to float64."""

from __future__ import annotations

from derive.code import matrices
from derive.code.numpy.arrays import NumPyArrays
from derive.code.numpy.functions import functions
from derive.code.numpy.operations import operations


class NumPy(NumPyArrays):
    """NumPy's spelling, as `NumPyArrays` has it, of functions and operations by name too.

    linalg: how scipy.linalg is reached.
    """

    def __init__(
        self,
        np: str = "np",
        math: str = "math",
        special: str = "special",
        linalg: str = "linalg",
    ) -> None:
        super().__init__(np, math, special, linalg)
        self.functions = functions(self)
        self.operations = operations(self)
        self.matrices = matrices.in_numpy(self)
