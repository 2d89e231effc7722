"""The Python face: `derive.derive(model)` and what it gives.

    d = derive.derive(mlp, wrt=["w1", "b1"])   # a function, source text, or "path.py:function"
    d.gradients["w1"]                          # a SymPy expression
    d.to_numpy(), d.to_torch(), d.to_latex(lang="zh"), d.to_markdown()

A model is read, never run.  Emitters are imported when their text is asked for, so that NumPy code
alone does not wait for SymPy's printers.
"""

from __future__ import annotations

import importlib
import importlib.util
import linecache
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from types import ModuleType
from typing import Any

from derive import reader, shipped
from derive.algebra.build import cotangent
from derive.collector import paused
from derive.derivation import Derivation, Step
from derive.drawing import Drawing
from derive.errors import DeriveError
from derive.extra import Extra, extra_of, need_possible
from derive.gradient import free, gradient_program
from derive.optimizers import Optimizer, optimizer_of
from derive.plan.nouns import Plan
from derive.plan.policy import policy as make_policy
from derive.planner import plan
from derive.program import Program
from derive.request import Names, equal_dimensions, programs_of, variable_of, variables_of
from derive.reverse import closed_form, reverse
from derive.seal import seal
from derive.second import find_extra, written_out
from derive.split import split
from derive.structure import closed_projection, projection

Model = Callable[..., Any] | str
LONGEST_EXPANDED = 4000  # operations


class Gradients(Mapping[str, Any]):
    """Gradient expressions by variable name, made when they are looked up.

    Each is in the model's arguments and the given cotangent while that takes at most some 40
    operations, else in the program's symbols.  That of a symmetric argument is the free one, which
    takes all entries as independent, as autograd does; `Derived.projected` has its projection.
    """

    def __init__(self, derived: Derived) -> None:
        self._derived = derived

    def __getitem__(self, name: str) -> Any:
        return self._derived._shown_gradient(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._derived.derivation.gradients)

    def __len__(self) -> int:
        return len(self._derived.derivation.gradients)


class Derived:
    """A model with its gradients; everything is computed once, when first asked for."""

    def __init__(
        self,
        program: Program,
        wrt: Names = None,
        same: Sequence[tuple[str, str]] = (),
        function: Callable[..., Any] | None = None,
        extras: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._read = program
        self._function = function
        self._same = tuple(same)
        self._wrt = variables_of(program, wrt)
        self._extras = dict.fromkeys((k, need_possible(program, k, name)) for k, name in extras)
        self._found: dict[tuple[str, str], Extra] = {}
        self._policy = make_policy(dimensions=program.dimensions)

    @cached_property
    def program(self) -> Program:
        """The model as a straight line of single steps."""
        with paused():
            return split(self._read)

    @cached_property
    def derivation(self) -> Derivation:
        """The reverse sweep, recorded."""
        with paused():
            return reverse(self.program, self._wrt)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What each equation gives to the gradient of each of its inputs."""
        return self.derivation.steps

    @cached_property
    def plan(self) -> Plan:
        """What is computed when, and what backward keeps of forward."""
        with paused():
            return plan(self.derivation, self._policy)

    def planned(
        self,
        recompute: str = "none",
        *,
        sizes: Mapping[str, int] | None = None,
        dtype: str = "float32",
    ) -> Derived:
        """Return the model with another plan of what is kept for backward and what made again.

        recompute: "none", "cheap" (all but products with weights is made again where that saves
        memory) or "budget=BYTES" (at most so many bytes of forward are alive in backward, such as
        "budget=64MB").  sizes and dtype: at which bytes are compared; sizes that are not given
        count as 128 (the first dimension) and 64.
        """
        other = copy(self)
        for name in ("plan", "evidence"):
            other.__dict__.pop(name, None)
        other._policy = make_policy(recompute, self._read.dimensions, sizes, dtype)
        return other

    @property
    def gradients(self) -> Gradients:
        """The gradients asked for and those on the way, as SymPy expressions by name."""
        return Gradients(self)

    def projected(self, name: str) -> Any:
        """Return a gradient projected on the structure of its variable.

        Of a symmetric or posdef argument that is sym(G) = (G + Gᵀ)/2 of the free gradient G: the
        gradient on the symmetric matrices, along which a step stays symmetric.  Without a
        structure it is the gradient itself.
        """
        name = self._variable(name)
        closed = closed_projection(self.derivation, name)
        return self._notation.expression(closed or projection(self.derivation, name))

    def expanded(self, name: str) -> Any:
        """Return a gradient in the model's arguments alone, nothing named in between.

        Raises DeriveError where that takes more than some thousand operations.
        """
        unfolded = closed_form(self.derivation, self._variable(name), LONGEST_EXPANDED)
        if unfolded is None:
            raise DeriveError(
                f"the gradient of {name} takes more than {LONGEST_EXPANDED} operations written out",
                hint=f'd.gradients["{name}"] has it in the program\'s symbols',
            )
        return self._notation.expression(unfolded)

    def gradient(self, name: str) -> Derived:
        """Return a gradient as a model of its own, which can be derived again.

        Its output is the gradient in the model's arguments; where the model returns more than a
        number, the gradients that come from outside are further arguments.
        """
        variable = self.program.symbols[variable_of(self._read, name)]
        with paused():
            made, _ = gradient_program(*free(self.program, variable))
        return Derived(replace(made, source=f"# the gradient of {self.program.name} in {name}"))

    def jacobian(self, name: str) -> Any:
        """Return ∂y/∂x for an argument or a value x, as a SymPy expression.

        A matrix where that has two axes or fewer, of shape y.shape + x.shape; else in index
        notation.  One for each output in a tuple where there are several.
        """
        found = tuple(self._shown_extra("jacobian", name))
        return found[0] if len(found) == 1 else found

    def hessian(self, name: str) -> Any:
        """Return ∂²l/∂x∂x of a model whose output l is a number, as a SymPy expression.

        Raises DeriveError where the model returns something else.
        """
        return next(self._shown_extra("hessian", name))

    def hvp(self, name: str) -> Any:
        """Return the Hessian times a direction, of x's shape, as a SymPy expression."""
        return next(self._shown_extra("hvp", name))

    def _shown_extra(self, kind: str, name: str) -> Iterator[Any]:
        extra = self._extra(kind, name)
        for value in written_out(extra):
            yield self._notation_of_maps.expression(value)

    def _extra(self, kind: str, name: str) -> Extra:
        """Return a Jacobian, a Hessian or a product with one, derived when first asked for."""
        name = need_possible(self._read, kind, name)
        if (kind, name) not in self._found:
            with paused():
                symbol = self.program.symbols[name]
                self._found[kind, name] = find_extra(self.program, kind, symbol)
        return self._found[kind, name]

    @property
    def extras(self) -> tuple[Extra, ...]:
        """The Jacobians, Hessians and products that code and documents have beside gradients."""
        return tuple(self._extra(kind, name) for kind, name in self._extras)

    def to_numpy(self, *, optimizer: str | None = None) -> str:
        """Return the NumPy module's text; with an optimizer ("adamw") it can train the model."""
        with paused():
            emit = _room("emit.numpy.module").emit_numpy
            return seal(emit(self.plan, _optimizer(optimizer), self.extras, self._drawing))

    def to_torch(self) -> str:
        """Return the PyTorch module's text."""
        with paused():
            emit = _room("emit.torch.module").emit_torch
            return seal(emit(self.plan, self.extras, self._drawing))

    @cached_property
    def _drawing(self) -> Drawing:
        """What a module's self-check draws otherwise than usual, to stay in the model's domain."""
        usual = _room("emit.code.check_values").usual(self.program)
        if usual is None and all(a.symbol.kind != "bool" for a in self.program.arguments):
            return {}
        sizes = _room("emit.code.check_sizes").small_sizes(self.program)
        found: Drawing = _room("verify.drawing").drawing_of(self.program, sizes, usual)
        return found

    def to_latex(self, *, lang: str = "en", optimizer: str | None = None) -> str:
        """Return the derivation as a LaTeX document, in English ("en") or Chinese ("zh")."""
        document = self._document(lang, optimizer)
        return seal(_room("emit.document.latex").emit_latex(document, self.program))

    def to_markdown(
        self, *, lang: str = "en", flavor: str = "github", optimizer: str | None = None
    ) -> str:
        """Return the derivation as Markdown; flavor "dollars" is for Jupyter and pandoc."""
        document = self._document(lang, optimizer)
        return seal(_room("emit.document.markdown").emit_markdown(document, self.program, flavor))

    def figures(self, *, lang: str = "en") -> dict[str, str]:
        """Return the figures of the documents as SVG, by the file names under which they stand.

        Block diagram, a node of the graph, pebble graph, and the pebble graph animated.
        """
        drawn = _room("emit.figures.gallery").emit_figures(self.plan, lang)
        return {name: seal(text) for name, text in drawn.items()}

    def node_figure(self, number: int, *, lang: str = "en") -> str:
        """Return equation `number` as a node of the graph, as SVG; KeyError where there is none.

        Inputs, weights, what is saved, the gradient that arrives and those that are produced.
        """
        return seal(_room("emit.figures.gallery").emit_node(self.plan, number, lang))

    def compile(self, target: str = "numpy", *, optimizer: str | None = None) -> ModuleType:
        """Return the generated module ("numpy" or "torch"), made in memory.

        A debugger can step into it.  optimizer: as `to_numpy` takes it.
        """
        texts: dict[str, Callable[[], str]] = {
            "numpy": partial(self.to_numpy, optimizer=optimizer),
            "torch": self.to_torch,
        }
        if target not in texts:
            raise ValueError(f"target is {target!r}, needs 'numpy' or 'torch'")
        if optimizer is not None and target == "torch":
            raise ValueError("the PyTorch module takes no optimizer: torch.optim trains it")
        return module_of(texts[target](), f"{self.program.name}_{target}")

    def __repr__(self) -> str:
        show = _room("emit.terminal.show").show
        return show(self, ascii=False, lang="en", brief=True, latex=False)

    def _repr_markdown_(self) -> str:
        document = self._document("en", None).without_figures()
        write = _room("emit.document.markdown").emit_markdown
        return seal(write(document, self.program, "dollars"))

    @cached_property
    def _notation(self) -> Any:
        return _room("emit.formulas.notation").Notation(self.derivation)

    @cached_property
    def _notation_of_maps(self) -> Any:
        return _room("emit.formulas.notation").Notation(self.derivation, diagonals=True)

    @cached_property
    def evidence(self) -> Any:
        """What was checked of the proofs, and a worked example."""
        return _room("evidence").gather(self.derivation, self.plan, self.extras)

    def check(self, *, sizes: Mapping[str, int] | None = None, run_model: bool = False) -> Any:
        """Compare every gradient, and every extra, with every oracle at hand; return a report.

        Its `.verdict` is "agrees" (`.ok`), "WRONG", or "undetermined" where the model is singular
        or outside of its domain at every point tried; `str(report)` is the table.
        sizes: of some or all dimensions.  run_model: whether the model's own file may be executed
        (a live function, and a shipped model, always may).  PyTorch is used where it is installed.
        """
        has_torch = importlib.util.find_spec("torch") is not None
        return _room("verify.report").check(
            self.program,
            self.derivation,
            self.compile("numpy"),
            self.compile("torch") if has_torch else None,
            self._model_function(run_model) if has_torch else None,
            sizes or {},
            self.extras,
        )

    def _model_function(self, run_model: bool) -> Callable[..., Any] | None:
        if self._function is not None:
            return self._function
        name, path = self.program.name, self.program.path
        is_shipped = name in shipped.names() and path == shipped.label(name)
        if is_shipped:
            path = str(shipped.path(name))
        if not path or not (run_model or is_shipped):
            return None
        return runpy.run_path(path).get(name)

    def _document(self, lang: str, optimizer: str | None) -> Any:
        compose = _room("emit.document.document").compose
        chosen = _optimizer(optimizer)
        return compose(self.plan, self.evidence, lang, self._same, chosen, self.extras)

    def _variable(self, name: str) -> str:
        """Return the name of a variable that has a gradient; KeyError where it has none."""
        name = self.program.aliases.get(name, name)
        if name not in self.derivation.gradients:
            raise KeyError(f"{name} has no gradient here; {', '.join(self.gradients)} have")
        return name

    def _shown_gradient(self, name: str) -> Any:
        symbol = self.program.symbols.get(self.program.aliases.get(name, name))
        if symbol in self.program.outputs and symbol.name not in self.derivation.gradients:
            return self._notation.expression(cotangent(symbol))
        name = self._variable(name)
        closed = closed_form(self.derivation, name)
        return self._notation.expression(closed or self.derivation.gradients[name].expr)


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
    gather, page = _room("verdict").judged, _room("emit.document.verdict").compose_verdict
    with paused():
        programs = {k: reader.read_file(p) for k, p in shipped.operations().items()}
        groups = [gather(kind, [split(p) for p in found]) for kind, found in programs.items()]
        first = replace(programs["entrywise"][0], path=shipped.label("_operations/*"))
        return seal(_room("emit.document.markdown").emit_markdown(page(groups, lang), first))


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


def _optimizer(name: str | None) -> Optimizer | None:
    return optimizer_of(name) if name is not None else None


def _room(name: str) -> ModuleType:
    """Return a module of derive that is slow to import, when it is needed."""
    return importlib.import_module(f"derive.{name}")


def module_of(text: str, name: str) -> ModuleType:
    """Return a generated text as a module; its lines are known to tracebacks and debuggers."""
    filename = f"<derive {name}>"
    module = ModuleType(f"derive_compiled_{name}")
    module.__file__ = filename
    sys.modules[module.__name__] = module  # where PyTorch's compiler looks a class up
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), module.__dict__)
    return module
