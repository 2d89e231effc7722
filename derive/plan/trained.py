"""What an optimizer changes in a model, and whether a model can be trained at all."""

from __future__ import annotations

from derive.algebra.nodes import Symbol
from derive.dims import code_shape
from derive.errors import DeriveError
from derive.plan.nouns import Plan
from derive.program.optimizers import Optimizer


def trained(plan: Plan) -> tuple[Symbol, ...]:
    """Return the model's parameters whose gradients are derived."""
    return tuple(
        a.symbol
        for a in plan.derivation.program.arguments
        if a.symbol.role == "parameter" and a.name in plan.returned
    )


def need_trainable(plan: Plan, optimizer: Optimizer) -> None:
    """Raise DeriveError unless the model has a number to lower and parameters to change."""
    program = plan.derivation.program
    if not program.is_scalar or program.returns_tuple:
        outputs = ", ".join(f"{s.name} {code_shape(s.shape)}" for s in program.outputs)
        raise DeriveError(
            f"{program.name} returns {outputs}: {optimizer.name} has no number to lower",
            needed=("A model that is trained returns one scalar, its loss.",),
            hint="return the loss, or leave the optimizer out",
        )
    if not trained(plan):
        learned = [a for a in program.arguments if a.symbol.role == "parameter"]
        floats = [a.name for a in learned if a.symbol.is_float and a.default is None]
        raise DeriveError(
            f"{program.name} has no parameter with a gradient: {optimizer.name} changes nothing",
            needed=("Parameters are the float arrays after a bare * among the arguments.",),
            hint=f"ask for the gradient of {' or '.join(floats)} as well"
            if floats
            else "put a * before what is to be learned, or leave the optimizer out",
        )
