"""Exponential linear units."""

import math

import numpy as np

from nn.arrays import Array
from nn.functions import ramp
from nn.layers.elementwise import Elementwise


class ELU(Elementwise):
    """y = x where x > 0, else alpha * (exp(x) - 1); the slope is 1, else alpha * exp(x).

    At 0 the slope is alpha, which differs from 1 on the other side unless alpha = 1 (Clevert,
    Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear
    units", 2016, eq. 1).

    Raises
    ------
    ValueError
        For an alpha that is not finite.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        if not math.isfinite(alpha):
            raise ValueError(f"ELU: alpha must be finite, got {alpha}")
        self.alpha = alpha

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        return elu(x, self.alpha)


class SELU(Elementwise):
    """y = scale * ELU(x) with the scale and alpha that keep mean 0 and variance 1 fixed.

    dx = dout * scale where x > 0, else dout * scale * alpha * exp(x).

    The two constants solve the fixed-point equations of Klambauer et al., "Self-normalizing
    neural networks", 2017, eq. 14.
    """

    alpha = 1.6732632423543772848170429916717
    scale = 1.0507009873554804934193349852946

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        y, slope = elu(x, self.alpha)
        return self.scale * y, self.scale * slope


def elu(x: Array, alpha: float) -> tuple[Array, Array]:
    """(y, slope) of the exponential linear unit."""
    # The exponential sees x <= 0 only, so that it cannot overflow in the branch not taken.
    low = -ramp(-x)
    positive = x.real > 0
    one = np.ones_like(x)
    return (
        np.where(positive, x, alpha * np.expm1(low)),
        np.where(positive, one, alpha * np.exp(low)),
    )
