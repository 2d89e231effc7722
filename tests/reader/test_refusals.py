"""What is outside the vocabulary is answered in one message: its name, its place, what is near."""

from __future__ import annotations

import pytest

from derive.errors import DeriveError
from derive.reader import read_text
from derive.reader.library import entries, find
from derive.reader.unknown import REFUSED

TORCH = "import torch\nimport torch.nn.functional as F\n\n\n"
NUMPY = "import numpy as np\nfrom scipy import special\n\n\n"
CASES = {
    "F.conv2d(x, y)": "slices",
    "F.max_pool2d(x, 2)": "slices",
    "F.interpolate(x)": "torch.lerp",
    "F.grid_sample(x, y)": "torch.lerp",
    "F.local_response_norm(x)": "F.batch_norm",
    "F.max_unpool2d(x, y)": "slices",
    "F.pdist(x)": "torch.cdist",
    "F.ctc_loss(x, y)": "F.cross_entropy",
    "torch.linalg.eig(x)": "torch.linalg.eigh",
    "torch.linalg.lu(x)": "torch.linalg.qr",
    "x.geqrf()": "torch.linalg.qr",
    "torch.fft.fft(x)": "cosines",
    "torch.stft(x)": "cosines",
    "torch.unique(x)": "torch.where",
    "x.nonzero()": "torch.where",
    "torch.masked_select(x, x > 0)": "torch.where",
    "torch.histc(x)": "(x == value).sum()",
    "torch.special.hermite_polynomial_h(x, y)": "np.polyval",
    "torch.gcd(x, y)": "argument",
    "torch.hann_window(3)": "argument",
    "torch.nanmedian(x)": "torch.median",
    "torch.func.grad(x)": "--with",
    "x.zero_()": "torch.zeros_like",
    "torch.searchsorted(x, y)": "(x == value).sum()",
    "torch.cummax(x, 0)": "torch.amax",
    "torch.logcumsumexp(x, 0)": "torch.logsumexp",
    "torch.scatter(x, 0, y, x)": "torch.where",
    "torch.allclose(x, y)": "torch.isclose",
    "torch.equal(x, y)": "torch.eq",
    "torch.complex(x, y)": "real",
    "torch.special.zeta(x, y)": "torch.lgamma",
    "torch.igamma(x, y)": "torch.digamma",
    "torch.nextafter(x, y)": "torch.round",
    "torch.lstm(x)": "for loop",
    "torch.randn(3)": "argument",
    "torch.tanhh(x)": "torch.tanh",
    "torch.rint(x)": "torch.round",
    "torch.concatt([x, y])": "torch.concat",
    "torch.cumsum_(x)": "torch.cumsum",
    "torch.zzzzz(x)": "derive list --operations",
    "x.tahn()": "tan",
    "x.reshap(3)": "reshape",
    "x.relu_()": ".relu()",
    "np.linalg.eig(x)": "np.linalg.eigh",
    "torch.linalg.solve_ex(x, x)": "torch.linalg.solve",
    "torch.linalg.inv_ex(x)": "torch.linalg.inv",
    "torch.linalg.householder_product(x, y)": "torch.linalg.qr",
    "np.fft.fft(x)": "cosines",
    "np.unique(x)": "np.where",
    "np.interp(x, x, y)": "products",
    "np.convolve(x, y)": "slices",
    "np.piecewise(x)": "np.where",
    "np.gradient(x)": "np.diff",
    "np.vectorize(x)": "whole array",
    "np.partition(x, 2)": "np.sort",
    "np.tril_indices(3)": "argument",
    "np.relu(x)": "torch.relu",
    "np.linalg.nrom(x)": "np.linalg.norm",
    "np.random.rand(3)": "argument",
    "special.zeta(x, y)": "lgamma",
}


@pytest.mark.parametrize("call", CASES)
def test_one_message_names_the_function_its_place_and_what_is_near(call):
    head = NUMPY if call.startswith(("np.", "special.")) else TORCH
    with pytest.raises(DeriveError) as caught:
        read_text(f'{head}def f(x: "n d", y: "n d"):\n    return {call}\n')
    told = str(caught.value)
    first, *rest = told.splitlines()
    name = call.split("(")[0].removeprefix("x")
    assert first.startswith("<text>:6:12: error:")
    assert name.lstrip(".") in first
    assert f"    return {call}" in told
    hint = next(line for line in rest if "hint: " in line)
    assert CASES[call] in hint
    assert sum("error:" in line for line in told.splitlines()) == 1


def test_what_is_refused_is_not_in_the_list_of_operations():
    words = {s.rpartition(".")[2] for entry in entries() for s in entry.spellings}
    both = sorted(REFUSED.keys() & words)
    assert both == ["equal", "select", "unfold"]  # of one library, or as a function, only
    assert all(refusal.reason and refusal.instead for refusal in REFUSED.values())


def test_functions_named_instead_exist():
    for refusal in REFUSED.values():
        for word in refusal.instead.replace(",", " ").replace(":", " ").split():
            if word.startswith("torch."):
                assert find(word) is not None, word
