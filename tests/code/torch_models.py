"""Models for the tests of the PyTorch target: every operation, ranks 0 to 4, awkward names."""

import torch
import torch.nn.functional as F


def linear(x: "n d", *, w: "d m", b: "m"):
    y = x @ w + b
    return y


def mlp(x: "n d", y: "n", *, w1: "d h", b1: "h", w2: "h 1", b2: "1"):
    """Two linear layers under squared error."""
    y1 = x @ w1 + b1
    y2 = y1 @ w2 + b2
    loss = ((y - y2.squeeze()) ** 2).sum()
    return loss


def mlp_relu(x: "n d", t: "n k: simplex", *, w1: "d h", b1: "h", w2: "h k"):
    h1 = torch.relu(x @ w1 + b1)
    logits = h1 @ w2
    loss = -(t * torch.log_softmax(logits, dim=1)).sum() / x.shape[0]
    return loss


def tanh_net(x: "n d", y: "n", *, w1: "d h", b1: "h", w2: "h h", w3: "h"):
    a = torch.tanh(x @ w1 + b1)
    b = torch.tanh(a @ w2)
    loss = ((y - b @ w3) ** 2).mean()
    return loss


def logistic(x: "n d", y: "n", *, w: "d"):
    z = x @ w
    return (F.softplus(z) - y * z).sum()


def ridge(x: "n d", y: "n", lam=0.1, *, w: "d"):
    r = x @ w - y
    return (r**2).sum() + lam * (w**2).sum()


def quadratic(x: "d", a: "d d"):
    return x @ a @ x


def frobenius(a: "n d", b: "n d"):
    return torch.linalg.norm(a * b)


def chain(a: "n d", b: "d h", c: "h m"):
    return a @ b @ c


def trace_of(a: "n d", b: "d n"):
    return torch.trace(a @ b)


def from_zero(x: "n 3 d", *, w: "d h", u: "h h"):
    """A recurrent network whose first state is zero."""
    state = x.new_zeros(x.shape[0], u.shape[0])
    for t in range(3):
        state = torch.tanh(x[:, t] @ w + state @ u)
    return state


def gated(x: "n d", *, g: "d", w: "d h", u: "d h"):
    """The scaled input is made again for w and u; its cotangent is for x and g."""
    h = x * g
    return torch.sin(h @ w) * torch.sin(h @ u)


def scalars(a: "", b: ""):
    c = torch.exp(a) * b
    return c + torch.sin(c)


def outer(x: "n", y: "m"):
    return torch.outer(x, y) + 1


def sums(x: "n d h"):
    return x.sum(dim=(0, 2)) * x.mean(dim=(0, 2))


def total(x: "n d"):
    return x.sum()


def transposed(x: "n d"):
    return x.T


def softmax_rows(x: "n d", *, w: "d m"):
    s = torch.softmax(x @ w, dim=1)
    return s


def lse(x: "n d"):
    return torch.logsumexp(x, dim=1).sum()


def rms_norm(x: "n d", eps=1e-5, *, g: "d"):
    r = torch.rsqrt((x**2).mean(dim=1, keepdim=True) + eps)
    return x * r * g


def layer_norm(x: "n d", eps=1e-5, *, g: "d", b: "d"):
    c = x - x.mean(dim=1, keepdim=True)
    r = torch.rsqrt((c * c).mean(dim=1, keepdim=True) + eps)
    xhat = c * r
    return xhat * g + b


def attention(q: "b n d", k: "b m d", v: "b m e"):
    s = torch.softmax(q @ k.transpose(1, 2) / q.shape[2] ** 0.5, dim=-1)
    return s @ v


def heads(q: "b h n d", k: "b h n d"):
    return torch.tanh(q @ k.transpose(-1, -2))


def batched(x: "b n d", *, w: "d m", c: "m"):
    return torch.sigmoid(x @ w + c)


def lstm_cell(x: "n d", h: "n k", c: "n k", *, wi: "d k", wo: "d k", wf: "d k", wg: "d k"):
    i, o = torch.sigmoid(x @ wi), torch.sigmoid(x @ wo + h)
    f, g = torch.sigmoid(x @ wf), torch.tanh(x @ wg)
    c_new = f * c + i * g
    h_new = o * torch.tanh(c_new)
    return h_new, c_new


def activations(x: "n d"):
    a = F.gelu(x) + F.silu(x) + F.softplus(x) + F.mish(x) + F.elu(x)
    b = F.leaky_relu(x, 0.2) + F.relu6(x) + F.hardtanh(x) + F.logsigmoid(x)
    return (a * b).sum()


def smooth(x: "n"):
    a = torch.exp(x) + torch.expm1(x) + torch.sin(x) * torch.cos(x) + torch.atan(x)
    b = torch.sinh(x) + torch.cosh(x) + torch.erf(x) + torch.asinh(x) + torch.exp2(x)
    return a * b


def positive(x: "n: positive", y: "n: positive"):
    a = torch.log(x) + torch.sqrt(x) + torch.rsqrt(y) + torch.log1p(x) + 1 / y
    return a * x**y + x**1.5 + torch.log2(y)


def kinks(x: "n d", y: "n d"):
    return torch.maximum(x, y) + torch.minimum(x, 0 * y) + x.abs() * y.clamp(-0.5, 0.5)


def choice(x: "n d", y: "d"):
    return torch.where(x > 0, x * y, torch.exp(x))


def masked(x: "n d", m: "n d: bool"):
    return torch.where(m, x, -x) * m


def labels(x: "n d", t: "n: int < d"):
    return (x * 2 + t[:, None]).sum(dim=1)


def several(x: "n d", *, w: "d m"):
    z = x @ w
    s = torch.sigmoid(z)
    return s, s.sum(), z * z


def passes(x: "n d", y: "n d"):
    return x, x * y


def unused(x: "n d", y: "n", *, w: "d", v: "d"):
    return (x @ w).sum()


def clash(torch_: "n d", cache: "d", needs: "d", *, type: "d", ctx: "d"):
    grad = torch.tanh(torch_ * cache) * needs
    return grad * type + torch.exp(ctx)


def hostile(torch: "n d", Tensor: "d", *, backward: "d", tuple: "d", predict: "d", self: "d"):
    grad_output = torch * Tensor + backward * tuple
    return (grad_output.exp() * predict * self).sum()


def forward(x: "n", *, backward: "n"):
    return torch.tanh(x * backward)


def sizes(x: "n 2*k", *, w: "k m"):
    return x[:, : x.shape[1] // 2] @ w


def wrapped(x: "n d"):
    return torch.linalg.norm(x, dim=1) / x.shape[0]


def deep(x: "n d", *, w: "d d", steps=3):
    for _ in range(steps):
        x = torch.tanh(x @ w)
    return (x**2).sum()


def picked(x: "n d", t: "n: int < d"):
    rows = torch.arange(x.shape[0])
    return x[rows, t].exp()


def joined(x: "n d", y: "n d"):
    a = torch.cat([x, torch.tanh(y)], dim=1)
    b = torch.stack([x, y], dim=0)
    return a, b * b


def strided(x: "n 2*k"):
    return torch.tanh(x[:, : x.shape[1] // 2]) * 2


def detached(x: "n d", *, w: "d"):
    s = (x @ w).detach()
    return (s * (x @ w)).sum()


MODELS = [
    gated,
    from_zero,
    joined,
    strided,
    detached,
    linear,
    mlp,
    mlp_relu,
    tanh_net,
    logistic,
    ridge,
    quadratic,
    frobenius,
    chain,
    trace_of,
    scalars,
    outer,
    sums,
    total,
    transposed,
    softmax_rows,
    lse,
    rms_norm,
    layer_norm,
    attention,
    heads,
    batched,
    lstm_cell,
    activations,
    smooth,
    positive,
    kinks,
    choice,
    masked,
    labels,
    several,
    passes,
    unused,
    clash,
    hostile,
    forward,
    sizes,
    wrapped,
    deep,
]
