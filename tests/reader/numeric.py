"""A small evaluator of programs in NumPy, independent of `derive.rules` and `derive.verify`."""

from __future__ import annotations

import math

import numpy as np

from derive.algebra.nodes import Add, Apply, Contract, Map, Node, Symbol
from derive.dims import Dim

erf = np.vectorize(math.erf, otypes=[float])
erfc = np.vectorize(math.erfc, otypes=[float])


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _softplus(x):
    return np.logaddexp(0, x)


def _normal_cdf(x):
    return (1 + erf(x / math.sqrt(2))) / 2


def _gelu_tanh(x):
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


CALLS = {
    "pi": lambda: math.pi,
    "e": lambda: math.e,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "softplus": _softplus,
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "erf": erf,
    "erfc": erfc,
    "normal_cdf": _normal_cdf,
    "gelu": lambda x: x * _normal_cdf(x),
    "gelu_tanh": _gelu_tanh,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "leaky_relu": lambda x, a: np.where(x > 0, x, a * x),
    "elu": lambda x, a: np.where(x > 0, x, a * np.expm1(x)),
    "relu6": lambda x: np.clip(x, 0, 6),
    "hardtanh": lambda x: np.clip(x, -1, 1),
    "hardsigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hardswish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "where": lambda c, x, y: np.where(c, x, y),
    "pow": lambda x, y: np.power(x, y),
    "float": lambda x: np.asarray(x, float),
}


def scalar_value(tree, slots):
    if tree.op == "slot":
        return slots[tree.args[0]]
    if tree.op == "number":
        return float(tree.args[0])
    if tree.op == "pow":
        return scalar_value(tree.args[0], slots) ** float(tree.args[1])
    values = [scalar_value(child, slots) for child in tree.children]
    if tree.op == "add":
        return sum(values)
    if tree.op == "mul":
        return math.prod(values[1:], start=values[0])
    name = tree.args[0]
    return (CALLS.get(name) or getattr(np, name))(*values)


def _softmax(x, axes):
    e = np.exp(x - x.max(axis=axes, keepdims=True))
    return e / e.sum(axis=axes, keepdims=True)


def operation(node, args, sizes):
    x = args[0] if args else None
    shape = tuple(d.evaluate(sizes) for d in node.shape)
    params = tuple(p.evaluate(sizes) if isinstance(p, Dim) else p for p in node.params)
    rule = node.rule
    if rule == "softmax":
        return _softmax(x, params)
    if rule == "log_softmax":
        return np.log(_softmax(x, params))
    if rule == "logsumexp":
        return np.log(np.exp(x).sum(axis=params))
    if rule == "norm":
        return np.sqrt((x**2).sum(axis=params))
    if rule in ("max", "min"):
        return getattr(x, rule)(axis=params)
    if rule == "cumsum":
        return x.cumsum(params[0])
    if rule == "gather":
        return np.take_along_axis(x, np.asarray(args[1], int), params[0])
    if rule == "flip":
        return np.flip(x, params)
    if rule == "prod":
        return x.prod(params[0])
    if rule == "argsort":
        return np.argsort(-x if params[2] else x, params[1], kind="stable")
    if rule == "place":
        ranges = [
            [p.evaluate(sizes) if isinstance(p, Dim) else p for p in r] for r in node.params[:-1]
        ]
        whole = np.zeros(shape)
        whole[tuple(slice(*r) for r in ranges)] = x
        return whole
    if rule in ("argmax", "argmin"):
        return getattr(x, rule)(axis=params[1])
    if rule == "onehot":
        return (x[..., None] == np.arange(params[0])).astype(float)
    if rule == "iota":
        return np.arange(params[0])
    if rule == "tri":
        return (np.tril if params[0] else np.triu)(np.ones(shape), params[1])
    if rule == "slice":
        ranges = [[p.evaluate(sizes) if isinstance(p, Dim) else p for p in r] for r in node.params]
        return x[tuple(slice(*r) for r in ranges)]
    if rule in ("stack", "concatenate"):
        return getattr(np, rule)(args, axis=params[0])
    if rule == "reshape":
        return x.reshape(shape)
    assert rule == "stop", rule
    return x


def value(node: Node, values: dict, sizes: dict):
    if isinstance(node, Symbol):
        return values[node.name]
    args = [value(child, values, sizes) for child in node.children]
    shape = tuple(d.evaluate(sizes) for d in node.shape)
    if isinstance(node, Add):
        return sum(args)
    if isinstance(node, Map):
        return np.broadcast_to(scalar_value(node.fn, args), shape)
    if isinstance(node, Apply):
        return operation(node, args, sizes)
    assert isinstance(node, Contract)
    c = float(node.coefficient.number)
    for d, e in node.coefficient.powers:
        c *= float(d.evaluate(sizes)) ** float(e)
    extent = [d.evaluate(sizes) for d in node.sizes]
    operands = [np.ones(n) for n in extent] + [np.asarray(a, float) for a in args]
    labels = [[k] for k in range(len(extent))] + [list(axes) for _, axes in node.factors]
    if not operands:
        return c
    out = list(dict.fromkeys(node.out))
    total = np.einsum(*(x for pair in zip(operands, labels, strict=True) for x in pair), out)
    for place, label in enumerate(node.out):
        if label in node.out[:place]:
            first = node.out.index(label)
            eye = np.eye(extent[label])
            moved = np.moveaxis(np.expand_dims(total, -1), -1, place)
            index = [None] * moved.ndim
            index[first] = index[place] = slice(None)
            total = moved * eye[tuple(index)]
    return c * total


def run(program, arguments: dict, sizes: dict):
    """Return the outputs of a program, with every shape checked."""
    values = {a.name: float(a.default) for a in program.arguments if a.default is not None}
    values.update(arguments)
    for equation in program.equations:
        found = np.asarray(value(equation.expr, values, sizes))
        assert found.shape == tuple(d.evaluate(sizes) for d in equation.symbol.shape)
        values[equation.symbol.name] = found
    return [values[symbol.name] for symbol in program.outputs]
