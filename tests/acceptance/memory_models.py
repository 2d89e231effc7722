"""Networks whose gradients alone could easily keep more than autograd does; none of them ships."""

import torch
import torch.nn.functional as F


def adapted(x: "n d", *, w: "d m", b: "m", a: "d r", c: "r m"):
    """A low-rank change of a linear layer (Hu et al. 2021)."""
    return x @ w + b + (x @ a) @ c * 0.5


def lstm_cell(x: "n d", h: "n k", c: "n k", *, wx: "d 4*k", wh: "k 4*k", b: "4*k"):
    """A long short-term memory, whose gates are views of one array."""
    i, f, o, u = (x @ wx + h @ wh + b).chunk(4, dim=1)
    c1 = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(u)
    return torch.sigmoid(o) * torch.tanh(c1), c1


def lstm_state(x: "n d", h: "n k", c: "n k", *, wx: "d 4*k", wh: "k 4*k", b: "4*k"):
    """The same without its output: one of the gates goes nowhere."""
    i, f, _, u = (x @ wx + h @ wh + b).chunk(4, dim=1)
    return torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(u)


def graph_convolution(x: "n d", adj: "n n: positive", *, w1: "d h", w2: "h m"):
    """Two layers over a normalised adjacency (Kipf and Welling 2017)."""
    r = adj.sum(1) ** -0.5
    mixed = adj * r[:, None] * r[None, :]
    return mixed @ torch.relu(mixed @ x @ w1) @ w2


def cross_attention(x: "b t 4*c", z: "b s 4*c", *, wq: "4*c 4*c", wk: "4*c 4*c", wv: "4*c 4*c"):
    """Attention of one sequence to another by PyTorch's kernel, which keeps no scores."""
    q = (x @ wq).unflatten(-1, (4, -1)).transpose(1, 2)
    k = (z @ wk).unflatten(-1, (4, -1)).transpose(1, 2)
    v = (z @ wv).unflatten(-1, (4, -1)).transpose(1, 2)
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


def plain_attention(x: "b t c", *, wq: "c c", wk: "c c", wv: "c c", wo: "c c"):
    """Attention with its output projection in one statement."""
    q, k, v = x @ wq, x @ wk, x @ wv
    return (torch.softmax(q @ k.transpose(-2, -1) * 0.125, dim=-1) @ v) @ wo


def llama_block(x: "b t 8*c", cos: "t c", sin: "t c", *, g1: "8*c", wq: "8*c 8*c",
                wk: "8*c 8*c", wv: "8*c 8*c", wo: "8*c 8*c", g2: "8*c", w1: "8*c f",
                w2: "f 8*c", w3: "8*c f", eps=1e-6):  # fmt: skip
    """Root mean square norms, rotary positions, causal attention and a gated feed-forward."""
    b, t, width = x.shape

    def norm(x, g):
        return x * torch.rsqrt((x**2).mean(-1, keepdim=True) + eps) * g

    def heads(z):
        return z.view(b, t, 4, width // 4).transpose(1, 2)

    def turned(z):
        u, v = z.chunk(2, dim=-1)
        return torch.cat([u * cos - v * sin, u * sin + v * cos], dim=-1)

    h = norm(x, g1)
    q, k, v = turned(heads(h @ wq)), turned(heads(h @ wk)), heads(h @ wv)
    a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + a.transpose(1, 2).reshape(b, t, width) @ wo
    h = norm(x, g2)
    return x + (F.silu(h @ w1) * (h @ w3)) @ w2


def gated(x: "n d", *, w: "d 2*h", v: "h d"):
    """A gated linear unit whose halves are views of one product."""
    a, b = (x @ w).chunk(2, dim=-1)
    return (F.silu(a) * b) @ v


def unit(x: "n 2*d", *, w: "d m"):
    """A gated linear unit by PyTorch's kernel, which keeps no gate."""
    return F.glu(x) @ w


def scaled_sum(x: "n d", *, w: "d m", s: "m"):
    """A sum of a kept array: its factor's gradient needs the sum alone."""
    return s * torch.exp(x @ w).sum(0)


def pooled(x: "b n d", *, w1: "d h", w2: "h m"):
    """A function of sets (Zaheer et al. 2017)."""
    return torch.tanh(torch.relu(x @ w1).sum(1) @ w2)


def linear_attention(x: "b t c", *, wq: "c c", wk: "c c", wv: "c c"):
    """Attention without a softmax (Katharopoulos et al. 2020)."""
    q, k, v = F.elu(x @ wq) + 1, F.elu(x @ wk) + 1, x @ wv
    norm = 1 / (q * k.sum(1, keepdim=True)).sum(-1, keepdim=True)
    return (q @ (k.mT @ v)) * norm


def radial(x: "n d", *, c: "k d", s: "k", w: "k"):
    """A network of radial basis functions."""
    d2 = (x**2).sum(1)[:, None] - 2 * x @ c.T + (c**2).sum(1)
    return torch.exp(-d2 * s) @ w


def contrastive(a: "n d", b: "n d", *, w: "d m", tau: ": positive"):
    """The loss of van den Oord et al. (2018) over a batch of pairs."""
    u = F.normalize(a @ w, dim=1)
    v = F.normalize(b @ w, dim=1)
    return F.cross_entropy(u @ v.T / tau, torch.arange(a.shape[0]))


def kernel_regression(x: "n d", z: "m d", y: "n", *, a: "m", ell: ": positive"):
    """A sum of Gaussian kernels under squared error."""
    d2 = ((x[:, None] - z[None]) ** 2).sum(-1)
    return ((torch.exp(-0.5 * d2 / ell**2) @ a - y) ** 2).mean()


def autoencoder(x: "n d", *, w1: "d h", b1: "h", w2: "h d", b2: "d"):
    """Two sigmoid layers under squared error."""
    return ((torch.sigmoid(torch.sigmoid(x @ w1 + b1) @ w2 + b2) - x) ** 2).mean()
