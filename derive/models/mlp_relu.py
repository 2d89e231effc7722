"""A classifier with two hidden ReLU layers, as a model for derive; it runs under PyTorch."""

import torch


def mlp_relu(
    x: "n d",
    t: "n k: simplex",
    *,
    w1: "d h",
    b1: "h",
    w2: "h m",
    b2: "m",
    w3: "m k",
    b3: "k",
):
    """Two hidden ReLU layers under softmax cross-entropy.

    n: samples
    d: features of a sample
    h: units of the first hidden layer
    m: units of the second hidden layer
    k: classes
    x: the data, one sample in each row
    t: the targets: in each row the probabilities of the classes, such as a one-hot row
    w1: the weights of the first hidden layer
    b1: the bias of the first hidden layer
    w2: the weights of the second hidden layer
    b2: the bias of the second hidden layer
    w3: the weights of the output layer
    b3: the bias of the output layer
    """
    h1 = torch.relu(x @ w1 + b1)
    h2 = torch.relu(h1 @ w2 + b2)
    z = h2 @ w3 + b3
    loss = -(t * torch.log_softmax(z, dim=1)).sum() / x.shape[0]
    return loss
