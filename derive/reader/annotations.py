"""Shape annotations: "n d", "4*k", "n k: simplex", Float[Tensor, "n d"], Annotated[…, "n d"].

Dimension expressions are parsed by `ast` and built from names, integers, + - * and //.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence

from derive.dims import Dim, Shape, dim
from derive.errors import DeriveError, Place
from derive.reader.names import check_letters, check_name

PROPERTIES = ("bool", "positive", "symmetric", "posdef", "simplex")
LARGEST_RANK = 8
_OTHER_WORDS = {
    **dict.fromkeys(("psd", "spd", "posdefinite", "positive_definite", "hermitian"), "posdef"),
    **dict.fromkeys(("sym", "symm"), "symmetric"),
    **dict.fromkeys(("integer", "integers"), "int"),
    **dict.fromkeys(("boolean", "booleans"), "bool"),
    **dict.fromkeys(("onehot", "one_hot"), "simplex"),
}
"""What others call the properties."""
_JAXTYPING = {
    "Float": "",
    "Float32": "",
    "Float64": "",
    "Bool": "bool",
    "Int": "int",
    "Int64": "int",
}


def annotation_text(annotation: ast.expr) -> str | None:
    """Return the shape text of an annotation, None where it has none."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        last = annotation.slice.elts[-1]
        head = annotation.value
        name = head.attr if isinstance(head, ast.Attribute) else getattr(head, "id", "")
        if isinstance(last, ast.Constant) and isinstance(last.value, str):
            kind = _JAXTYPING.get(name, "")
            return last.value if not kind or ":" in last.value else f"{last.value}: {kind}"
    return None


def parse_annotation(text: str, where: Place | None, same: Mapping[str, str]) -> tuple[Shape, str]:
    """Return the shape and the property ("" for a plain float array)."""
    dims, colon, kind = text.partition(":")
    words = _words(dims)
    if not colon:
        _check_colon(words, where)
    shape = tuple(_dimension(word, where, same) for word in words)
    if len(shape) > LARGEST_RANK:
        raise DeriveError(f"{len(shape)} axes; at most {LARGEST_RANK} are read", where=where)
    kind = " ".join(kind.split())
    if colon:
        kind = _property(kind, shape, where, same)
    return shape, kind


def _words(dims: str) -> list[str]:
    """Split at spaces, but not inside an expression such as `4 * k` or `n - 1`."""
    return re.sub(r"\s*(//|[-+*()<])\s*", r"\1", dims.strip()).split()


def _check_colon(words: Sequence[str], where: Place | None) -> None:
    """Refuse a property that stands among the dimensions, as in "n n symmetric"."""
    for k, word in enumerate(words):
        kind = _property_meant(word)
        if kind is not None:
            dims = " ".join((*words[:k], *words[k + 1 :]))
            shown = word.replace("<", " < ") if "<" in word else kind
            as_what = "is a property" if word == kind else f"reads as the property {kind}"
            raise DeriveError(
                f"{word} {as_what}, and is no dimension",
                where=where,
                needed=("Dimensions stand before a colon, at most one property behind it.",),
                hint=f'write "{dims}: {shown}"',
            )


def _property_meant(word: str) -> str | None:
    """Return the property that a word names, or is nearly: symetric, psd, int<v."""
    if re.fullmatch(r"int(<.*)?", word):
        return "int"
    if word in PROPERTIES:
        return word
    if word.lower() in _OTHER_WORDS:
        return _OTHER_WORDS[word.lower()]
    near = difflib.get_close_matches(word, PROPERTIES, n=1, cutoff=0.8)
    return near[0] if near and len(word) > 4 else None


def _property(kind: str, shape: Shape, where: Place | None, same: Mapping[str, str]) -> str:
    if kind in PROPERTIES:
        if kind in ("symmetric", "posdef") and (len(shape) < 2 or shape[-1] != shape[-2]):
            raise DeriveError(
                f"a {kind} array is square, this is {' '.join(map(str, shape)) or 'a number'}",
                where=where,
            )
        return kind
    match = re.fullmatch(r"int(?:\s*<\s*(.+))?", kind)
    if match and match[1]:
        return f"int < {_dimension(match[1].replace(' ', ''), where, same)}"
    if match:
        return "int"
    known = ", ".join(PROPERTIES)
    meant = _property_meant("_".join(kind.split()))
    raise DeriveError(
        f"unknown property {kind!r}",
        where=where,
        needed=(f"Known: int < v, {known}; at most one.",),
        hint=f"did you mean {meant}?" if meant else "",
    )


def _dimension(word: str, where: Place | None, same: Mapping[str, str]) -> Dim:
    check_letters(word, where)
    try:
        tree = ast.parse(word, mode="eval").body
    except SyntaxError:
        raise _bad(word, where) from None
    found = _build(tree, word, where, same)
    if found.value is not None and found.value <= 0:
        raise _bad(word, where)
    return found


def _build(tree: ast.expr, word: str, where: Place | None, same: Mapping[str, str]) -> Dim:
    if isinstance(tree, ast.Name):
        check_name(tree.id, where, "dimension")
        return dim(same.get(tree.id, tree.id))
    if isinstance(tree, ast.Constant) and type(tree.value) is int and tree.value < 2**31:
        return dim(tree.value)
    if isinstance(tree, ast.BinOp):
        left, right = (_build(t, word, where, same) for t in (tree.left, tree.right))
        if isinstance(tree.op, ast.Add):
            return left + right
        if isinstance(tree.op, ast.Sub):
            return left - right
        if isinstance(tree.op, ast.Mult):
            return left * right
        if isinstance(tree.op, ast.FloorDiv) and right != 0:
            return left // right
    raise _bad(word, where)


def _bad(word: str, where: Place | None) -> DeriveError:
    return DeriveError(
        f"{word!r} is no dimension",
        where=where,
        needed=("A dimension is a name, an integer, or made of them with + - * //.",),
        hint='separate dimensions by spaces: "n d"',
    )


def resolve_same(same: Mapping[str, str], trees: Sequence[ast.FunctionDef]) -> dict[str, str]:
    """Return which name stands for each that is declared equal; every name must occur."""
    known: set[str] = set()
    for tree in trees if same else ():
        for argument in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs):
            text = None if argument.annotation is None else annotation_text(argument.annotation)
            known.update(re.findall(r"[^\W\d]\w*", text or ""))
    resolved = {}
    for name, other in same.items():
        for word in (name, other):
            if word not in known:
                raise DeriveError(
                    f"the model has no dimension {word}",
                    needed=(f"It has: {', '.join(sorted(known)) or 'none'}.",),
                )
        seen = {name}
        while other in same and other not in seen:
            seen.add(other)
            other = same[other]
        if name != other:
            resolved[name] = other
    return resolved
