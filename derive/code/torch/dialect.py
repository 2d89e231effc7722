"""How array operations are spelled in PyTorch, each differentiable as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence

from derive.code import matrices
from derive.code.precedence import Code
from derive.code.torch.arrays import TorchArrays
from derive.code.torch.functions import functions, takes
from derive.code.torch.operations import operations


class Torch(TorchArrays):
    """PyTorch's spelling, as `TorchArrays` has it, of functions and operations by name too."""

    def __init__(
        self, torch: str = "torch", math: str = "math", functional: str = "functional"
    ) -> None:
        super().__init__(torch, math, functional)
        self.functions = functions(self)
        self.operations = operations(self)
        self.matrices = matrices.in_torch(self)

    def takes(self, name: str, args: Sequence[Code]) -> bool:
        return takes(name, args)
