"""Where in a sequence something stands."""

import numpy as np

from nn.arrays import Array, as_float
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class PositionEmbedding(Layer):
    """y = x + W[:T] for sequences x (..., T, dim): a learnt vector for each position.

    dx = dout, and dW is the sum of dout over all but the last two axes; positions that x does
    not reach get 0 (Gehring et al., "Convolutional sequence to sequence learning", 2017, 3.1).

    Raises
    ------
    ValueError
        For sizes below one, and for x that is not (..., T, dim) with T up to `max_length`.
    """

    def __init__(self, max_length: int, dim: int, *, rng: np.random.Generator) -> None:
        super().__init__()
        require_sizes(self, max_length=max_length, dim=dim)
        # Small beside inputs of order one, so that positions do not drown them at first.
        self.params = {"W": 0.02 * rng.standard_normal((max_length, dim))}

    def forward(self, x: Array) -> Array:
        """Return x with the vector of each position added."""
        x = as_float(x)
        W = self.params["W"]
        if x.ndim < 2 or x.shape[-1] != W.shape[1] or x.shape[-2] > len(W):
            raise ValueError(
                f"PositionEmbedding.forward: x has shape {x.shape}, but it must be "
                f"(..., T, {W.shape[1]}) with T up to {len(W)}"
            )
        return self._output(x + W[: x.shape[-2]])

    def backward(self, dout: Array) -> Array:
        """Return dx; dW goes to `grads`."""
        dout, W = self._upstream(dout), self.params["W"]
        dW = np.zeros(W.shape, np.result_type(dout, W))
        dW[: dout.shape[-2]] = dout.sum(axis=tuple(range(dout.ndim - 2)))
        self.grads["W"] = dW
        return dout.copy()
