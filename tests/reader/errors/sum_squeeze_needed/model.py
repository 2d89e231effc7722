import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", t: "n m", *, w: "d 1"):
    y = x @ w
    l = ((t - y) ** 2 * (t - t.mean())).sum() + (t @ y)
    return l
