def layer(x: "n d", *, w: "m n"):
    y = x @ w
    return y.sum()
