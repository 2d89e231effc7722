"""Einsum: the labelled product that a string says, `...` for axes that broadcast."""

from __future__ import annotations

from collections.abc import Sequence

from derive.algebra import build
from derive.algebra.nodes import Node
from derive.arrays.fault import Refused, ShapeFault
from derive.arrays.values import Operand, as_number_array
from derive.dims import Dim

Letters = tuple[str, ...]


def einsum(spec: str, *operands: Operand) -> Node:
    """Return the labelled product."""
    nodes = [as_number_array(operand) for operand in operands]
    inputs, arrow, output = spec.replace(" ", "").partition("->")
    texts = inputs.split(",")
    if len(texts) != len(nodes):
        raise Refused(f"the string names {len(texts)} operands, {len(nodes)} are given")
    terms = [_letters(text, value) for text, value in zip(texts, nodes, strict=True)]
    out = _output(output, terms) if arrow else _implied(terms)
    sizes = _sizes(terms, nodes)
    unknown = [letter for letter in out if letter not in sizes]
    if unknown:
        raise Refused(f"the letter {unknown[0]} of the output is in no operand")
    return _product(terms, nodes, out, sizes)


def _letters(text: str, value: Node) -> Letters:
    """Return one label for each axis; those of `...` are counted from the end."""
    head, dots, tail = text.partition("...")
    if not (head + tail).isalpha() and head + tail:
        raise Refused(f"the string {text!r} holds more than letters and ...")
    hidden = value.rank - len(head) - len(tail)
    if hidden < 0 or (hidden and not dots):
        word = "axis" if value.rank == 1 else "axes"
        raise ShapeFault(f"{{0}} has {value.rank} {word}, the string names {text!r}", value)
    return (*head, *(f"...{k}" for k in range(hidden, 0, -1)), *tail)


def _output(text: str, terms: Sequence[Letters]) -> Letters:
    head, dots, tail = text.partition("...")
    if len(set(head + tail)) < len(head + tail):
        raise Refused(f"the output {text!r} names an axis twice")
    return (*head, *(_hidden(terms) if dots else ()), *tail)


def _hidden(terms: Sequence[Letters]) -> list[str]:
    most = max((sum(len(c) > 1 for c in term) for term in terms), default=0)
    return [f"...{k}" for k in range(most, 0, -1)]


def _implied(terms: Sequence[Letters]) -> Letters:
    letters = [letter for term in terms for letter in term]
    once = sorted(c for c in set(letters) if letters.count(c) == 1 and len(c) == 1)
    return (*_hidden(terms), *once)


def _sizes(terms: Sequence[Letters], nodes: Sequence[Node]) -> dict[str, Dim]:
    sizes: dict[str, Dim] = {}
    first: dict[str, Node] = {}
    for term, value in zip(terms, nodes, strict=True):
        for letter, size in zip(term, value.shape, strict=True):
            have = sizes.setdefault(letter, size)
            first.setdefault(letter, value)
            if have == size:
                continue
            if have == 1:
                sizes[letter], first[letter] = size, value
            elif size != 1:
                clash = f"{letter} is {have} in {{0}} and {size} in {{1}}"
                rule = "A letter stands for one dimension."
                raise ShapeFault(clash, first[letter], value, rule=rule)
    return sizes


def _product(
    terms: Sequence[Letters], nodes: Sequence[Node], out: Letters, sizes: dict[str, Dim]
) -> Node:
    number = {letter: k for k, letter in enumerate(sizes)}
    labels = {number[letter]: size for letter, size in sizes.items()}
    factors = []
    for term, value in zip(terms, nodes, strict=True):
        axes = []
        for letter, size in zip(term, value.shape, strict=True):
            if size == sizes[letter]:
                axes.append(number[letter])
            else:
                labels[len(labels)] = size
                axes.append(len(labels) - 1)
        factors.append((value, axes))
    return build.contract([number[letter] for letter in out], factors, labels)
