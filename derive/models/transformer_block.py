"""A model that ships with derive; it runs as it stands under PyTorch."""

import torch
from torch.nn import functional as F


def transformer_block(
    x: "b t 8*k",
    *,
    g1: "8*k",
    c1: "8*k",
    wqkv: "8*k 24*k",
    bqkv: "24*k",
    wo: "8*k 8*k",
    bo: "8*k",
    g2: "8*k",
    c2: "8*k",
    wf: "8*k 32*k",
    bf: "32*k",
    wp: "32*k 8*k",
    bp: "8*k",
    heads=8,
):
    """A block of GPT-2: causal attention in eight heads and a GELU layer, each after a layer norm.

    b: sequences
    t: tokens of a sequence
    k: width of a head
    heads: how many heads look side by side
    x: the stream of each token
    g1: the gains of the first layer norm
    c1: the shifts of the first layer norm
    wqkv: the weights of queries, keys and values
    bqkv: the bias of queries, keys and values
    wo: the weights of the output of attention
    bo: the bias of the output of attention
    g2: the gains of the second layer norm
    c2: the shifts of the second layer norm
    wf: the weights of the hidden layer
    bf: the bias of the hidden layer
    wp: the weights of the way back
    bp: the bias of the way back
    """
    b, t, width = x.shape
    q, k, v = (F.layer_norm(x, (width,), g1, c1) @ wqkv + bqkv).split(width, dim=2)
    q = q.view(b, t, heads, width // heads).transpose(1, 2)
    k = k.view(b, t, heads, width // heads).transpose(1, 2)
    v = v.view(b, t, heads, width // heads).transpose(1, 2)
    s = q @ k.transpose(2, 3) / (width // heads) ** 0.5
    s = s.masked_fill(torch.triu(torch.ones(t, t), 1).bool(), float("-inf"))
    a = (torch.softmax(s, dim=3) @ v).transpose(1, 2).reshape(b, t, width)
    h = x + a @ wo + bo
    f = F.layer_norm(h, (width,), g2, c2) @ wf + bf
    return h + F.gelu(f, approximate="tanh") @ wp + bp
