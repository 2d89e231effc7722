"""Texts that are meant to do harm, or are broken at random, end in a message, and soon."""

from __future__ import annotations

import random
import re
import time
import warnings

import pytest

from derive.errors import DeriveError
from derive.reader import read_file, read_text
from tests.reader.models import CASES, text_of

DOUBLING = "def f0(z):\n    return z * 1.5\n\n\n" + "".join(
    f"def f{k}(z):\n    return torch.sin(f{k - 1}(z)) + f{k - 1}(z)\n\n\n" for k in range(1, 31)
)
BOMBS = {
    "calls that double": f"{DOUBLING}def model(x: 'n d'):\n    return f30(x)\n",
    "lists that double": "def model(x: 'n'):\n    hs = [1]\n    for i in range(99):\n"
    "        hs = hs + hs\n    return x\n",
    "nested lists that double": "def model(x: 'n'):\n    hs = [1]\n    for i in range(99):\n"
    "        hs = [hs, hs]\n    return x\n",
    "numbers that square": "def model(x: 'n'):\n    q = 3\n    for i in range(99):\n"
    "        q = q * q\n    return x * q\n",
    "powers of a sum": "def model(x: 'n d', y: 'm k'):\n"
    "    q = x.shape[0] + x.shape[1] + y.shape[0] + y.shape[1]\n    return x * q**64\n",
    "a loop without end": "def model(x: 'n'):\n    while True:\n        pass\n",
    "loops in loops": "def model(x: 'n'):\n    for i in range(10000):\n"
    "        for j in range(10000):\n            pass\n    return x\n",
    "a hundred thousand plus signs": f"def model(x: 'n'):\n    return {'+'.join(['x'] * 10**5)}\n",
    "a hundred thousand minus signs": f"def model(x: 'n'):\n    return {'-' * 10**5}x\n",
    "a long number": f"def model(x: 'n'):\n    return x * {'9' * 5000}\n",
    "a megabyte": "#" * (10**6 + 1),
}  # fmt: skip
_TEXT = "x y w 0 1 -1 None ( ) [ ] , + - * @ ** .T .sum() n len(x) math.pi *x True s dim=1"
WORDS = _TEXT.split()


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_grow_without_end_is_stopped(name):
    start = time.process_time()
    with pytest.raises(DeriveError):
        read_text(f"import torch\n\n\n{BOMBS[name]}", function="model")
    assert time.process_time() - start < 10


def test_a_model_broken_at_random_is_read_or_refused():
    rng = random.Random(0)
    texts = [text_of(*case) for case in CASES]
    for _ in range(1500):
        parts = re.findall(r"\w+|\s+|[^\w\s]", rng.choice(texts))
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(parts))
            parts[at] = rng.choice(["", rng.choice(WORDS), parts[at] * 2])
        try:
            read_text("".join(parts))
        except DeriveError as error:
            assert str(error)


def test_random_bytes_are_refused(tmp_path):
    rng = random.Random(0)
    file = tmp_path / "model.py"
    whole = text_of(*CASES[0]).encode()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 5)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        file.write_bytes(bytes(data))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                read_file(file)
            except DeriveError as error:
                assert str(error)


def test_nothing_of_a_model_is_run(tmp_path):
    mark = tmp_path / "ran"
    text = (
        f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n\n\n"
        f"@pathlib.Path({str(mark)!r}).touch\n"
        f"def model(x: 'n', k=pathlib.Path({str(mark)!r}).touch()):\n    return x\n"
    )
    with pytest.raises(DeriveError):
        read_text(text)
    assert not mark.exists()


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(DeriveError, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(DeriveError, match="there is no file"):
        read_file(tmp_path / "none.py")
