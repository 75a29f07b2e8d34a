"""Functions shared by layers and losses, in forms that neither overflow nor lose digits.

All of them are analytic where the mathematics is, so complex arguments flow through.
"""

import numpy as np

from nn.arrays import Array


def decay(x: Array) -> Array:
    """exp(-|x|), in (0, 1], which cannot overflow; the real part decides the sign."""
    z: Array = np.exp(np.where(x.real < 0, x, -x))
    return z


def ramp(x: Array) -> Array:
    """max(x, 0), decided by the real part; NaN stays NaN."""
    # The comparison is with <= so that NaN falls through to x and is not hidden as a zero.
    return np.where(x.real <= 0, np.zeros_like(x), x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), written for x < 0 as exp(x) / (1 + exp(x))."""
    z = decay(x)
    y: Array = np.where(x.real < 0, z, np.ones_like(z)) / (1 + z)
    return y


def softmax(x: Array) -> Array:
    """exp(x) / sum(exp(x)) over the last axis, shifted by the maximum (Goodfellow ch. 4.1)."""
    z = np.exp(_shifted(x))
    y: Array = z / z.sum(axis=-1, keepdims=True)
    return y


def log_softmax(x: Array) -> Array:
    """log(softmax(x)) without the logarithm of an underflowed probability."""
    z = _shifted(x)
    log_y: Array = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return log_y


def _shifted(x: Array) -> Array:
    # Softmax does not change under a shift, so the maximum may be treated as a constant.
    z: Array = x - x.real.max(axis=-1, keepdims=True)
    return z
