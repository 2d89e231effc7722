import numpy as np
import torch
import torch.nn.functional as F


def layer(𝐱: "n d"):
    return 𝐱
