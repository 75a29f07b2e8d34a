"""Elementary functions of one operand; exp, -x, 1 + x and 1 / x are in `nodes`."""

import numpy as np

from nn.arrays import Array
from nn.functions import held_between
from nn.layers.elementwise import Elementwise


class Log(Elementwise):
    """y = log(x), so dx = dout / x; outside x > 0 as NumPy answers, -inf or NaN.

    (Olver et al., NIST Handbook of Mathematical Functions, 2010, 4.7.)
    """

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        return np.log(x), 1 / x


class Sqrt(Elementwise):
    """y = sqrt(x), so dx = dout / (2 y), infinite at 0; below it NaN, as NumPy answers.

    (Olver et al., NIST Handbook of Mathematical Functions, 2010, 4.7.)
    """

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        y = np.sqrt(x)
        return y, 0.5 / y


class Abs(Elementwise):
    """y = |x|, so dx = dout * sign(x): of the subgradients [-1, 1] at 0 the one in the middle.

    For complex x the analytic continuation of either branch, decided by the real part
    (subgradients: Rockafellar, Convex Analysis, 1970, 23).
    """

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        sign = np.sign(x.real)
        return x * sign, sign


class Clip(Elementwise):
    """y = min(max(x, low), high), so dx = dout where low <= x <= high and 0 elsewhere.

    On the two bounds, where there is no derivative, the subgradient is 1 (Rockafellar, Convex
    Analysis, 1970, 23).

    Raises
    ------
    ValueError
        Unless low < high.
    """

    def __init__(self, low: float = -1.0, high: float = 1.0) -> None:
        super().__init__()
        if not low < high:
            raise ValueError(f"Clip: low must be less than high, got low={low}, high={high}")
        self.low = low
        self.high = high

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        inside = (x.real >= self.low) & (x.real <= self.high)
        return held_between(x, self.low, self.high), inside.astype(x.real.dtype)
