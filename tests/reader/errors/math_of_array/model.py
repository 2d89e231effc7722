import math


def layer(x: "n d", *, w: "d m", b: "m"):
    return math.sqrt(x)
