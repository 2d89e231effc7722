def layer(x: "n d", *, w: "d m", b: "m"):
    y = np.tanh(x)
    return y
