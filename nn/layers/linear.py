"""The same affine map at every position."""

import numpy as np

from nn.arrays import Array, as_float
from nn.initializers import Initializer, he
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class Linear(Layer):
    """y = x W + b over the last axis, with W (in_features, out_features) and b (out_features,).

    Unlike `Affine`, which flattens each example, it keeps all axes but the last: dW and db are
    sums over all positions (Goodfellow et al., Deep Learning, 6.5.6).

    Raises
    ------
    ValueError
        For sizes below one, and for x that does not end in `in_features`.
    """

    _x: Array

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: np.random.Generator,
        init: Initializer = he,
    ) -> None:
        super().__init__()
        require_sizes(self, in_features=in_features, out_features=out_features)
        self.params = {"W": init(in_features, out_features, rng), "b": np.zeros(out_features)}

    def forward(self, x: Array) -> Array:
        """Return (..., out_features) for x (..., in_features)."""
        x = as_float(x)
        W, b = self.params["W"], self.params["b"]
        if x.ndim == 0 or x.shape[-1] != len(W):
            raise ValueError(
                f"Linear.forward: x has shape {x.shape}, but it must end in {len(W)}"
            )
        self._x = x
        return self._output(x @ W + b)

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x; dW and db go to `grads`."""
        dout = self._upstream(dout)
        x, W = self._x, self.params["W"]
        rows = dout.size // W.shape[1]
        upstream = dout.reshape(rows, W.shape[1])
        self.grads["W"] = x.reshape(rows, len(W)).T @ upstream
        self.grads["b"] = upstream.sum(axis=0)
        dx: Array = dout @ W.T
        return dx
