"""What is derived of a model, as texts, figures, modules in memory and a report of checks.

Emitters are imported when their text is asked for, so that NumPy code alone does not wait for
SymPy's printers.
"""

from __future__ import annotations

import importlib.util
import runpy
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from types import ModuleType
from typing import Any

from derive import shipped
from derive.collector import paused
from derive.compiled import module_of
from derive.drawing import Drawing
from derive.mathematics import Mathematics
from derive.optimizers import Optimizer, optimizer_of
from derive.rooms import room
from derive.seal import seal


class Derived(Mathematics):
    """A model with its gradients; everything is computed once, when first asked for."""

    def to_numpy(self, *, optimizer: str | None = None) -> str:
        """Return the NumPy module's text; with an optimizer ("adamw") it can train the model."""
        with paused():
            emit = room("emit.numpy.module").emit_numpy
            return seal(emit(self.plan, _optimizer(optimizer), self.extras, self._drawing))

    def to_torch(self) -> str:
        """Return the PyTorch module's text."""
        with paused():
            emit = room("emit.torch.module").emit_torch
            return seal(emit(self.plan, self.extras, self._drawing))

    @cached_property
    def _drawing(self) -> Drawing:
        """What a module's self-check draws otherwise than usual, to stay in the model's domain."""
        usual = room("emit.code.check_values").usual(self.program)
        if usual is None and all(a.symbol.kind != "bool" for a in self.program.arguments):
            return {}
        sizes = room("emit.code.check_sizes").small_sizes(self.program)
        found: Drawing = room("verify.drawing").drawing_of(self.program, sizes, usual)
        return found

    def to_latex(self, *, lang: str = "en", optimizer: str | None = None) -> str:
        """Return the derivation as a LaTeX document, in English ("en") or Chinese ("zh")."""
        document = self._document(lang, optimizer)
        return seal(room("emit.document.latex").emit_latex(document, self.program))

    def to_markdown(
        self, *, lang: str = "en", flavor: str = "github", optimizer: str | None = None
    ) -> str:
        """Return the derivation as Markdown; flavor "dollars" is for Jupyter and pandoc."""
        document = self._document(lang, optimizer)
        return seal(room("emit.document.markdown").emit_markdown(document, self.program, flavor))

    def figures(self, *, lang: str = "en") -> dict[str, str]:
        """Return the figures of the documents as SVG, by the file names under which they stand.

        Block diagram, a node of the graph, pebble graph, and the pebble graph animated.
        """
        drawn = room("emit.figures.gallery").emit_figures(self.plan, lang)
        return {name: seal(text) for name, text in drawn.items()}

    def node_figure(self, number: int, *, lang: str = "en") -> str:
        """Return equation `number` as a node of the graph, as SVG; KeyError where there is none.

        Inputs, weights, what is saved, the gradient that arrives and those that are produced.
        """
        return seal(room("emit.figures.gallery").emit_node(self.plan, number, lang))

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
        show = room("emit.terminal.show").show
        return show(self, ascii=False, lang="en", brief=True, latex=False)

    def _repr_markdown_(self) -> str:
        document = self._document("en", None).without_figures()
        write = room("emit.document.markdown").emit_markdown
        return seal(write(document, self.program, "dollars"))

    @cached_property
    def evidence(self) -> Any:
        """What was checked of the proofs, and a worked example."""
        return room("evidence").gather(self.derivation, self.plan, self.extras)

    def check(self, *, sizes: Mapping[str, int] | None = None, run_model: bool = False) -> Any:
        """Compare every gradient, and every extra, with every oracle at hand; return a report.

        Its `.verdict` is "agrees" (`.ok`), "WRONG", or "undetermined" where the model is singular
        or outside of its domain at every point tried; `str(report)` is the table.
        sizes: of some or all dimensions.  run_model: whether the model's own file may be executed
        (a live function, and a shipped model, always may).  PyTorch is used where it is installed.
        """
        has_torch = importlib.util.find_spec("torch") is not None
        return room("verify.report").check(
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
        compose = room("emit.document.document").compose
        chosen = _optimizer(optimizer)
        return compose(self.plan, self.evidence, lang, self._same, chosen, self.extras)


def _optimizer(name: str | None) -> Optimizer | None:
    return optimizer_of(name) if name is not None else None
