"""Indices of arrays: x[i], x[a:b], x[None], x[rows, y], and assignments to them."""

from __future__ import annotations

from derive.algebra.arrays import layout
from derive.algebra.nodes import Node
from derive.reader.session import Session


def read_index(session: Session, value: Node, key: list[object]) -> Node:
    """Return the entries of an array that an index names."""
    return layout.take(value, key)
