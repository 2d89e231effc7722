"""Attributes and indices: x.T, x.shape, math.pi, x[i], hs[-1]."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from derive.algebra import build
from derive.algebra.nodes import Apply, Contract, Node, Symbol
from derive.algebra.scalars.tree import call
from derive.arrays import indexing, layout, linear
from derive.arrays.fault import Refused
from derive.dims import size_of
from derive.reader import faults, library, numbers
from derive.reader.expressions import Tree
from derive.reader.imports import canonical
from derive.reader.operators import Operators
from derive.reader.values import Frame, Library, Method, Opaque, Pair, describe


class Access(Operators):
    """Adds attributes and indices to the expressions."""

    def _attribute(self, tree: ast.Attribute, frame: Frame) -> object:
        value = self.evaluate(tree.value, frame)
        if isinstance(value, Library):
            return self.library_value(canonical(f"{value.name}.{tree.attr}"), tree)
        if isinstance(value, Pair) and tree.attr in value.fields:
            return value.fields[tree.attr]
        value = self.array(value)
        if isinstance(value, Node):
            return self._array_attribute(value, tree)
        if isinstance(value, list | dict | tuple | str):
            return Method(value, tree.attr)
        raise self.fault(tree, f"{describe(value)} has no attribute {tree.attr}")

    def _array_attribute(self, value: Node, tree: ast.Attribute) -> object:
        if tree.attr == "T":
            return linear.transpose(value)
        if tree.attr in ("mT", "mH"):
            return linear.matrix_transpose(value)
        if tree.attr == "shape":
            return tuple(numbers.tidy(d) for d in value.shape)
        if tree.attr == "ndim":
            return value.rank
        if tree.attr in ("real", "data"):
            return layout.stop(value) if tree.attr == "data" else value
        if tree.attr in ("dtype", "device", "is_cuda", "requires_grad"):
            return Opaque(tree.attr)
        if tree.attr == "size" and self.session.library == "numpy":
            return numbers.tidy(size_of(value.shape))
        if library.knows(f".{tree.attr}") or tree.attr in ("size", "shape", "dim"):
            return Method(value, tree.attr)
        near = faults.suggestion(tree.attr, [*library.methods(), "shape", "ndim", "size"])
        raise self.fault(tree, f"an array has no attribute {tree.attr} that is read", hint=near)

    def library_value(self, name: str, tree: ast.AST) -> object:
        """Return what stands under a dotted name: a number such as math.pi, or a function."""
        word = name.rpartition(".")[2]
        if name in ("math.pi", "numpy.pi", "torch.pi"):
            return call("pi")
        if name in ("math.e", "numpy.e", "torch.e"):
            return call("e")
        if name in ("numpy.newaxis", "torch.newaxis"):
            return None
        if name in ("math.inf", "numpy.inf", "torch.inf"):
            return call("inf")
        if name in ("math.nan", "numpy.nan", "torch.nan"):
            raise self.fault(tree, "nan is no number to calculate with")
        if word in library.DTYPES:
            return Opaque(word)
        return Library(name)

    def _subscript(self, tree: ast.Subscript, frame: Frame) -> object:
        value = self.array(self.evaluate(tree.value, frame))
        if isinstance(value, Node):
            key = self.index(tree.slice, frame)
            self._remark_bounds(value, key, tree)
            return indexing.take_key(value, key)
        key = self.static(self.index_part(tree.slice, frame))
        if isinstance(key, slice) and not all(
            isinstance(b, int) or b is None for b in (key.start, key.stop, key.step)
        ):
            raise Refused("a list is cut at constant integers")
        if isinstance(value, list | tuple) and isinstance(key, int | slice):
            if isinstance(key, slice) and key.step == 0:
                raise Refused("a slice with step 0")
            if isinstance(key, int) and not -len(value) <= key < len(value):
                raise Refused(f"there is no entry {key}: the list has {len(value)}")
            return list(value)[key] if isinstance(key, int) else value[key]
        if isinstance(value, dict) and isinstance(key, str | int):
            if key not in value:
                raise self.fault(tree, f"the dict has no key {key!r}")
            return value[key]
        raise self.fault(tree, f"{describe(value)} cannot be indexed by {describe(key)}")

    def _remark_bounds(self, value: Node, key: list[object], tree: ast.Subscript) -> None:
        """Note that x[:3] needs three entries where their number has a name."""
        parts = [part for part in indexing.complete(value, key) if part is not None]
        for size, part in zip(value.shape, parts, strict=True):
            ends = (part.start, part.stop) if isinstance(part, slice) else (part,)
            needed = [
                end + (not isinstance(part, slice)) if end >= 0 else -end
                for end in ends
                if isinstance(end, int)
            ]
            least = max(needed, default=0)
            if size.value is None and least > 1:
                text = self.session.source.segment(tree)
                self.session.remark(f"{text} takes {size} to be at least {least}")

    def index(self, tree: Tree, frame: Frame) -> list[object]:
        """Return the parts of an array's index: ints, slices, None, Ellipsis, arrays."""
        parts = tree.elts if isinstance(tree, ast.Tuple) else [tree]
        found: list[object] = []
        for part in parts:
            value = self.index_part(part, frame)
            whole = isinstance(tree, ast.Tuple) or not isinstance(value, tuple)
            found += [value] if whole else value
        return [self._counted(self.static(part)) for part in found]

    def _counted(self, part: object) -> object:
        """Return a named arange as what it is: an index that runs along an axis."""
        if isinstance(part, Symbol) and part.kind.startswith("int"):
            definition = self.session.unfold(part)
            inner = definition.children[0] if isinstance(definition, Contract) else definition
            inner = self.session.unfold(inner)
            if isinstance(inner, Apply) and inner.rule == "iota":
                return (
                    build.substitute(definition, {definition.children[0]: inner})
                    if (isinstance(definition, Contract))
                    else inner
                )
        return part

    def index_part(self, tree: Tree, frame: Frame) -> Any:
        """Return one part of an index; a slice's bounds are known while reading."""
        if isinstance(tree, ast.Slice):
            bounds = (tree.lower, tree.upper, tree.step)
            return slice(
                *(None if b is None else self.static(self.evaluate(b, frame)) for b in bounds)
            )
        return self.evaluate(tree, frame)

    HANDLERS: ClassVar[dict[type, Callable]] = {
        **Operators.HANDLERS,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
    }
