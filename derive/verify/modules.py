"""How generated modules are called: by the order of their arguments, whatever they are named.

A generated module may rename an argument that its language refuses, so that the model's arguments
are matched with the module's by position.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from derive.program.program import Argument, Program

Array = Any


def bind(
    function: Callable[..., Any], program: Program, arguments: Mapping[str, Array]
) -> tuple[list[Array], dict[str, Array]]:
    """Return positional and keyword values for a function with the model's arguments."""
    parameters = list(inspect.signature(function).parameters.values())
    positional, keywords = [], {}
    for argument, parameter in zip(program.arguments, parameters, strict=False):
        if argument.default is not None:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            keywords[parameter.name] = arguments[argument.name]
        else:
            positional.append(arguments[argument.name])
    return positional, keywords


def call(function: Callable[..., Any], program: Program, arguments: Mapping[str, Array]) -> Any:
    """Call a function that takes the model's arguments."""
    positional, keywords = bind(function, program, arguments)
    return function(*positional, **keywords)


def outputs_of(program: Program, result: Any) -> list[Array]:
    """Return the outputs as a list: a model with one output may return it bare."""
    if isinstance(result, tuple | list) and (len(program.outputs) > 1 or program.returns_tuple):
        return list(result)
    return [result]


def gradients_of(
    module: ModuleType,
    program: Program,
    wrt: tuple[str, ...],
    arguments: Mapping[str, Array],
    cotangents: list[Array],
) -> tuple[list[Array], dict[str, Array]]:
    """Run forward and backward; return the outputs and the gradients by the model's names."""
    result, cache = call(module.forward, program, arguments)
    given = tuple(cotangents) if program.returns_tuple or len(cotangents) > 1 else cotangents[0]
    gradients = module.backward(cache, given)
    return outputs_of(program, result), by_name(gradients, program, wrt)


def repeated(
    module: ModuleType, program: Program, arguments: Mapping[str, Array]
) -> list[tuple[Array, Array]]:
    """Return what predict, value_and_grad and backward without a cotangent give, and should.

    Each is told by forward and backward; where the model returns a number its cotangent is 1.
    """
    result, cache = call(module.forward, program, arguments)
    outputs = outputs_of(program, result)
    pairs = [
        *zip(outputs_of(program, call(module.predict, program, arguments)), outputs, strict=True)
    ]
    if program.is_scalar and not program.returns_tuple:
        value, gradients = call(module.value_and_grad, program, arguments)
        expected = module.backward(cache, result * 0 + 1)
        pairs.append((value, result))
        pairs += zip(gradients, expected, strict=True)
        pairs += zip(module.backward(cache), expected, strict=True)
    return [(found, right) for found, right in pairs if found is not None]


def by_name(gradients: Any, program: Program, wrt: tuple[str, ...]) -> dict[str, Array]:
    """Return the fields of a Gradients tuple by the model's names."""
    names = [name for name in program.symbols if name in wrt]
    if set(names) <= set(gradients._fields):
        return {name: getattr(gradients, name) for name in names}
    return dict(zip(names, gradients, strict=True))


def is_float(argument: Argument) -> bool:
    """Whether the argument is an array that has a gradient."""
    return argument.default is None and argument.symbol.is_float
