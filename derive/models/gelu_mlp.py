"""A model that ships with derive; it runs as it stands under PyTorch."""

from torch.nn import functional as F


def gelu_mlp(x: "n d", *, g: "d", b: "d", w1: "d h", b1: "h", w2: "h d", b2: "d"):
    """The second half of a transformer block: layer norm, a GELU layer, and back to the stream.

    n: tokens
    d: width of the stream
    h: hidden units
    x: the stream, one token in each row
    g: the gains of the layer norm
    b: the shifts of the layer norm
    w1: the weights of the hidden layer
    b1: the bias of the hidden layer
    w2: the weights of the way back
    b2: the bias of the way back
    """
    z = F.layer_norm(x, (x.shape[1],), g, b)
    f = z @ w1 + b1
    a = F.gelu(f)
    return x + a @ w2 + b2
