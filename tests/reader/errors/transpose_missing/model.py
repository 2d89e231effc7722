def layer(x: "n d", *, w: "m d", b: "m"):
    y = x @ w + b
    return y
