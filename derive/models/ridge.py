"""Ridge regression as a model for derive; it runs under PyTorch."""


def ridge(x: "n d", y: "n", *, w: "d", lam=0.1):
    """Ridge regression: least squares with a penalty on large weights.

    n: samples
    d: features of a sample
    x: the data, one sample in each row
    y: the targets
    w: the weights
    lam: how much large weights cost
    """
    r = x @ w - y
    loss = (r**2).sum() + lam * (w**2).sum()
    return loss
