def f(z):
    return f(z * 2)


def layer(x: "n d", *, w: "d m", b: "m"):
    return f(x)
