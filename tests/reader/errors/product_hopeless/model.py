def layer(x: "n d", *, w: "k m"):
    y = x @ w
    return y
