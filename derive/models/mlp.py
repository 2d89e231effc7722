"""Two linear layers under squared error, as a model for derive; it runs under PyTorch."""


def mlp(x: "n d", y: "n", *, w1: "d h", b1: "h", w2: "h 1", b2: "1"):
    """Two linear layers under squared error.

    n: samples
    d: features of a sample
    h: hidden units
    x: the data, one sample in each row
    y: the targets, one number for each sample
    w1: the weights of the first layer
    b1: the bias of the first layer
    w2: the weights of the second layer
    b2: the bias of the second layer
    """
    y1 = x @ w1 + b1
    y2 = y1 @ w2 + b2
    l = ((y - y2.squeeze()) ** 2).sum()
    return l
