"""Logistic regression as a model for derive; it runs under PyTorch."""

import torch


def logistic_regression(x: "n d", y: "n", *, w: "d"):
    """Logistic regression: the negative log-likelihood of labels 0 and 1.

    n: samples
    d: features of a sample
    x: the data, one sample in each row
    y: the labels, 0 or 1
    w: the weights
    """
    p = torch.sigmoid(x @ w)
    loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).sum()
    return loss
