"""What a with block or a decorator changes: nothing, the following of gradients, or too much."""

from __future__ import annotations

import ast
from enum import Enum

from derive.reader.source import Source


class Context(Enum):
    """What a block or a function stands under."""

    SAME = "computes the same"
    CONSTANT = "no gradients are followed"
    FOLLOWED = "gradients are followed"
    OTHER = "may compute something else"


_CONSTANT = ("no_grad", "inference_mode")
_FOLLOWED = ("enable_grad",)
_SAME = """
errstate catch_warnings nullcontext record_function detect_anomaly set_detect_anomaly profile
jaxtyped typechecked beartype compile jit njit script cache lru_cache no_type_check final override
"""
_SAME_WORDS = frozenset(_SAME.split())


def context_of(tree: ast.expr) -> Context:
    """Return what the context manager, or the decorator, that an expression names does."""
    word, flag = _word(tree), _flag(tree)
    if word == "set_grad_enabled" and flag is not None:
        return Context.FOLLOWED if flag else Context.CONSTANT
    if word in _CONSTANT:
        return Context.FOLLOWED if flag is False else Context.CONSTANT
    if word in _FOLLOWED:
        return Context.FOLLOWED
    return Context.SAME if word in _SAME_WORDS else Context.OTHER


def _word(tree: ast.expr) -> str:
    inner = tree.func if isinstance(tree, ast.Call) else tree
    return inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")


def _flag(tree: ast.expr) -> bool | None:
    """Return the truth value that is the only argument of a call."""
    values = [*tree.args, *(k.value for k in tree.keywords)] if isinstance(tree, ast.Call) else []
    if len(values) == 1 and isinstance(values[0], ast.Constant):
        return bool(values[0].value)
    return None


def refusal_of(tree: ast.expr, source: Source) -> tuple[str, str]:
    """Return what to say of a with block that is not read, and what to do instead."""
    shown = source.segment(tree)
    if _word(tree) in ("autocast", "amp"):
        hint = "leave it out, and call the generated code under autocast"
        return f"with {shown} changes the precision", hint
    return f"with {shown} cannot be read", "write its statements without it"
