"""Regression that outliers do not dominate."""

import math

import numpy as np

from nn.arrays import Array
from nn.functions import held_between
from nn.losses.mean_loss import MeanLoss, same_shape


class Huber(MeanLoss):
    """e**2 / 2 where |e| <= delta, else delta * (|e| - delta / 2), with e = x - t.

    Summed over the outputs of one example, the mean over the batch; dx = e held between -delta
    and delta, over N.  t has the shape of x (Huber, "Robust estimation of a location
    parameter", 1964).

    Raises
    ------
    ValueError
        Unless delta is positive and finite.
    """

    def __init__(self, delta: float = 1.0) -> None:
        super().__init__()
        if not (math.isfinite(delta) and delta > 0):
            raise ValueError(f"Huber: delta must be positive and finite, got {delta}")
        self.delta = delta

    def _targets(self, x: Array, t: Array) -> Array:
        return same_shape(self, x, t)

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        error = x - t
        slope = held_between(error, -self.delta, self.delta)
        # slope * (error - slope / 2) is e**2 / 2 inside, and the straight line outside.
        return np.asarray(slope * (error - slope / 2)), slope
