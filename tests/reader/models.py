"""Models for the tests: a head with the arguments, and a body that ends in `return`."""

HEADS = {
    "torch": "import math\nimport torch\nimport torch.nn.functional as F\n",
    "numpy": "import math\nimport numpy as np\n",
}
VECTORS = 'x: "n", y: "n"'
MATRIX = 'x: "n d", y: "n d", w: "d m", v: "d", a: "n n", s: "", u: "n 1"'
CLASSES = 'x: "n k", y: "n: int < k", t: "n k: simplex"'
CUBE = 'x: "b n d", y: "b n d", w: "d m", v: "b d", q: "b m d"'
POSITIVE = 'x: "n d: positive", y: "n d: positive", p: "n d: simplex"'
DATA = 'x: "n 3*k", y: "4 d", w: "d d", z: "2 n", m: "n d: bool"'

TORCH = [
    (MATRIX, "return x @ w"),
    (MATRIX, "return x @ v, v @ w, v @ v"),
    (MATRIX, "return x.T @ y, (x * y).sum(), x.sum(0), x.mean(dim=1), x.mean()"),
    (MATRIX, "return x.sum(dim=1, keepdim=True) + y, x - x.mean(0, keepdim=True)"),
    (MATRIX, "return x + v, v * x, x / (v**2 + 1), s * x, s - x, x - s, 2 / (x**2 + 1)"),
    (MATRIX, "return u + x, (u * x).sum(), u.squeeze() @ x, x.sum(1).unsqueeze(1) * u"),
    (MATRIX, "return torch.trace(a), torch.diagonal(a), torch.diag(v), a.diagonal().sum()"),
    (MATRIX, "return torch.outer(v, v), torch.dot(v, v), torch.mv(x, v), torch.mm(x, w)"),
    (MATRIX, "return torch.einsum('ij,jk->ik', x, w), torch.einsum('ij,ij->', x, y)"),
    (
        MATRIX,
        "return torch.einsum('ii->i', a), torch.einsum('ij->ji', x), torch.einsum('ij,j', x, v)",
    ),
    (MATRIX, "return x.t(), x.transpose(0, 1), x.permute(1, 0), x.swapaxes(0, -1), x.mT"),
    (MATRIX, "return torch.exp(x), torch.tanh(x), torch.sin(x) * torch.cos(y), x.abs()"),
    (MATRIX, "return x**2, x**3, (x**2 + 1)**0.5, (x**2 + 1)**-0.5, x.square(), 2**x"),
    (MATRIX, "return torch.sqrt(x**2 + 1), torch.rsqrt(x**2 + 1), torch.log(x**2 + 1)"),
    (MATRIX, "return F.relu(x), F.silu(x), F.gelu(x), F.gelu(x, approximate='tanh'), F.mish(x)"),
    (MATRIX, "return F.elu(x), F.elu(x, alpha=0.5), F.leaky_relu(x), F.leaky_relu(x, 0.2)"),
    (MATRIX, "return F.softplus(x), F.softplus(x, beta=2), F.logsigmoid(x), torch.sigmoid(x)"),
    (MATRIX, "return F.hardtanh(x), F.hardtanh(x, -0.5, 0.7), F.relu6(3 * x), F.celu(x, 0.7)"),
    (MATRIX, "return F.selu(x), F.softsign(x), F.tanhshrink(x), F.hardswish(x), F.hardsigmoid(x)"),
    (MATRIX, "return F.hardshrink(x), F.softshrink(x), F.threshold(x, 0.1, 20.0), torch.sinc(x)"),
    (MATRIX, "return torch.erf(x), torch.erfc(x), torch.atan(x), torch.asinh(x), torch.expm1(x)"),
    (
        MATRIX,
        "return torch.maximum(x, y), torch.minimum(x, s), torch.hypot(x, y), torch.atan2(x, y)",
    ),
    (MATRIX, "return torch.clamp(x, -0.5, 0.5), x.clamp(min=0), torch.clip(x, max=0.3)"),
    (MATRIX, "return torch.where(x > 0, x, y), torch.where(x > y, 1.0, 0.0), x * (x > 0)"),
    (MATRIX, "return x.masked_fill(y < 0, 0.5), (x > 0).double().sum(), ((x > 0) & (y > 0)).sum()"),
    (MATRIX, "return (x > y).double().mean(), torch.where(~(x > 0), x, y), (x >= 0) * y"),
    (MATRIX, "return torch.softmax(x, dim=1), F.log_softmax(x, dim=-1), torch.logsumexp(x, 1)"),
    (MATRIX, "return torch.logsumexp(x, dim=(0, 1)), x.softmax(0), F.softmin(x, dim=1)"),
    (MATRIX, "return torch.norm(x), x.norm(dim=1), torch.linalg.norm(x), torch.linalg.norm(v)"),
    (MATRIX, "return torch.linalg.vector_norm(x, dim=0), x.norm(p=1, dim=1), v.norm(1)"),
    (
        MATRIX,
        "return x.var(), x.std(dim=1), torch.var(x, dim=0, correction=0), x.var(1, unbiased=False)",
    ),
    (
        MATRIX,
        "return x.amax(1), x.max(), x.min(dim=1).values, torch.max(x, dim=0)[0], torch.max(x, y)",
    ),
    (MATRIX, "m, _ = x.max(dim=1, keepdim=True)\nreturn x - m"),
    (MATRIX, "return F.linear(x, w.T), F.linear(x, w.T, w.sum(0)), F.normalize(x, dim=1)"),
    (
        MATRIX,
        "return F.mse_loss(x, y), F.mse_loss(x, y, reduction='sum'), F.l1_loss(x, y, reduction='none')",
    ),
    (
        MATRIX,
        "return F.smooth_l1_loss(x, y), F.huber_loss(x, y, delta=0.5), F.smooth_l1_loss(x, y, beta=2.0)",
    ),
    (MATRIX, "return F.binary_cross_entropy_with_logits(x, torch.sigmoid(y))"),
    (MATRIX, "return F.binary_cross_entropy(torch.sigmoid(x), torch.sigmoid(y), reduction='sum')"),
    (
        MATRIX,
        "return F.cosine_similarity(x, y), F.pairwise_distance(x, y), F.soft_margin_loss(x, y)",
    ),
    (MATRIX, "return F.layer_norm(x, (x.shape[1],)), F.layer_norm(x, x.shape[1:], v, v, eps=1e-3)"),
    (
        MATRIX,
        "return torch.addmm(s, x, w), torch.addcmul(x, x, y, value=0.5), torch.lerp(x, y, 0.3)",
    ),
    (
        MATRIX,
        "return torch.matrix_power(a, 3), torch.linalg.multi_dot([a, x, w]), torch.kron(w, a)",
    ),
    (
        MATRIX,
        "return torch.stack([x, y]), torch.cat([x, y], dim=1), torch.cat((x, y)), torch.hstack((x, y))",
    ),
    (
        MATRIX,
        "return x.reshape(-1), x.flatten(), x.view(x.shape[1], -1), x.unsqueeze(0).expand(3, -1, -1)",
    ),
    (MATRIX, "return torch.tril(a), torch.triu(a, 1), a.tril(-1), torch.cumsum(x, dim=0)"),
    (MATRIX, "return x[0], x[-1], x[:, 0], x[1:], x[:-1], x[:, None], x[None], x[..., 0], x[0, 1]"),
    (MATRIX, "return x[1:] - x[:-1], torch.diff(x, dim=1), x[::2], x[:, 1:2], torch.roll(x, 1, 0)"),
    (MATRIX, "return torch.zeros(3, 2) + 1, torch.ones_like(x) * y, torch.eye(x.shape[0]) @ x"),
    (
        MATRIX,
        "return torch.full((2, 3), 0.5), torch.zeros_like(x) + s, torch.arange(x.shape[0]) * v.sum()",
    ),
    (MATRIX, "n, d = x.shape\nreturn (x / n + d).sum(), x.size(0) * x, x.numel() * s, len(x) * s"),
    (MATRIX, "return x / math.sqrt(x.shape[1]), x * math.log(2), x * math.pi, x + math.exp(-1.0)"),
    (MATRIX, "return 0.5 * math.log(2 * math.pi) + x, (x.shape[0] - 1) * x, x / (x.shape[0] - 1)"),
    (MATRIX, "return x.detach() * y, x.clone() + y, x.contiguous().double(), x.to(torch.float64)"),
    (MATRIX, "h = x\nfor i in range(3):\n    h = torch.tanh(h) + h * i\nreturn h"),
    (
        MATRIX,
        "hs = []\nfor k in range(1, 4):\n    hs.append(torch.sin(k * x))\nreturn torch.stack(hs).sum(0)",
    ),
    (MATRIX, "hs = [torch.exp(-k * x**2) for k in range(3)]\nreturn sum(hs), torch.cat(hs, 1)"),
    (MATRIX, "def f(z, k=2):\n    z = z * k\n    return z + 1\nreturn f(f(x), k=3) + f(y)"),
    (MATRIX, "g = lambda z: z**2 + z\nreturn g(x) + g(y)"),
    (MATRIX, "h = x.clone()\nh += y\nh *= 2\nh -= v\nreturn h, x"),
    (MATRIX, "h = x * 1.0\nh[0] = 0\nh[:, 1] = v.sum()\nh[1:, 0] = 2.0\nreturn h"),
    (
        MATRIX,
        "h = torch.zeros(x.shape[0], 3)\nfor j in range(3):\n    h[:, j] = x.sum(1) * j\nreturn h",
    ),
    (MATRIX, "h = x.clone()\nh[h < 0] = 0\nreturn h"),
    (MATRIX, "p, q = x @ w, x * y\np, q = q, p\nreturn p, q"),
    (MATRIX, "z = y\nz = z + 1\nw = w.T\nreturn z @ w.T, y"),
    (
        MATRIX,
        "if x.ndim == 2 and s.ndim == 0:\n    h = x\nelse:\n    h = y\nreturn h if True else y",
    ),
    (MATRIX, "acc = 0\nfor z, k in zip([x, y], (1, 2)):\n    acc += k * z\nreturn acc"),
    (
        MATRIX,
        "acc = 0.0\nfor i, z in enumerate([x, y]):\n    if i == 0:\n        continue\n    acc = acc + z\nreturn acc",
    ),
    (
        CLASSES,
        "return F.cross_entropy(x, y), F.cross_entropy(x, t), F.nll_loss(F.log_softmax(x, 1), y)",
    ),
    (
        CLASSES,
        "return F.cross_entropy(x, y, reduction='sum'), F.cross_entropy(x, y, label_smoothing=0.1)",
    ),
    (CLASSES, "s = torch.softmax(x, 1)\nreturn -(t * torch.log(s)).sum() / len(x)"),
    (CLASSES, "s = torch.softmax(x, 1)\nreturn -torch.log(s[torch.arange(len(y)), y]).mean()"),
    (
        CLASSES,
        "return x[torch.arange(x.shape[0]), y], x.gather(1, y[:, None]), F.one_hot(y, x.shape[1]) * x",
    ),
    (
        CLASSES,
        "rows = torch.arange(x.shape[0])\nm = x - x[rows, y][:, None] + 1\nm[rows, y] = 0\nreturn m.clamp(min=0).sum()",
    ),
    (CLASSES, "return F.embedding(y, x.T), x.T[y], torch.index_select(x, 1, y), x[:, y]"),
    (CLASSES, "return F.kl_div(F.log_softmax(x, 1), t, reduction='batchmean')"),
    (CUBE, "return x @ w, x @ y.mT, torch.bmm(x, y.transpose(1, 2)), x.sum((1, 2)), x.mean(-1)"),
    (CUBE, "return torch.einsum('bnd,bmd->bnm', x, q), torch.einsum('...nd,dm->...nm', x, w)"),
    (
        CUBE,
        "return x.permute(2, 0, 1), x.transpose(0, 2), x.flatten(1), x.flatten(0, 1), x.unbind(0)[0] if False else x",
    ),
    (
        CUBE,
        "b, n, d = x.shape\nreturn x.view(b * n, d) @ w, x.reshape(b, -1), x + v[:, None, :], x * v.unsqueeze(1)",
    ),
    (CUBE, "a = torch.softmax(x @ q.mT / math.sqrt(x.size(-1)), dim=-1)\nreturn a @ q"),
    (
        CUBE,
        "return F.scaled_dot_product_attention(x, q, q), x[:, 0] @ w, x[..., 0], x[0, 1:], x.movedim(0, -1)",
    ),
    (
        POSITIVE,
        "return torch.log(x), torch.log2(x), torch.log10(x), torch.log1p(x), x.sqrt(), x**y, x**0.3",
    ),
    (
        POSITIVE,
        "return (p * torch.log(p)).sum(1), torch.xlogy(p, x), torch.logit(x / (x + y)), 1 / x, x.reciprocal()",
    ),
    (
        POSITIVE,
        "return F.poisson_nll_loss(x, y), torch.pow(x, 2.5), torch.float_power(x, 3), x.rsqrt(), 10**x",
    ),
    (DATA, "q, k, v = x.chunk(3, dim=1)\nreturn q * k, v, x.split(x.shape[1] // 3, dim=1)[2] + q"),
    (DATA, "a, b = z\nreturn a * b, z.unbind(0)[1], sum(r for r in y), y[1:3], [r for r in y][2]"),
    (
        DATA,
        "return (m * w.sum(0)).sum(), torch.where(m, 1.0, w.sum(0)), m.double() @ w, (~m).sum(), y @ w",
    ),
    (
        DATA,
        "h = y.unsqueeze(0).repeat(3, 1, 2)\nreturn h, F.pad(y, (1, 2)), F.glu(torch.cat([y, y], 1), dim=1)",
    ),
    (
        MATRIX,
        "return 1 / (1 + torch.exp(-x)), torch.log(torch.sigmoid(x)), torch.log(1 - torch.sigmoid(x))",
    ),
    (
        MATRIX,
        "return torch.log(1 + torch.exp(x)), torch.log1p(torch.exp(x)), torch.log(torch.exp(x).sum(1))",
    ),
    (
        MATRIX,
        "e = torch.exp(x)\nreturn e / e.sum(1, keepdim=True), torch.exp(x) / torch.exp(x).sum(), torch.log(e.sum(1, keepdim=True))",
    ),
    (MATRIX, "e = torch.exp(x - x.max(1, keepdim=True).values)\nreturn e / e.sum(1, keepdim=True)"),
    (
        MATRIX,
        "p = torch.sigmoid(x)\nt = torch.sigmoid(y)\nreturn -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()",
    ),
    (MATRIX, "e = torch.exp(x)\nreturn e / (1 + e), e / e.sum(0), (x - torch.log(e.sum(0)))"),
]

NUMPY = [
    (MATRIX, "return np.dot(x, w), x.dot(v), np.vdot(x, y), np.inner(x, y), np.outer(v, v)"),
    (
        MATRIX,
        "return np.sum(x, axis=0), np.mean(x, axis=1, keepdims=True), x.var(), x.std(axis=0), np.var(x, ddof=1)",
    ),
    (
        MATRIX,
        "return np.transpose(x), x.transpose(1, 0), np.swapaxes(x, 0, 1), np.moveaxis(x, 0, 1)",
    ),
    (
        MATRIX,
        "return np.linalg.norm(x), np.linalg.norm(x, axis=1), np.linalg.norm(v), np.linalg.norm(v, 1)",
    ),
    (
        MATRIX,
        "return np.maximum(x, 0), np.clip(x, -1, 0.5), np.where(x > 0, x, 0), np.abs(x), np.square(x)",
    ),
    (
        MATRIX,
        "return np.einsum('ij,jk', x, w), np.trace(a), np.diag(a), np.tensordot(x, w, axes=1), np.kron(w, a)",
    ),
    (
        MATRIX,
        "return np.logaddexp(x, y), np.power(x, 2), np.exp2(x), np.cbrt(x**2 + 1), np.arctan2(x, y)",
    ),
    (
        MATRIX,
        "return np.concatenate([x, y]), np.stack([x, y], axis=-1), np.vstack([x, v]), np.column_stack([x, x.sum(1)])",
    ),
    (
        MATRIX,
        "return x[np.newaxis], x[:, np.newaxis, :], np.expand_dims(x, 1), np.squeeze(u), np.broadcast_to(v, (2, x.shape[1]))",
    ),
    (
        MATRIX,
        "m = x.max(axis=1, keepdims=True)\ne = np.exp(x - m)\nreturn e / e.sum(axis=1, keepdims=True), np.max(x), x.min(0)",
    ),
    (
        MATRIX,
        "m = x.max(axis=1, keepdims=True)\nreturn m + np.log(np.exp(x - m).sum(axis=1, keepdims=True))",
    ),
    (
        MATRIX,
        "return np.sum((x @ w)**2) / (2 * len(x)) + 0.5 * np.sum(w * w), np.prod(x.shape) * s, np.pi * s",
    ),
    (
        MATRIX,
        "return np.zeros((2, 3)), np.ones(3), np.eye(2), np.full((2, 2), 7.0), np.arange(x.shape[0]) + s",
    ),
    (
        MATRIX,
        "h = np.zeros_like(x)\nh[0] = v\nh[1:] = x[1:] * 2\nreturn h, np.tile(x, (2, 1)), np.cumsum(v), np.diff(v)",
    ),
    (
        MATRIX,
        "return np.split(np.concatenate([x, x], axis=1), 2, axis=1)[1], x.reshape(-1), np.ravel(x), np.reshape(x, (1, -1))",
    ),
    (
        CLASSES,
        "return x[np.arange(len(y)), y], np.take_along_axis(x, y[:, None], axis=1), np.eye(3)[:, 0]",
    ),
    (
        CLASSES,
        "margin = np.maximum(0, x - x[np.arange(len(x)), y][:, None] + 1)\nmargin[np.arange(len(x)), y] = 0\nreturn margin.sum() / len(x)",
    ),
    (
        CUBE,
        "return x @ w, np.matmul(x, np.swapaxes(q, 1, 2)), np.transpose(x, (2, 0, 1)), x.sum(axis=(0, 2)), x.transpose(1, 0, 2)",
    ),
    (
        POSITIVE,
        "return np.log(x), np.sqrt(x), x ** y, np.log1p(x), np.reciprocal(x), np.linalg.norm(x, 'fro')",
    ),
]
