def layer(x: "n d"):
    return "í €"
