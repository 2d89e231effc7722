import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    assert x.shape[0] == x.shape[1]
    return x
