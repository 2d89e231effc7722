"""How much memory the generated NumPy module takes: its cache, its peak, and what apart costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.code.footprint import Measure
from derive.code.numpy.module import NumPyModule
from derive.code.readable import readable
from derive.dims import Dim, dim, reference_sizes
from derive.plan.lifetimes import Moment
from derive.plan.nouns import Plan


@dataclass(frozen=True)
class Needs:
    """Bytes in the dimensions that have no size given.

    cache: new memory that the cache keeps.  peak: of value_and_grad, reached in `moment`; where
    the output is no number there is no such function, and both are None.  apart: the peak of
    forward and then backward, the cache held by the caller.
    """

    cache: Dim
    peak: Dim | None
    moment: Moment | None
    apart: Dim


def needs(plan: Plan, item: int, sizes: Mapping[str, int]) -> Needs:
    """Return what the module needs with floats of `item` bytes.

    The largest moment is judged at `sizes`, and at the reference sizes of dimensions not in it.
    Raises Unknown where the module does something whose memory is not known.
    """
    program = plan.derivation.program
    judged = {**reference_sizes(program.dimensions), **sizes}
    known = {name: dim(size) for name, size in sizes.items()}
    module = NumPyModule(readable(plan))
    text = module.text()
    measure = Measure(text, program, item, judged, exact=set(sizes) >= set(program.dimensions))
    cache, apart = measure.cache().replace(known), measure.apart().peak.replace(known)
    if module.value_and_grad is None:
        return Needs(cache, None, None, apart)
    found = measure.peak("value_and_grad")
    moment = module.moment_at(text, found.line)
    return Needs(cache, found.peak.replace(known), moment, apart)
