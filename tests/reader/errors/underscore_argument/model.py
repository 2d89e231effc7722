import numpy as np
import torch
import torch.nn.functional as F


def layer(_x: "n d"):
    return _x
