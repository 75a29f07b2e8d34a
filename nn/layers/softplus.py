"""The smooth rectifier."""

import math

from nn.arrays import Array
from nn.functions import sigmoid, softplus
from nn.layers.elementwise import Elementwise


class Softplus(Elementwise):
    """y = log(1 + exp(beta * x)) / beta, so dx = dout * sigmoid(beta * x).

    Stable at any magnitude, with no threshold beyond which it turns linear (Glorot, Bordes and
    Bengio, "Deep sparse rectifier neural networks", 2011, 2.2).

    Raises
    ------
    ValueError
        Unless beta is positive and finite.
    """

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        if not (math.isfinite(beta) and beta > 0):
            raise ValueError(f"Softplus: beta must be positive and finite, got {beta}")
        self.beta = beta

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        scaled = self.beta * x
        return softplus(scaled) / self.beta, sigmoid(scaled)
