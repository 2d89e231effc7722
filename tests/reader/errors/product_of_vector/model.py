def layer(x: "n d", v: "n"):
    return x @ v
