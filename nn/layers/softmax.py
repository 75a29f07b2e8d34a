"""The normalised exponential."""

from nn.arrays import Array, as_float
from nn.functions import softmax
from nn.layers.layer import Layer


class Softmax(Layer):
    """y = exp(x) / sum(exp(x)) over the last axis (Goodfellow et al., Deep Learning, 6.2.2.3).

    The Jacobian is diag(y) - y y^T, so dx = y * (dout - sum(dout * y)).
    """

    _y: Array

    def forward(self, x: Array) -> Array:
        """Return probabilities that sum to one over the last axis.

        Raises
        ------
        ValueError
            For a scalar, and for a last axis of length zero.
        """
        x = as_float(x)
        if x.ndim == 0 or x.shape[-1] == 0:
            raise ValueError(
                f"Softmax.forward: x has shape {x.shape}; the last axis needs one entry or more"
            )
        y = softmax(x)
        self._y = y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return y * (dout - sum(dout * y)), the sum over the last axis."""
        dout, y = self._upstream(dout), self._y
        dx: Array = y * (dout - (dout * y).sum(axis=-1, keepdims=True))
        return dx
