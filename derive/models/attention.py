"""A model that ships with derive; it runs as it stands under PyTorch."""

import torch


def attention(x: "n d", *, wq: "d k", wk: "d k", wv: "d m"):
    """One head of causal softmax attention: each token looks at those before it.

    n: tokens
    d: width of the stream
    k: width of queries and keys
    m: width of values
    x: the stream, one token in each row
    wq: the weights of the queries
    wk: the weights of the keys
    wv: the weights of the values
    """
    n = x.shape[0]
    q = x @ wq
    keys = x @ wk
    v = x @ wv
    s = q @ keys.T / keys.shape[1] ** 0.5
    s = s.masked_fill(torch.triu(torch.ones(n, n), 1).bool(), float("-inf"))
    p = torch.softmax(s, dim=1)
    return p @ v
