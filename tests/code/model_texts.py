"""Small models across the language, each as text that also runs under PyTorch."""

from __future__ import annotations

IMPORTS = "import torch\nimport torch.nn.functional as F\n"

MODELS: dict[str, str] = {}


def _add(text: str) -> None:
    MODELS[text.split("(")[0].removeprefix("def ")] = IMPORTS + text


_add(
    """\
def linear(x: "n d", *, w: "d m", b: "m"):
    y = x @ w + b
    return y
"""
)
_add(
    """\
def mlp(x: "n d", y: "n", *, w1: "d h", b1: "h", w2: "h 1", b2: "1"):
    y1 = x @ w1 + b1
    y2 = y1 @ w2 + b2
    l = ((y - y2.squeeze(1)) ** 2).sum()
    return l
"""
)
_add(
    """\
def mlp_relu(x: "n d", t: "n k: simplex", *, w1: "d h", b1: "h", w2: "h k", b2: "k"):
    h1 = torch.relu(x @ w1 + b1)
    z = h1 @ w2 + b2
    l = -(t * torch.log_softmax(z, 1)).sum() / x.shape[0]
    return l
"""
)
_add(
    """\
def logistic(x: "n d", y: "n", *, w: "d", b: ""):
    z = x @ w + b
    l = (F.softplus(z) - y * z).mean()
    return l
"""
)
_add(
    """\
def ridge(x: "n d", y: "n", *, w: "d", lam: ""):
    l = ((x @ w - y) ** 2).sum() + lam * (w ** 2).sum()
    return l
"""
)
_add(
    """\
def softmax_rows(x: "n d", g: "n d"):
    s = torch.softmax(x, 1)
    return s
"""
)
_add(
    """\
def softmax_middle(x: "b n d"):
    s = torch.softmax(x, 1)
    l = torch.logsumexp(x, 2)
    return s, l
"""
)
_add(
    """\
def chain(a: "n m", b: "m p", c: "p q", v: "q"):
    y = a @ b @ c @ v
    return y
"""
)
_add(
    """\
def traces(a: "n n", b: "n n"):
    l = torch.trace(a @ b) + (torch.diagonal(a) * torch.diagonal(b)).sum()
    return l
"""
)
_add(
    """\
def batched(q: "b s d", k: "b t d", v: "b t e"):
    s = q @ k.transpose(1, 2) / 2.0
    p = torch.softmax(s, 2)
    o = p @ v
    return o
"""
)
_add(
    """\
def heads(q: "b s h d", k: "b t h d"):
    s = torch.einsum("bshd,bthd->bhst", q, k)
    return s
"""
)
_add(
    """\
def lin3(x: "b s d", *, w: "d m", b: "m"):
    y = x @ w + b
    return y
"""
)
_add(
    """\
def layernorm(x: "n d", *, g: "d", b: "d", eps=1e-5):
    c = x - x.mean(1, keepdim=True)
    v = (c ** 2).mean(1, keepdim=True)
    r = torch.rsqrt(v + eps)
    y = c * r * g + b
    return y
"""
)
_add(
    """\
def gelus(x: "n d"):
    y = F.gelu(x)
    z = F.silu(x) * F.gelu(x, approximate="tanh")
    w = F.mish(x)
    return y, z, w
"""
)
_add(
    """\
def elem(x: "n: positive", y: "n: positive"):
    a = torch.exp(x) * torch.log(y) + torch.sqrt(x) / y
    b = torch.sin(x) ** 3 * torch.cos(y) ** 2 + x ** 4 - y ** -2
    return a * b
"""
)
_add(
    """\
def kinks(x: "n m", y: "n m"):
    a = torch.maximum(x, y) + torch.abs(x) + torch.minimum(x, y * 2)
    b = torch.where(x > y, x * y, y)
    c = torch.clamp(x, -0.5, 0.5) * F.leaky_relu(y, 0.1) + F.elu(x) * F.hardtanh(y) + F.hardswish(x)
    return (a + b * c).sum()
"""
)
_add(
    """\
def norms(x: "n d", y: "n d"):
    a = torch.linalg.vector_norm(x, dim=1)
    b = torch.linalg.vector_norm(x - y)
    return a, b
"""
)
_add(
    """\
def sums(x: "a b c"):
    y = x.sum(1)
    z = x.mean((0, 2), keepdim=True)
    return y, z
"""
)
_add(
    """\
def onlysum(x: "n d"):
    return x.sum()
"""
)
_add(
    """\
def onlymean(x: "n d"):
    return x.mean()
"""
)
_add(
    """\
def ident(x: "n d"):
    y = x + 0.0 * x
    return y
"""
)
_add(
    """\
def trans(x: "n d"):
    y = x.T
    return y
"""
)
_add(
    """\
def addsub(x: "n d", y: "d", z: "n 1"):
    o = x - y + z
    return o
"""
)
_add(
    """\
def outerp(x: "n", y: "m", a: "n m"):
    o = torch.outer(x, y) * a
    return o.sum()
"""
)
_add(
    """\
def quad(x: "n", a: "n n: symmetric"):
    q = x @ a @ x
    return q
"""
)
_add(
    """\
def diagm(v: "n", a: "n m"):
    y = torch.diag(v) @ a
    return y
"""
)
_add(
    """\
def embdiag(v: "n"):
    y = torch.diag(v)
    return y
"""
)
_add(
    """\
def scal(x: "", y: ""):
    z = x * y + torch.tanh(x)
    return z
"""
)
_add(
    """\
def unused(x: "n d", y: "m", *, w: "d"):
    z = (x @ w).sum()
    return z
"""
)
_add(
    """\
def mask(x: "n d", m: "n d: bool", t: "n: int < d"):
    y = torch.where(m, x, 0.0)
    z = x * torch.where(m, 0.0, 1.0) + t.unsqueeze(1) * x
    return y, z
"""
)
_add(
    """\
def derived(x: "n 4*k", y: "n k", z: "n-1"):
    a = (x ** 2).sum(1) * (y ** 2).sum(1)
    b = (z ** 3).sum()
    return a.sum() * b
"""
)
_add(
    """\
def bcast(x: "n 1", y: "1 m", z: "n m"):
    o = x * y + z / (1 + x ** 2)
    return o
"""
)
_add(
    """\
def chain3(x: "n d", y: "n d", w: "n d"):
    o = (x * y * w).sum(1)
    return o
"""
)
_add(
    """\
def bilinear(x: "n d", w: "d e k", y: "n e"):
    o = torch.einsum("nd,dek,ne->nk", x, w, y)
    return o
"""
)
_add(
    """\
def tens(x: "a b c", w: "c b k"):
    o = torch.einsum("abc,cbk->ak", x, w)
    return o
"""
)
_add(
    """\
def perm(x: "a b c d", y: "d a"):
    z = x.permute(2, 0, 3, 1)
    o = z.sum(3) * y.T
    return o
"""
)
_add(
    """\
def rank4(x: "n c h w", *, g: "c", b: "c"):
    u = x.mean((0, 2, 3), keepdim=True)
    v = ((x - u) ** 2).mean((0, 2, 3), keepdim=True)
    y = (x - u) / torch.sqrt(v + 0.001)
    return y
"""
)
_add(
    """\
def powv(x: "n: positive", p: ""):
    y = torch.pow(x, p)
    return y.sum()
"""
)
_add(
    """\
def reuse(x: "n d", *, w: "d d"):
    h1 = torch.tanh(x @ w)
    h2 = torch.tanh(h1 @ w) + h1
    l = (h2 ** 2).sum() / 2
    return l
"""
)
_add(
    """\
def two(x: "n d", *, w: "d m"):
    y = x @ w
    l = (y ** 2).sum()
    return y, l
"""
)
_add(
    """\
def sigm(x: "n d", *, w: "d"):
    p = torch.sigmoid(x @ w)
    l = -(torch.log(p)).mean() + F.logsigmoid(x).sum()
    return l
"""
)
_add(
    """\
def lae(x: "n", y: "n"):
    o = torch.logaddexp(x, y) + torch.arctan2(x, y)
    return o
"""
)
_add(
    """\
def gram(x: "n d"):
    k = x @ x.T
    return (k ** 2).sum()
"""
)
_add(
    """\
def frob(a: "n m", b: "m p", t: "n p"):
    r = a @ b - t
    l = torch.trace(r.T @ r) / 2
    return l
"""
)
_add(
    """\
def mv_batch(a: "b n m", v: "b m"):
    o = torch.einsum("bnm,bm->bn", a, v)
    return o
"""
)
_add(
    """\
def hostile(np: "n", cache: "n", grad_output: "n", forward: "n", value: "n", rng: "n"):
    grad_np = np * cache + grad_output
    backward = grad_np * forward * value
    Cache = (backward + rng) ** 2
    return Cache.sum()
"""
)
_add(
    """\
def hostdims(n: "np self", x: "n cache"):
    y = (n ** 2).sum() * (x ** 2).mean()
    return y
"""
)
_add(
    """\
def sliced(x: "n d", y: "n d", *, w: "2*d k"):
    z = torch.cat([x, y], 1) @ w
    left = x[:, 1:] * y[:, :-1]
    s = torch.stack([x, y], 0)
    return z, left, (s ** 2).sum()
"""
)
_add(
    """\
def lstm_cell(x: "n d", h: "n k", c: "n k", *, w: "d 4*k", u: "k 4*k", b: "4*k"):
    gates = x @ w + h @ u + b
    i, f, g, o = gates.chunk(4, 1)
    new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    new_h = torch.sigmoid(o) * torch.tanh(new_c)
    return new_h, new_c
"""
)
_add(
    """\
def picked(x: "n d", y: "n: int < k", *, w: "d k"):
    loss = F.cross_entropy(x @ w, y)
    return loss
"""
)
_add(
    """\
def three_layers(x: "n d", t: "n k", *, w1: "d h", b1: "h", w2: "h h", b2: "h", w3: "h k"):
    h1 = torch.tanh(x @ w1 + b1)
    h2 = torch.tanh(h1 @ w2 + b2)
    r = h2 @ w3 - t
    loss = (r ** 2).mean() / 2
    return loss
"""
)
_add(
    """\
def a_rather_long_model_name(the_first_input_array: "n d", the_second_input_array: "n d"):
    the_product_of_both_arrays = the_first_input_array * the_second_input_array
    the_sum_of_both_of_the_arrays = the_first_input_array + the_second_input_array
    return the_product_of_both_arrays * torch.tanh(the_sum_of_both_of_the_arrays)
"""
)
