"""Every operation on many inputs: value, first and second derivative are PyTorch's.

Inputs are of different and equal sizes, of size 1 and of no size, broadcast, without axes, and
laid out in memory in every way; they are read-only, and float32 stays float32.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from derive.reader.library import entries
from tests.operations import matrix_table
from tests.operations.running import (
    Arrays,
    Found,
    Sample,
    by_numpy,
    by_torch,
    drawn,
    expected,
    seconds_by_difference,
    sizes_of,
)
from tests.operations.table import ROUGH, VARIANTS, found, is_elsewhere, sample, word_of

FOUND = found()
NUMBERS = [
    sample(s.call, "; ".join(f"{part.split(':')[0]}: " for part in s.shapes.split(";")))
    for s in FOUND.values()
    if s.shapes in ("x: n d", "x: n d; y: n d") and s.elementwise
]
BROADCAST = [
    sample(s.call, "x: n d; y: 1")
    for s in FOUND.values()
    if s.shapes == "x: n d; y: n d" and s.elementwise
]
SAMPLES = list(
    {
        (s.call, s.shapes): s
        for s in [*FOUND.values(), *NUMBERS, *BROADCAST, *VARIANTS, *matrix_table.SAMPLES]
    }.values()
)
WITH_NUMPY = [s for s in (*VARIANTS, *matrix_table.SAMPLES) if s.numpy]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's, of one value's variance
LEAST = 12  # inputs of each sample
LAYOUTS = ("fortran", "strided", "reversed")


@pytest.mark.parametrize("case", SAMPLES, ids=lambda s: f"{s.call} at {s.shapes}")
def test_values_and_derivatives_are_those_of_pytorch(case: Sample):
    count = 0
    for k, values in enumerate(inputs(case)):
        wanted = expected(case, values)
        if wanted is None:
            assert k, "PyTorch itself does not take the sample"
            continue
        count += 1
        with warnings.catch_warnings():
            warnings.simplefilter("error" if k < 2 else "ignore")
            numpy = by_numpy(case, values)
        compared(case, numpy, wanted)
        torch = by_torch(case.modules[1].model, case, values, second=bool(wanted.seconds))
        compared(case, torch, wanted)
        if not k and wanted.seconds and "detach" not in case.call:
            close(seconds_by_difference(case, values), wanted.seconds, 1e-5)
    assert count >= LEAST


def inputs(case: Sample) -> Iterator[Arrays]:
    """Yield read-only arguments: of many sizes, then of many draws and layouts."""
    sizes = list(sizes_of(case))
    for each in sizes:
        yield frozen(drawn(case, each))
    for seed in range(1, max(4, LEAST + 3 - len(sizes))):
        layout = LAYOUTS[seed % 3]
        values = drawn(case, sizes[0], seed)
        yield frozen({name: laid_out(value, layout) for name, value in values.items()})


def frozen(values: Arrays) -> Arrays:
    for value in values.values():
        value.flags.writeable = False
    return values


def laid_out(value: np.ndarray, layout: str) -> np.ndarray:
    if not value.ndim:
        return value
    if layout == "fortran":
        return np.asfortranarray(value)
    if layout == "strided":
        return np.repeat(value, 2, axis=-1)[..., ::2]
    return value[::-1].copy()[::-1]


def compared(case: Sample, got: Found, wanted: Found) -> None:
    rough = 1e-6 if word_of(case.call) in ROUGH else 1e-10
    for a, b in zip(got.outputs, wanted.outputs, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=rough, atol=rough)
    close(got.gradients, wanted.gradients, 10 * rough)
    if got.seconds:
        close(got.seconds, wanted.seconds, 100 * rough)


def close(got: Arrays, wanted: Arrays, bound: float) -> None:
    for name, value in wanted.items():
        assert np.shape(got[name]) == value.shape
        scale = max(1.0, float(np.max(np.abs(value[np.isfinite(value)]), initial=0.0)))
        np.testing.assert_allclose(got[name], value, rtol=bound, atol=bound * scale, err_msg=name)


@pytest.mark.parametrize("case", SAMPLES, ids=lambda s: f"{s.call} at {s.shapes}")
def test_float32_stays_float32(case: Sample):
    values = drawn(case, next(iter(sizes_of(case))), dtype="f4")
    got = by_numpy(case, values)
    assert {np.asarray(g).dtype.name for g in got.gradients.values()} <= {"float32"}
    assert not [y for y in got.outputs if y.dtype == np.float64]


@pytest.mark.parametrize("case", WITH_NUMPY, ids=lambda s: s.numpy)
def test_the_spelling_of_numpy_means_the_same(case: Sample):
    values = drawn(case, next(iter(sizes_of(case))))
    other = Sample(case.numpy, case.shapes, case.numpy, case.draw)
    np.testing.assert_allclose(
        np.asarray(other.original(**values)),
        by_numpy(other, values).outputs[0],
        rtol=1e-10,
        atol=1e-11,
    )
    close(by_numpy(other, values).gradients, by_numpy(case, values).gradients, 1e-10)


def test_every_operation_that_pytorch_spells_has_a_sample():
    spelled = [e for e in entries() if any(s.startswith("torch.") for s in e.spellings)]
    sampled = {entry.spellings for entry in FOUND}
    assert not [e.spellings for e in spelled if e.spellings not in sampled and not is_elsewhere(e)]
    assert len(SAMPLES) > 400
