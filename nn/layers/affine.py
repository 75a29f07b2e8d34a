"""The fully connected layer."""

import math

import numpy as np

from nn.arrays import Array, as_float
from nn.initializers import Initializer, he
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class Affine(Layer):
    """y = x W + b with W (D, M) and b (M,), the input flattened to (N, D).

    Gradients: dx = dout W^T, dW = x^T dout, db = the sum of dout over the batch
    (Goodfellow et al., Deep Learning, 6.5.6).
    """

    _x: Array

    def __init__(
        self, d_in: int, d_out: int, *, rng: np.random.Generator, init: Initializer = he
    ) -> None:
        super().__init__()
        require_sizes(self, d_in=d_in, d_out=d_out)
        self.params = {"W": init(d_in, d_out, rng), "b": np.zeros(d_out)}

    def forward(self, x: Array) -> Array:
        """Return (N, M) for a batch (N, ...), and (M,) for one example (D,).

        Raises
        ------
        ValueError
            Where an example does not have D values.
        """
        x = as_float(x)
        W, b = self.params["W"], self.params["b"]
        self._require_examples(x, len(W))
        y = self._rows(x) @ W + b
        self._x = x
        return self._output(y if x.ndim > 1 else y[0])

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x; dW and db go to `grads`."""
        dout = self._rows(self._upstream(dout))
        x = self._rows(self._x)
        self.grads["W"] = x.T @ dout
        self.grads["b"] = dout.sum(axis=0)
        return (dout @ self.params["W"].T).reshape(self._x.shape)

    @staticmethod
    def _rows(x: Array) -> Array:
        """One row an example; one example alone is a batch of one, by the same arithmetic."""
        # The width is spelled out because an empty batch leaves -1 undetermined.
        return x.reshape(len(x), math.prod(x.shape[1:])) if x.ndim > 1 else x[np.newaxis]

    @staticmethod
    def _require_examples(x: Array, d_in: int) -> None:
        example = x.shape[1:] if x.ndim > 1 else x.shape
        if x.ndim == 0 or math.prod(example) != d_in:
            raise ValueError(
                f"Affine.forward: x has shape {x.shape}, but each example must have "
                f"{d_in} values: a batch (N, ...) that flattens to (N, {d_in}), or ({d_in},)"
            )
