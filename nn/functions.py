"""Functions shared by layers and losses, in forms that neither overflow nor lose digits.

All of them are analytic where the mathematics is, so complex arguments flow through.
"""

import math

import numpy as np

from nn.arrays import Array

_ERFC = np.frompyfunc(math.erfc, 1, 1)


def decay(x: Array) -> Array:
    """exp(-|x|), in (0, 1], which cannot overflow; the real part decides the sign."""
    z: Array = np.exp(np.where(x.real < 0, x, -x))
    return z


def ramp(x: Array) -> Array:
    """max(x, 0), decided by the real part; NaN stays NaN."""
    if x.dtype.kind != "c":
        return np.asarray(np.maximum(x, 0))
    # The comparison is with <= so that NaN falls through to x and is not hidden as a zero.
    return np.where(x.real <= 0, np.zeros_like(x), x)


def masked(x: Array, mask: Array) -> Array:
    """x where the mask is True and 0 elsewhere, also where x is infinite."""
    # A product costs a fifteenth of a choice, but infinity times 0 is NaN.
    if np.isfinite(x).all():
        return np.asarray(x * mask)
    return np.where(mask, x, np.zeros_like(x))


def held_between(x: Array, low: float, high: float) -> Array:
    """min(max(x, low), high), decided by the real part; NaN stays NaN."""
    y: Array = np.where(x.real < low, low, np.where(x.real > high, high, x))
    return y.astype(x.dtype)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), written for x < 0 as exp(x) / (1 + exp(x))."""
    z = decay(x)
    y: Array = np.where(x.real < 0, z, np.ones_like(z)) / (1 + z)
    return y


def sigmoid_slope(x: Array) -> Array:
    """sigmoid(x) * (1 - sigmoid(x)) as z / (1 + z)**2 with z = exp(-|x|): no cancellation."""
    z = decay(x)
    slope: Array = z / (1 + z) ** 2
    return slope


def softplus(x: Array) -> Array:
    """log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|))."""
    y: Array = ramp(x) + np.log1p(decay(x))
    return y


def normal_cdf(x: Array) -> Array:
    """The share of a standard normal below x, erfc(-x / sqrt 2) / 2, in the dtype of x.

    Raises
    ------
    TypeError
        For complex x, for which the C library has no error function.
    """
    if x.dtype.kind == "c":
        raise TypeError(f"the error function needs real numbers, got dtype {x.dtype}")
    # NumPy has no error function; the one of the C library is right to the last digits.
    y: Array = np.asarray(_ERFC(-x / math.sqrt(2))).astype(x.dtype) / 2
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
