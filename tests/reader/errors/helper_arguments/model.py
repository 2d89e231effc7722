def f(z):
    return z


def layer(x: "n d", *, w: "d m", b: "m"):
    return f(x, w, b)
