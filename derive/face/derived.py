"""What is derived of a model, as texts, figures, modules in memory and a report of checks.

Emitters are imported when their text is asked for, so that NumPy code alone does not wait for
SymPy's printers.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from types import ModuleType
from typing import Any

from derive.code.seal import seal
from derive.face import shipped
from derive.face.collector import paused
from derive.face.compiled import module_of
from derive.face.mathematics import Mathematics
from derive.program.optimizers import Optimizer, optimizer_of
from derive.program.program import Drawing

Folder = str | os.PathLike[str] | None


class Derived(Mathematics):
    """A model with its gradients; everything is computed once, when first asked for."""

    def to_numpy(self, *, optimizer: str | None = None, templates: Folder = None) -> str:
        """Return the NumPy module's text; with an optimizer ("adamw") it can train the model.

        templates: a folder whose templates stand in front of ours, as in what follows.
        """
        from derive.code.numpy.module import emit_numpy
        from derive.code.page import templates_from

        with paused(), templates_from(templates):
            return seal(emit_numpy(self.plan, _optimizer(optimizer), self.extras, self._drawing))

    def to_torch(self, *, templates: Folder = None) -> str:
        """Return the PyTorch module's text."""
        from derive.code.page import templates_from
        from derive.code.torch.module import emit_torch

        with paused(), templates_from(templates):
            return seal(emit_torch(self.plan, self.extras, self._drawing))

    @cached_property
    def _drawing(self) -> Drawing:
        """What a module's self-check draws otherwise than usual, to stay in the model's domain."""
        from derive.code.check_sizes import small_sizes
        from derive.code.check_values import usual

        drawn = usual(self.program)
        if drawn is None and all(a.symbol.kind != "bool" for a in self.program.arguments):
            return {}
        from derive.verify.drawing import drawing_of

        return drawing_of(self.program, small_sizes(self.program), drawn)

    def to_latex(
        self, *, lang: str = "en", optimizer: str | None = None, templates: Folder = None
    ) -> str:
        """Return the derivation as a LaTeX document, in English ("en") or Chinese ("zh")."""
        from derive.code.page import templates_from
        from derive.documents.latex import emit_latex

        with templates_from(templates):
            return seal(emit_latex(self._document(lang, optimizer), self.program))

    def to_markdown(
        self,
        *,
        lang: str = "en",
        flavor: str = "github",
        optimizer: str | None = None,
        templates: Folder = None,
    ) -> str:
        """Return the derivation as Markdown; flavor "dollars" is for Jupyter and pandoc."""
        from derive.code.page import templates_from
        from derive.documents.markdown import emit_markdown

        with templates_from(templates):
            return seal(emit_markdown(self._document(lang, optimizer), self.program, flavor))

    def figures(self, *, lang: str = "en", templates: Folder = None) -> dict[str, str]:
        """Return the figures of the documents as SVG, by the file names under which they stand.

        Block diagram, a node of the graph, pebble graph, and the pebble graph animated.
        """
        from derive.code.page import templates_from
        from derive.documents.figures.gallery import emit_figures

        with templates_from(templates):
            return {name: seal(text) for name, text in emit_figures(self.plan, lang).items()}

    def node_figure(self, number: int, *, lang: str = "en") -> str:
        """Return equation `number` as a node of the graph, as SVG; KeyError where there is none.

        Inputs, weights, what is saved, the gradient that arrives and those that are produced.
        """
        from derive.documents.figures.gallery import emit_node

        return seal(emit_node(self.plan, number, lang))

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
        from derive.documents.terminal.show import show

        return show(self, ascii=False, lang="en", brief=True, latex=False)

    def _repr_markdown_(self) -> str:
        from derive.documents.markdown import emit_markdown

        document = self._document("en", None).without_figures()
        return seal(emit_markdown(document, self.program, "dollars"))

    @cached_property
    def evidence(self) -> Any:
        """What was checked of the proofs, and a worked example."""
        from derive.face.evidence import gather

        return gather(self.derivation, self.plan, self.extras)

    def check(self, *, sizes: Mapping[str, int] | None = None, run_model: bool = False) -> Any:
        """Compare every gradient, and every extra, with every oracle at hand; return a report.

        Its `.verdict` is "agrees" (`.ok`), "WRONG", or "undetermined" where the model is singular
        or outside of its domain at every point tried; `str(report)` is the table.
        sizes: of some or all dimensions.  run_model: whether the model's own file may be executed
        (a live function, and a shipped model, always may).  PyTorch is used where it is installed.
        """
        from derive.verify.report import check

        has_torch = importlib.util.find_spec("torch") is not None
        return check(
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
        from derive.documents.document import compose

        chosen = _optimizer(optimizer)
        return compose(self.plan, self.evidence, lang, self._same, chosen, self.extras)


def _optimizer(name: str | None) -> Optimizer | None:
    return optimizer_of(name) if name is not None else None
