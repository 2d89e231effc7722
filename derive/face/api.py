"""The Python face: `derive.derive(model)` and what it gives.

    d = derive.derive(mlp, wrt=["w1", "b1"])   # a function, source text, or "path.py:function"
    d.gradients["w1"]                          # a SymPy expression
    d.to_numpy(), d.to_torch(), d.to_latex(lang="zh"), d.to_markdown()

A model is read, never run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from derive import reader
from derive.code.seal import seal
from derive.derivation.split import split
from derive.errors import DeriveError
from derive.face import shipped
from derive.face.collector import paused
from derive.face.compiled import module_of
from derive.face.derived import Derived
from derive.face.request import Names, equal_dimensions, programs_of
from derive.program.extra import extra_of

__all__ = ["Derived", "derive", "input_or_output", "load_models", "module_of"]

Model = Callable[..., Any] | str


def derive(
    model: Model,
    *,
    wrt: Names = None,
    same: Iterable[tuple[str, str]] = (),
    name: str | None = None,
    extras: Iterable[str] = (),
) -> Derived:
    """Derive the gradients of a model: a function, source text, or "path.py:function".

    wrt: names of arguments or values ("params": the arguments after `*`); all float arguments if
    None.  same: pairs of dimension names declared equal.  name: which function of a text or file.
    extras: what code and documents are to have beside gradients, such as "hessian:w".
    Raises DeriveError where the model is faulty.
    """
    same = tuple(same)
    if callable(model):
        programs = [reader.read_function(model, same=equal_dimensions(same))]
    elif "\n" in model:
        with paused():
            programs = reader.read_text(model, function=name, same=equal_dimensions(same))
    else:
        spec = f"{model}:{name}" if name else model
        programs = programs_of(spec, equal_dimensions(same))
    if len(programs) > 1:
        names = ", ".join(program.name for program in programs)
        raise DeriveError(f"there are several models: {names}", hint="say which: name='…'")
    wanted = [extra_of(text) for text in extras]
    return Derived(programs[0], wrt, same, model if callable(model) else None, wanted)


def input_or_output(*, lang: str = "en") -> str:
    """Return, as Markdown, which forward values each operation's backward needs, and why."""
    from derive.documents.markdown import emit_markdown
    from derive.documents.verdict import compose_verdict
    from derive.face.verdict import judged

    with paused():
        programs = {k: reader.read_file(p) for k, p in shipped.operations().items()}
        groups = [judged(kind, [split(p) for p in found]) for kind, found in programs.items()]
        first = replace(programs["entrywise"][0], path=shipped.label("_operations/*"))
        return seal(emit_markdown(compose_verdict(groups, lang), first))


def load_models(
    spec: str,
    *,
    wrt: Names = None,
    same: Sequence[tuple[str, str]] = (),
    expression_shapes: Mapping[str, str] | None = None,
    name: str | None = None,
    extras: Sequence[tuple[str, str]] = (),
) -> list[Derived]:
    """Return the models that a word of the command line names.

    spec: a shipped model's name, `path.py`, `path.py:function`; or the text of an expression,
    whose arguments' shapes are then given.
    """
    equal = equal_dimensions(same)
    if expression_shapes is not None:
        made = reader.read_expression(spec, dict(expression_shapes), name or "expression", equal)
        return [Derived(made, wrt, same, extras=extras)]
    return [Derived(program, wrt, same, extras=extras) for program in programs_of(spec, equal)]
