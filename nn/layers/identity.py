"""The linear output."""

from nn.arrays import Array, as_float
from nn.layers.layer import Layer


class Identity(Layer):
    """y = x, so dx = dout: the output activation of a regression.

    (Goodfellow et al., Deep Learning, 6.2.2.1.)
    """

    def forward(self, x: Array) -> Array:
        """Return a copy of x."""
        return self._output(as_float(x).copy())

    def backward(self, dout: Array) -> Array:
        """Return a copy of dout."""
        return self._upstream(dout).copy()
