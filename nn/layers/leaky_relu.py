"""The rectifier that leaks."""

import math

import numpy as np

from nn.arrays import Array
from nn.layers.elementwise import Elementwise


class LeakyReLU(Elementwise):
    """y = x where x > 0, else negative_slope * x, and dx likewise.

    At 0, where there is no derivative, the slope is `negative_slope`, which may be zero or
    negative (Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic
    models", 2013).

    Raises
    ------
    ValueError
        For a slope that is not finite.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        if not math.isfinite(negative_slope):
            raise ValueError(f"LeakyReLU: negative_slope must be finite, got {negative_slope}")
        self.negative_slope = negative_slope

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        slope = np.where(x.real > 0, 1, self.negative_slope).astype(x.real.dtype)
        return x * slope, slope
