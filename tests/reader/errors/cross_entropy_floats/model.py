import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", y: "n", *, w: "d k"):
    return F.cross_entropy(x @ w, y)
