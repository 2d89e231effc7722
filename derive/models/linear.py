"""An affine layer as a model for derive: an ordinary function, which runs under PyTorch."""


def linear(x: "n d", *, w: "d m", b: "m"):
    """An affine layer: every row of x goes through the same weights.

    n: samples
    d: features of a sample
    m: outputs
    x: the data, one sample in each row
    w: the weights
    b: the bias, one number for each output
    """
    y = x @ w + b
    return y
