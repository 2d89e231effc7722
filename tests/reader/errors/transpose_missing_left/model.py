def layer(x: "d n", *, w: "d m"):
    y = x @ w
    return y
