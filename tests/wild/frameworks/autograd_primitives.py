"""Primitives whose gradients are given by hand, right and wrong."""

import numpy as np
from autograd.extend import defvjp, primitive


@primitive
def cube(x):
    return x**3


defvjp(cube, lambda ans, x: lambda g: 3 * x**2 * g)


@primitive
def cube_clipped(x):
    return x**3


defvjp(cube_clipped, lambda ans, x: lambda g: 3 * x**2 * np.clip(g, -0.7, 0.7))


@primitive
def matmul(x, w):
    return x @ w


defvjp(matmul, lambda ans, x, w: lambda g: g @ w.T, lambda ans, x, w: lambda g: x.T @ g)
