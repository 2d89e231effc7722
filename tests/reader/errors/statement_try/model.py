import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    try:
        y = x * 2
    except ValueError:
        y = x
    return y
