import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    h = x * 2
    z = h.T
    z[0] = 0
    return h
