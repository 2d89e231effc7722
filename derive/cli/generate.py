"""`derive generate`: code and documents on disk, or the difference to what is there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from derive.cli import generated_files as files
from derive.cli.console import artefact, message
from derive.cli.models import Faults, Loaded, known_sizes, load
from derive.cli.options import Request
from derive.cli.pdf import typeset
from derive.code.page import templates_from
from derive.code.seal import seal, seal_pdf
from derive.errors import DeriveError
from derive.face import api

ALL = ("numpy", "torch", "latex", "markdown")


def run(
    request: Request,
    *,
    targets: tuple[str, ...],
    out: str,
    langs: tuple[str, ...],
    optimizer: str | None,
    recompute: str,
    sizes: dict[str, int],
    check: bool,
    force: bool,
    flavor: str,
    templates: str | None,
) -> int:
    """Write, compare or print what is asked for; return the exit code."""
    targets = tuple(dict.fromkeys(targets)) or ALL
    langs = tuple(dict.fromkeys(langs)) or ("en",)
    _need_possible(request, targets, out, langs, check)
    faults = Faults()
    if optimizer and targets == ("torch",):
        raise click.UsageError(
            "--optimizer writes nothing for PyTorch: torch.optim trains the class that "
            "--to torch writes."
        )
    models = list(load(request, faults))
    files.check_names((model.derived.program.name, model.origin) for model in models)
    with templates_from(templates):
        for model in models:
            try:
                derived = model.derived.planned(recompute, sizes=known_sizes(model, sizes))
                texts = _texts(derived, targets, langs, flavor, optimizer)
                if out == "-":
                    artefact(_only(model, texts))
                elif check:
                    faults.count += _compare(Path(out), model, texts, _covers(targets, langs))
                else:
                    _write(Path(out), model, texts, _covers(targets, langs), force)
            except (DeriveError, OSError) as fault:
                faults.tell(fault)
    if models and out != "-" and not check and not faults.count:
        message(_next(Path(out), models[-1], targets, langs))
    return faults.exit_code


def _need_possible(
    request: Request,
    targets: tuple[str, ...],
    out: str,
    langs: tuple[str, ...],
    check: bool,
) -> None:
    if check and "pdf" in targets:
        raise click.UsageError("--check cannot judge a PDF: its bytes depend on the TeX installed.")
    if out != "-":
        return
    if check:
        raise click.UsageError("--check compares files; --out - has none.")
    if len(request.models) + len(request.expressions) != 1 or len(targets) != 1:
        raise click.UsageError("--out - takes one MODEL and one --to.")
    if len(langs) != 1:
        raise click.UsageError("--out - takes one --lang.")


def _texts(
    derived: api.Derived,
    targets: tuple[str, ...],
    langs: tuple[str, ...],
    flavor: str,
    optimizer: str | None,
) -> dict[str, str | bytes]:
    """Return every file of one model by its path below the output directory."""
    name = derived.program.name
    stem = f"{name}/{name}"
    found: dict[str, str | bytes] = {}
    if "numpy" in targets:
        found[f"{stem}_numpy.py"] = seal(derived.to_numpy(optimizer=optimizer))
    if "torch" in targets:
        found[f"{stem}_torch.py"] = seal(derived.to_torch())
    for lang in langs:
        ending = "" if lang == "en" else f".{lang}"
        latex = partial(derived.to_latex, lang=lang, optimizer=optimizer)
        if "latex" in targets:
            found[f"{stem}{ending}.tex"] = seal(latex())
        if "pdf" in targets:
            found[f"{stem}{ending}.pdf"] = seal_pdf(typeset(latex(), lang))
        if "markdown" in targets:
            text = derived.to_markdown(lang=lang, flavor=flavor, optimizer=optimizer)
            found[f"{stem}{ending}.md"] = seal(text)
            for figure, drawn in derived.figures(lang=lang).items():
                found[f"{name}/{figure}"] = seal(drawn)
    return found


def _covers(targets: tuple[str, ...], langs: tuple[str, ...]) -> str:
    """Return a pattern of the file names that this run is the judge of."""
    endings = {"numpy": [r"_numpy\.py"], "torch": [r"_torch\.py"]}
    documents = (("latex", "tex"), ("pdf", "pdf"), ("markdown", "md"), ("markdown", "svg"))
    for target, kind in documents:
        for lang in langs:
            middle = "" if lang == "en" else rf"\.{lang}"
            endings.setdefault(target, []).append(rf"{middle}\.{kind}")
    wanted = "|".join(ending for target in targets for ending in endings[target])
    return rf"[^.]*(?:{wanted})"


def _only(model: Loaded, texts: dict[str, str | bytes]) -> str | bytes:
    """Return the text that goes to stdout: figures, which are files, are left out."""
    return next(text for name, text in texts.items() if not name.endswith(".svg"))


def _compare(out: Path, model: Loaded, texts: dict[str, str | bytes], covers: str) -> int:
    name = model.derived.program.name
    changes = files.compare(out, texts, covers=covers, folder=name)
    if not changes:
        message(f"up to date  {(out / name).as_posix()}  ({len(texts)} files)")
        return 0
    artefact(files.diff(changes))
    for change in changes:
        message(f"stale       {change.path.as_posix()}")
    return 1


def _write(
    out: Path, model: Loaded, texts: dict[str, str | bytes], covers: str, force: bool
) -> None:
    name = model.derived.program.name
    changes = files.compare(out, texts, covers=covers, folder=name)
    if not force:
        files.refuse(changes)
    files.write(changes)
    for change in changes:
        message(f"{change.verb:<9} {change.path.as_posix()}")
    written = sum(1 for change in changes if change.new is not None)
    if written < len(texts):
        message(f"unchanged {(out / name).as_posix()}  ({len(texts) - written} files)")


def _next(out: Path, model: Loaded, targets: tuple[str, ...], langs: tuple[str, ...]) -> str:
    """Return one line that says what to do with what was written."""
    name = model.derived.program.name
    stem = (out / name / name).as_posix()
    ending = "" if langs[0] == "en" else f".{langs[0]}"
    for target, words in (
        ("numpy", f"python {stem}_numpy.py  checks its gradients"),
        ("torch", f"python {stem}_torch.py  checks its gradients"),
        ("markdown", f"read {stem}{ending}.md"),
        ("pdf", f"read {stem}{ending}.pdf"),
        ("latex", f"typeset {stem}{ending}.tex, or add --to pdf"),
    ):
        if target in targets:
            return f"next: {words}"
    return ""
