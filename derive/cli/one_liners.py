"""A one-line model for each operation of the reader's list: the plainest call that it takes.

Shapes are tried from plain to special until the reader accepts one, so that an operation's line in
the list is all that has to be written.  What no such search can guess (the string of an einsum)
stands in `GIVEN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from derive.errors import DeriveError
from derive.program.program import Program
from derive.reader import read_text
from derive.reader.library import Entry
from derive.reader.operation import REQUIRED

IMPORTS = {
    "numpy.linalg.": "np.linalg.",
    "numpy.": "np.",
    "torch.nn.functional.": "F.",
    "scipy.special.": "special.",
    "scipy.linalg.": "linalg.",
    "jax.nn.": "nn.",
    "jax.lax.": "lax.",
}
HEAD = {
    "np": "import numpy as np",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "special": "from scipy import special",
    "linalg": "from scipy import linalg",
    "math": "import math",
    "nn": "from jax import nn",
    "lax": "from jax import lax",
}
HOMES = ("torch.", "torch.nn.functional.", "torch.linalg.", "torch.special.", "numpy.")
FIRST = ("n d", "n n", "n", "n 3", "b n d", "n 2*d", "4 d", "n 1", "n n: posdef", "n*d", "")
OTHERS: tuple[str, ...] = (
    "n d",
    "d",
    "n",
    "d m",
    "n m",
    "m",
    "n n",
    "m d",
    "b d m",
    "n: int < d",
    "n 2: int < d",
)
OTHERS += ("n d: bool", "n 3", "m e", "1", "", "v d", "k d e", "n k: int < d", "n k")
WORDS = {"condition": "n d: bool", "mask": "n d: bool", "index": "n: int < d"}
STATICS = {
    "axis": ("1", "0", "-1", "1, 0"),
    "k": ("2",),
    "n": ("2",),
    "p": ("3",),
    "q": ("0.5",),
    "sections": ("2", "1"),
    "repeats": ("2", "2, 1"),
    "shifts": ("1",),
    "pad": ("(1, 1)",),
    "pad_width": ("1",),
    "source": ("0",),
    "destination": ("1",),
    "axis1": ("0",),
    "axis2": ("1",),
    "start": ("1",),
    "length": ("1",),
    "shape": ("x.shape", "(1, n, d)"),
    "sizes": ("(2, d)", "(2, -1)"),
    "normalized_shape": ("(d,)", "x.shape[-1:]"),
    "index": ("0", "i"),
    "eps": ("1e-5",),
    "fill_value": ("2.0",),
    "bounds": ("3",),
}
GIVEN = {
    "torch.clip": ("torch.clip(x, -1, 1)", ("n d",)),
    "torch.polygamma": ("torch.polygamma(1, x)", ("n d",)),
    "torch.atleast_1d": ("torch.atleast_1d(x)", ("",)),
    "torch.atleast_2d": ("torch.atleast_2d(x)", ("n",)),
    "torch.nn.functional.dropout": ("F.dropout(x, 0)", ("n d",)),
    "torch.nn.functional.rms_norm": ("F.rms_norm(x, x.shape[-1:], eps=1e-5)", ("n d",)),
    "torch.nn.functional.embedding": ("F.embedding(i, x)", ("n: int < v", "v d")),
    ".long": ("x * i.long()", ("n", "n: int < 3")),
    "numpy.take": ("np.take(x, i, 1)", ("n d", "m: int < d")),
    "torch.squeeze": ("torch.squeeze(x, 1)", ("n 1",)),
    "torch.broadcast_to": ("torch.broadcast_to(x, y.shape)", ("d", "n d")),
    ".expand": ("x.expand(y.shape)", ("d", "n d")),
    ".expand_as": ("x.expand_as(y)", ("d", "n d")),
    ".view_as": ("x.view_as(y)", ("n d", "d n")),
    "torch.reshape": ("torch.reshape(x, (-1,))", ("n d",)),
    "torch.broadcast_tensors": ("torch.broadcast_tensors(x, y)", ("n d", "d")),
    "torch.prelu": ("torch.prelu(x, y)", ("n d", "1")),
    "numpy.linalg.lstsq": ("np.linalg.lstsq(x, y)[0]", ("n d", "n")),
    "scipy.linalg.cho_factor": ("linalg.cho_factor(x)[0]", ("n n: posdef",)),
    "scipy.linalg.cho_solve": ("linalg.cho_solve(linalg.cho_factor(x), y)", ("n n: posdef", "n")),
    ".transpose": ("x.transpose(0, 1)", ("n d",)),
    "torch.permute": ("torch.permute(x, (1, 0))", ("n d",)),
    "torch.flip": ("torch.flip(x, (0, 1))", ("n d",)),
    "torch.tile": ("torch.tile(x, (2, 1))", ("n d",)),
    "torch.logsumexp": ("torch.logsumexp(x, 1)", ("n d",)),
    "torch.dot": ("torch.dot(x, y)", ("n", "n")),
    "torch.vdot": ("torch.vdot(x, y)", ("n", "n")),
    "torch.cross": ("torch.cross(x, y, dim=1)", ("n 3", "n 3")),
    "torch.masked_fill": ("torch.masked_fill(x, m, 0.0)", ("n d", "n d: bool")),
    "torch.chain_matmul": ("torch.chain_matmul(x, y)", ("n d", "d m")),
    "torch.block_diag": ("torch.block_diag(x, y)", ("n d", "m m")),
    "torch.hsplit": ("torch.hsplit(x, 2)", ("n 4",)),
    "torch.vsplit": ("torch.vsplit(x, 2)", ("4 d",)),
    "torch.dsplit": ("torch.dsplit(x, 2)", ("n d 4",)),
    "torch.threshold": ("torch.threshold(x, 0.5, 0.0)", ("n d",)),
    "torch.full_like": ("x + torch.full_like(x, 2.0)", ("n d",)),
    "torch.tensor": ("x + torch.tensor(2.0)", ("n d",)),
    "torch.einsum": ('torch.einsum("ij,jk->ik", x, y)', ("n d", "d m")),
    "torch.gather": ("torch.gather(x, 1, i)", ("n d", "n m: int < d")),
    "torch.take_along_dim": ("torch.take_along_dim(x, i, 1)", ("n d", "n m: int < d")),
    "torch.index_select": ("torch.index_select(x, 1, i)", ("n d", "m: int < d")),
    "torch.nn.functional.one_hot": ("x * F.one_hot(i, x.shape[1])", ("n d", "n: int < d")),
    "torch.addbmm": ("torch.addbmm(x, y, z)", ("n m", "b n d", "b d m")),
    "torch.atleast_3d": ("torch.atleast_3d(x)", ("n d",)),
    "torch.nn.functional.batch_norm": (
        "F.batch_norm(x, None, None, y, z, training=True)",
        ("n d", "d", "d"),
    ),
    "torch.nn.functional.group_norm": ("F.group_norm(x, 2, y, z)", ("n 2*d", "2*d", "2*d")),
    "torch.nn.functional.instance_norm": (
        "F.instance_norm(x, None, None, y, z)",
        ("b n d", "n", "n"),
    ),
    "torch.index_add": ("torch.index_add(x, 1, i, y)", ("n d", "m: int < d", "n m")),
    "torch.scatter_add": ("torch.scatter_add(x, 1, i, y)", ("n d", "n m: int < d", "n m")),
    "torch.bincount": ("torch.bincount(i, x, minlength=y.shape[0]) * y", ("n: int < d", "n", "d")),
    "torch.select_scatter": ("torch.select_scatter(x, y, 1, 0)", ("n 3", "n")),
    "torch.slice_scatter": ("torch.slice_scatter(x, y, 1, 1, 3)", ("n 4", "n 2")),
    ".unfold": ("x.unfold(1, 3, 2)", ("n 2*d+3",)),
    "numpy.lib.stride_tricks.sliding_window_view": (
        "np.lib.stride_tricks.sliding_window_view(x, 3)",
        ("n+3",),
    ),
    "torch.pixel_shuffle": ("torch.pixel_shuffle(x, 2)", ("4*n d m",)),
    "torch.pixel_unshuffle": ("torch.pixel_unshuffle(x, 2)", ("n 2*d 2*m",)),
    "torch.channel_shuffle": ("torch.channel_shuffle(x, 2)", ("n 2*d m",)),
    "torch.constant_pad_nd": ("torch.constant_pad_nd(x, (1, 2), 0.5)", ("n d",)),
    "torch.meshgrid": ('torch.meshgrid([x, y], indexing="ij")', ("n", "d")),
    "torch.logspace": ("x * torch.logspace(0, 1, x.shape[1], dtype=x.dtype)", ("n d",)),
    "numpy.logspace": ("x * np.logspace(0, 1, x.shape[1])", ("n d",)),
    ".new_full": ("x + x.new_full((3,), 2.0)", ("n 3",)),
    ".new_tensor": ("x + x.new_tensor([1.0, 2.0, 3.0])", ("n 3",)),
    "torch.nn.functional.cosine_embedding_loss": (
        "F.cosine_embedding_loss(x, y, torch.sign(z))",
        ("n d", "n d", "n"),
    ),
    "torch.nn.functional.margin_ranking_loss": (
        "F.margin_ranking_loss(x, y, z)",
        ("n", "n", "n"),
    ),
    "torch.nn.functional.gaussian_nll_loss": (
        "F.gaussian_nll_loss(x, y, z)",
        ("n d", "n d", "n d: positive"),
    ),
    "torch.zeros": ("x + torch.zeros(x.shape)", ("n d",)),
    "torch.ones": ("x + torch.ones(x.shape)", ("n d",)),
    "torch.full": ("x + torch.full(x.shape, 2.0)", ("n d",)),
    "torch.eye": ("x @ torch.eye(x.shape[1], dtype=x.dtype)", ("n d",)),
    "numpy.tri": ("x @ np.tri(x.shape[1])", ("n d",)),
    "torch.arange": ("x * torch.arange(x.shape[1])", ("n d",)),
    "torch.linspace": ("x * torch.linspace(0, 1, x.shape[1], dtype=x.dtype)", ("n d",)),
    "numpy.linspace": ("x * np.linspace(0, 1, x.shape[1])", ("n d",)),
}
MOST = 4000  # calls that are tried


class OneLiner(NamedTuple):
    """A model of one operation, as text and as it was read."""

    call: str
    text: str
    program: Program


def one_liner(entry: Entry) -> OneLiner | None:
    """Return the plainest model that the operation accepts, None where none was found."""
    for call, shapes in islice(_calls(entry), MOST):
        for body in (f"f = {call}\n    return f", f"return {call}"):
            text = _text(call, shapes, body)
            try:
                (program,) = read_text(text)
            except DeriveError:
                continue
            return OneLiner(call, text, program)
    return None


def _text(call: str, shapes: tuple[str, ...], body: str) -> str:
    names = _names(shapes)
    arguments = ", ".join(f'{name}: "{s}"' for name, s in zip(names, shapes, strict=True))
    used = [line for name, line in HEAD.items() if re.search(rf"(?<![\w.]){name}\.", call)]
    heads = "\n".join(used or ["import torch"])
    return f"{heads}\n\n\ndef model({arguments}):\n    {body}\n"


def _names(shapes: tuple[str, ...]) -> list[str]:
    letters = iter("xyzuvw")
    return ["i" if "int" in s else "m" if "bool" in s else next(letters) for s in shapes]


def _calls(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    for spelled in entry.spellings:
        if spelled in GIVEN:
            yield GIVEN[spelled]
    spelled = min(entry.spellings, key=_rank)
    operation = entry.operation
    needed = [name for name, default in operation.operands if default is REQUIRED]
    listed = bool(needed) and needed[-1].startswith("*")
    count = len(needed) + listed
    statics = [name.lstrip("*") for name, default in operation.statics if default is REQUIRED]
    choices = [STATICS.get(name, ("1",)) for name in statics]
    for values in product(*choices):
        for shapes in _shapes(needed, count):
            yield _call(spelled, shapes, values, listed, len(needed)), shapes


def _rank(spelled: str) -> int:
    home, _, _ = spelled.rpartition(".")
    return HOMES.index(f"{home}.") if f"{home}." in HOMES else len(HOMES) + (not home)


def _shapes(needed: list[str], count: int) -> Iterator[tuple[str, ...]]:
    """Yield shapes for the operands, all alike first."""
    if not count:
        yield ("n d",)
        return
    named = [WORDS.get(name.lstrip("*")) for name in needed] + [None] * (count - len(needed))
    for shape in FIRST:
        yield tuple(word or shape for word in named)
    for shapes in product(FIRST[:6], *[OTHERS] * (count - 1)):
        yield tuple(word or shape for word, shape in zip(named, shapes, strict=True))


def _call(
    spelled: str, shapes: tuple[str, ...], values: tuple[str, ...], listed: bool, fixed: int
) -> str:
    names = _names(shapes)
    if listed:
        names = [*names[: fixed - 1], f"[{', '.join(names[fixed - 1 :])}]"]
    if spelled.startswith("."):
        return f"{names[0]}{spelled}({', '.join([*names[1:], *values])})"
    for full, short in IMPORTS.items():
        if spelled.startswith(full):
            spelled = short + spelled.removeprefix(full)
            break
    return f"{spelled}({', '.join([*names, *values])})"
