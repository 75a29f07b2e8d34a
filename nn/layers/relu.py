"""The rectifier."""

from nn.arrays import Array, as_float
from nn.functions import masked, ramp
from nn.layers.layer import Layer


class ReLU(Layer):
    """y = max(x, 0), so dx = dout where x > 0 and 0 elsewhere.

    At x = 0 there is no derivative; of the subgradients [0, 1] this layer takes 0
    (Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks", 2011).
    """

    _mask: Array

    def forward(self, x: Array) -> Array:
        """Return max(x, 0)."""
        x = as_float(x)
        self._mask = x.real > 0
        return self._output(ramp(x))

    def backward(self, dout: Array) -> Array:
        """Return dout where x > 0, else 0."""
        return masked(self._upstream(dout), self._mask)
