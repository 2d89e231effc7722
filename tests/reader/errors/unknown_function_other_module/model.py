import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", *, w: "d m", b: "m"):
    return torch.gelu(x)
