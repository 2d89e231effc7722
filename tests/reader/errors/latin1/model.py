def layer(x: "n d"):
    return x  # café
