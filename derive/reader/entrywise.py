"""The functions at each entry: a line for each, its name and then its spellings.

Names are those of `algebra.scalars.functions`; spellings are told as in `derive.reader.library`,
which holds the whole list.
"""

ENTRYWISE = """
exp all:exp math:exp
expm1 all:expm1 math:expm1 ts:expm1
exp2 all:exp2 ts:exp2 math:exp2
log2 all:log2 math:log2
log10 all:log10 math:log10
sqrt all:sqrt math:sqrt
rsqrt torch:rsqrt m:rsqrt
cbrt np:cbrt sp:cbrt math:cbrt
sin all:sin math:sin
cos all:cos math:cos
tan all:tan math:tan
sinh all:sinh math:sinh
cosh all:cosh math:cosh
tanh all:tanh math:tanh F:tanh
arcsin all:arcsin both:asin m:asin math:asin
arccos all:arccos both:acos m:acos math:acos
arctan all:arctan both:atan m:atan math:atan
arcsinh all:arcsinh both:asinh m:asinh math:asinh
arccosh all:arccosh both:acosh m:acosh math:acosh
arctanh all:arctanh both:atanh m:atanh math:atanh
abs all:abs all:absolute np:fabs math:fabs
sign all:sign m:sgn torch:sgn
floor all:floor math:floor
ceil all:ceil math:ceil
round both:round np:rint np:around m:round ts:round
trunc all:trunc torch:fix np:fix m:fix math:trunc
sigmoid torch:sigmoid m:sigmoid F:sigmoid sp:expit ts:expit jnn:sigmoid
logsigmoid F:logsigmoid sp:log_expit jnn:log_sigmoid
relu torch:relu m:relu F:relu jnn:relu
silu F:silu jnn:silu jnn:swish
mish F:mish jnn:mish
erf torch:erf m:erf sp:erf ts:erf math:erf
erfc torch:erfc m:erfc sp:erfc ts:erfc math:erfc
erfcx sp:erfcx ts:erfcx
erfinv torch:erfinv m:erfinv sp:erfinv ts:erfinv
normal_cdf sp:ndtr ts:ndtr
log_normal_cdf sp:log_ndtr ts:log_ndtr
normal_quantile sp:ndtri ts:ndtri
lgamma torch:lgamma m:lgamma sp:gammaln ts:gammaln math:lgamma
digamma torch:digamma m:digamma sp:digamma sp:psi ts:digamma ts:psi
i0 all:i0 sp:i0 ts:i0 ts:modified_bessel_i0
i0e sp:i0e ts:i0e
i1 sp:i1 ts:i1 ts:modified_bessel_i1
i1e sp:i1e ts:i1e
relu6 F:relu6 jnn:relu6
hardsigmoid F:hardsigmoid jnn:hard_sigmoid
hardswish F:hardswish jnn:hard_swish
softsign F:softsign jnn:soft_sign
"""
PAIRWISE = """
maximum both:maximum m:maximum
minimum both:minimum m:minimum
fmax both:fmax m:fmax
fmin both:fmin m:fmin
hypot all:hypot math:hypot
arctan2 both:arctan2 both:atan2 m:arctan2 m:atan2 math:atan2
logaddexp all:logaddexp
logaddexp2 all:logaddexp2
fmod all:fmod math:fmod
copysign all:copysign math:copysign
"""
COMPARED = """
greater all:greater torch:gt m:gt
greater_equal all:greater_equal torch:ge m:ge
less all:less torch:lt m:lt
less_equal all:less_equal torch:le m:le
equal np:equal torch:eq m:eq
not_equal all:not_equal torch:ne m:ne
"""
TESTS = """
isnan all:isnan math:isnan
isfinite all:isfinite math:isfinite
isinf all:isinf math:isinf
signbit all:signbit
"""
