import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    h = x
    for k in range(7):
        h = h[None]
    return h * 1.5
