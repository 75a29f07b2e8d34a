"""The perceptron's activation."""

import numpy as np

from nn.arrays import Array, as_float
from nn.layers.layer import Layer


class Step(Layer):
    """y = 1 where x > 0 and 0 elsewhere (Rosenblatt, "The perceptron", 1958).

    The derivative is 0 wherever there is one, so dx = 0 whatever dout says.  No error passes
    back through this layer: the weights before it get no gradient, and a network cannot
    learn through it.  That is the reason for smooth activations such as the sigmoid.
    """

    def forward(self, x: Array) -> Array:
        """Return 1 where x > 0, else 0, in the dtype of x."""
        x = as_float(x)
        return self._output((x.real > 0).astype(x.dtype))

    def backward(self, dout: Array) -> Array:
        """Return zeros in the shape of dout."""
        return np.zeros_like(self._upstream(dout))
