def layer(x: "n d"):
    y = x @ 
    return y
