"""The commands and their options, and nothing that is slow to import.

`derive --help` answers from this file alone.  A command's work lies in a module of its own,
which is imported when the command runs: only there do SymPy, NumPy and Jinja2 come in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from derive import __version__
from derive.cli import options
from derive.cli.console import Face
from derive.program.optimizers import OPTIMIZERS

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(
    cls=Face,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: derive show linear",
)
@click.version_option(__version__, prog_name="derive")
def main() -> None:
    """Derive backward passes in matrix notation, prove them, and write them as code.

    A MODEL is the name of a shipped model (see `derive list`), a file path.py (every annotated
    function in it), path.py:function, or an expression: -e "((x @ w - y)**2).sum()".
    The file is read, never run.
    """


def _about_models(command: Command) -> Command:
    """Add the options that every command on models understands."""
    for option in (
        click.option("--same", multiple=True, metavar="D=H", help="Declare dimensions equal."),
        click.option(
            "--wrt", metavar="NAMES", help="Derive these gradients only: w1,b1 or params."
        ),
        click.option("--name", help="What to call the expression."),
        click.option("--shape", multiple=True, help='Shapes for -e: "x: n d, w: d".'),
        click.option("-e", "expressions", multiple=True, metavar="EXPR", help="An expression."),
        click.argument("models", nargs=-1, metavar="[MODEL]..."),
    ):
        command = option(command)
    return command


_size = click.option("--size", multiple=True, metavar="N=5", help="A size for a dimension.")
_extras = click.option(
    "--with",
    "extras",
    multiple=True,
    metavar="KIND:VAR",
    help="Also jacobian:x, hessian:x or hvp:x (Hessian times a direction); repeatable.",
)
_recompute = click.option(
    "--recompute",
    default="none",
    show_default=True,
    metavar="none|cheap|budget=BYTES",
    help="What backward may make again to keep less of forward.",
)
_ascii = click.option("--ascii", is_flag=True, help="Write X^T for Xᵀ: ASCII only.")


@main.command()
@_about_models
@click.option(
    "--to",
    "targets",
    multiple=True,
    type=click.Choice(["numpy", "torch", "latex", "markdown", "pdf"]),
    help="What to write; repeatable. Without it: all but pdf.",
)
@click.option("--out", default="generated", show_default=True, help="Directory; - for stdout.")
@click.option(
    "--lang",
    "langs",
    multiple=True,
    type=click.Choice(["en", "zh"]),
    help="Language of the documents; repeatable. Without it: en.",
)
@_extras
@click.option(
    "--optimizer",
    type=click.Choice(list(OPTIMIZERS)),
    help="Train with it: update and train_step in NumPy, its step in the documents.",
)
@_recompute
@_size
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with a diff if files are stale.")
@click.option("--force", is_flag=True, help="Overwrite files that derive did not write.")
@click.option(
    "--md-flavor",
    "flavor",
    type=click.Choice(["github", "dollars"]),
    default="github",
    show_default=True,
    help="How Markdown marks formulas; dollars for Jupyter and pandoc.",
)
@click.option("--templates", metavar="DIR", help="Templates of your own, in front of derive's.")
def generate(**given: Any) -> None:
    """Write code and documents to OUT/<model>/."""
    from derive.cli.generate import run

    _run(run, given)


@main.command()
@_about_models
@_extras
@click.option("--brief", is_flag=True, help="The gradients alone.")
@click.option("--latex", is_flag=True, help="The gradients as LaTeX lines.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@_ascii
def show(**given: Any) -> None:
    """Print the derivation."""
    from derive.cli.show import run

    _run(run, given)


@main.command()
@_about_models
@_extras
@_size
@click.option("--run-model", is_flag=True, help="Run the model's own file too, under PyTorch.")
def check(**given: Any) -> None:
    """Verify every gradient, and what --with asks for, numerically; print the errors."""
    from derive.cli.check import run

    _run(run, given)


@main.command()
@_about_models
@_recompute
@_size
@click.option(
    "--dtype",
    type=click.Choice(["float16", "bfloat16", "float32", "float64"]),
    default="float32",
    show_default=True,
)
@_ascii
def plan(**given: Any) -> None:
    """Print what is cached, why, how many bytes, and until when."""
    from derive.cli.plan import run

    _run(run, given)


@main.command("list")
@click.option("--operations", is_flag=True, help="The operations that a model may use instead.")
@click.option("--cache", is_flag=True, help="What each operation's backward needs, as Markdown.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="Of that page.")
def list_models(operations: bool, cache: bool, lang: str) -> None:
    """Print the models that ship with derive, or the operations that a model may use.

    With --cache: a page that settles for each operation whether backward needs its input, its
    output or either.
    """
    if operations and cache:
        raise click.UsageError("--operations and --cache are two different pages; ask for one.")
    if cache:
        from derive.cli import needs

        _end(needs.run(lang=lang))
    if operations:
        from derive.cli import operations as pages

        _end(pages.run())
    from derive.cli import listing

    _end(listing.run())


def _run(run: Callable[..., int], given: dict[str, Any]) -> None:
    shared = ("models", "expressions", "shape", "name", "wrt", "same")
    taken = {key: given.pop(key) for key in shared}
    request = options.Request(
        models=taken["models"],
        expressions=taken["expressions"],
        shapes=options.shapes(taken["shape"]),
        name=taken["name"],
        wrt=options.names(taken["wrt"]),
        same=options.pairs(taken["same"]),
        extras=given.pop("extras", ()),
    )
    if "size" in given:
        given["sizes"] = options.sizes(given.pop("size"))
    _end(run(request, **given))


def _end(code: int) -> None:
    click.get_current_context().exit(code)
