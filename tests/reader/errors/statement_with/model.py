import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    with torch.no_grad():
        y = x * 2
    return y
