import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "n d", w: "m k"):
    return F.scaled_dot_product_attention(x, w, w)
