"""The logistic function."""

import numpy as np

from nn.arrays import Array, as_float
from nn.functions import decay
from nn.layers.layer import Layer, UnaryLayer
from nn.layers.nodes import Exp, Negate, PlusOne, Reciprocal


class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)), so dx = dout * y * (1 - y) (Rumelhart et al. 1986).

    With z = exp(-|x|) the slope y * (1 - y) is z / (1 + z)**2: no overflow on either side,
    and no cancellation in 1 - y where y is near one.
    """

    _slope: Array

    def forward(self, x: Array) -> Array:
        """Return the logistic function of x, at any magnitude without warnings."""
        x = as_float(x)
        z = decay(x)
        self._slope = z / (1 + z) ** 2
        return self._output(np.where(x.real < 0, z, np.ones_like(z)) / (1 + z))

    def backward(self, dout: Array) -> Array:
        """Return dout * y * (1 - y)."""
        return self._upstream(dout) * self._slope

    def nodes(self) -> list[tuple[str, UnaryLayer]]:
        """The same function as a chain of nodes, input first: -x, exp, 1 + x, 1 / x.

        The chain is the definition taken literally, so unlike this layer it overflows for
        x far below zero.
        """
        return [
            ("negate", Negate()),
            ("exp", Exp()),
            ("plus_one", PlusOne()),
            ("reciprocal", Reciprocal()),
        ]
