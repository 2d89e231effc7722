"""Arrays made of nothing or of others' entries: zeros, counts, casts, what integers pick and add.

Lines as in `derive.reader.library`, which holds the whole list.
"""

from __future__ import annotations

from derive.arrays import adding, creation, indexing, layout
from derive.reader import meaning
from derive.reader.operation import Line

MAKING: tuple[Line, ...] = (
    ("| *shape", creation.zeros, "both:zeros both:empty"),
    ("| *shape", creation.ones, "both:ones"),
    ("x | *shape", creation.new_zeros, "m:new_zeros m:new_empty"),
    ("x | shape fill_value", creation.new_full, "m:new_full"),
    ("x value", lambda x, value: meaning.detached(value), "m:new_tensor"),
    ("x | *shape", creation.new_ones, "m:new_ones"),
    ("x", creation.zeros_like, "both:zeros_like both:empty_like"),
    ("x", creation.ones_like, "both:ones_like"),
    ("x value", creation.full_like, "both:full_like"),
    ("| shape fill_value", creation.full, "both:full"),
    ("| n m=None k=0", creation.eye, "both:eye np:identity"),
    ("| n m=None k=0", creation.tri, "np:tri"),
    ("| *bounds", creation.arange, "both:arange"),
    ("start stop | n=50 endpoint=True", creation.linspace, "np:linspace"),
    ("start stop | n", creation.linspace, "torch:linspace"),
    ("start stop | n=50 endpoint=True base=10", creation.numpy_logspace, "np:logspace"),
    ("start stop | n base=10", creation.logspace, "torch:logspace"),
    ("x", layout.stop, "torch:detach m:detach m:stop_gradient jax.lax:stop_gradient"),
    (
        "x | *rest=None",
        meaning.same,
        "m:contiguous m:to all:conj np:conjugate m:conjugate np:real torch:real "
        "m:type m:cpu m:cuda m:requires_grad_ m:type_as m:double m:half m:bfloat16 "
        "np:ascontiguousarray np:asfortranarray",
    ),
    ("x | rest=None", meaning.copied, "m:clone torch:clone m:copy np:copy m:astype"),
    ("x", meaning.new_array, "np:array"),
    ("x", meaning.detached, "torch:tensor"),
    (
        "x",
        meaning.as_array,
        "np:asarray np:asanyarray torch:as_tensor torch:asarray torch:from_numpy",
    ),
    ("x", meaning.cast_float, "m:float np:float32 np:float64"),
    ("x", meaning.to_truth, "m:bool"),
    ("x", meaning.cast_int, "m:long m:int"),
    ("index | depth=None", indexing.one_hot, "F:one_hot jnn:one_hot"),
    ("x | axis index", meaning.gather, "torch:gather m:gather"),
    (
        "x | index axis",
        meaning.take_along,
        "np:take_along_axis torch:take_along_dim m:take_along_dim",
    ),
    ("x | axis index src alpha=1", adding.index_add, "torch:index_add m:index_add"),
    ("x | axis index src", adding.scatter_add, "torch:scatter_add m:scatter_add"),
    ("index weights=None | minlength=None", adding.bincount, "all:bincount"),
    ("x y | axis index", adding.select_scatter, "torch:select_scatter m:select_scatter"),
    (
        "x y | axis=0 start=None stop=None step=1",
        adding.slice_scatter,
        "torch:slice_scatter m:slice_scatter",
    ),
    ("x | axis index", meaning.index_select, "torch:index_select m:index_select"),
    ("x index | axis=None", indexing.take, "np:take m:take"),
)
