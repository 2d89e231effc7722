"""A model that ships with derive; it runs as it stands under PyTorch."""

from torch.nn import functional as F


def gelu_mlp(x: "n d", *, g: "d", b: "d", w1: "d h", b1: "h", w2: "h d", b2: "d"):
    """The second half of a transformer block: layer norm, a GELU layer, and back to the stream.

    n: tokens
    d: width of the stream
    h: hidden units
    g: gains of the layer norm
    b: shifts of the layer norm
    """
    z = F.layer_norm(x, (x.shape[1],), g, b)
    f = z @ w1 + b1
    a = F.gelu(f)
    return x + a @ w2 + b2
