"""The Gaussian error linear unit."""

import math

import numpy as np

from nn.arrays import Array
from nn.functions import normal_cdf, sigmoid, sigmoid_slope
from nn.layers.elementwise import Elementwise

_FAR = 40.0  # beyond this many standard deviations both slopes are 0 or 1 in any dtype


class GELU(Elementwise):
    """y = x * P(Z <= x) for a standard normal Z (Hendrycks and Gimpel, "GELU", 2016, 2).

    approximate="none": dx = dout * (cdf(x) + x * pdf(x)), for real x only.
    approximate="tanh": y = x * sigmoid(2 u) with u = sqrt(2 / pi) * (x + 0.044715 x**3), which
    is the paper's (1 + tanh(u)) / 2 written without cancellation.

    Raises
    ------
    ValueError
        For another `approximate`.
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate must be 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        # Powers of x overflow where the tails have long been flat, so those see a bounded x.
        near = np.where(np.abs(x.real) > _FAR, _FAR * np.sign(x.real), x).astype(x.dtype)
        return self._tanh(x, near) if self.approximate == "tanh" else self._exact(x, near)

    @staticmethod
    def _exact(x: Array, near: Array) -> tuple[Array, Array]:
        cdf = normal_cdf(near)
        pdf = np.exp(-(near**2) / 2) / math.sqrt(2 * math.pi)
        return x * cdf, cdf + near * pdf

    @staticmethod
    def _tanh(x: Array, near: Array) -> tuple[Array, Array]:
        scale = 2 * math.sqrt(2 / math.pi)
        u = scale * (near + 0.044715 * near**3)
        du = scale * (1 + 3 * 0.044715 * near**2)
        s = sigmoid(u)
        return x * s, s + near * sigmoid_slope(u) * du
