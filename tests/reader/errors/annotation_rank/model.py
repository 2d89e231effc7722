import numpy as np
import torch
import torch.nn.functional as F


def layer(x: "a b c d e f g h i"):
    return x
