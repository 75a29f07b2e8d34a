"""Normalisation within each example."""

from collections.abc import Sequence

import numpy as np

from nn.arrays import Array, Shape, as_float
from nn.layers.layer import Layer
from nn.layers.normalize import Normalized, require_eps
from nn.sizes import is_whole


class LayerNorm(Layer):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta over the last axes, `normalized_shape`.

    gamma and beta have that shape; every position before it has its own statistics (Ba, Kiros
    and Hinton, "Layer normalization", 2016, eq. 4).

    Raises
    ------
    ValueError
        For an empty shape or a length below one, an eps that is not positive, and for x that
        does not end in `normalized_shape`.
    """

    _stored: Normalized

    def __init__(self, normalized_shape: int | Sequence[int], *, eps: float = 1e-5) -> None:
        super().__init__()
        self.normalized_shape = as_shape(self, normalized_shape)
        self.eps = require_eps(self, eps)
        self.params = {
            "gamma": np.ones(self.normalized_shape),
            "beta": np.zeros(self.normalized_shape),
        }

    def forward(self, x: Array) -> Array:
        """Return the normalised x, in its shape."""
        x = as_float(x)
        require_tail(self, x, self.normalized_shape)
        axes = range(x.ndim - len(self.normalized_shape), x.ndim)
        self._stored = Normalized.of(x, axes, self.eps)
        return self._output(self._stored.x_hat * self.params["gamma"] + self.params["beta"])

    def backward(self, dout: Array) -> Array:
        """Return dx; dgamma and dbeta, sums over the positions, go to `grads`."""
        dout = self._upstream(dout)
        lead = tuple(range(dout.ndim - len(self.normalized_shape)))
        self.grads["gamma"] = (dout * self._stored.x_hat).sum(axis=lead)
        self.grads["beta"] = dout.sum(axis=lead)
        return self._stored.back(dout * self.params["gamma"])


class RMSNorm(Layer):
    """y = gamma * x / r with r = sqrt(mean(x**2) + eps) over the last axis of length `dim`.

    dx = (g - x_hat * mean(g * x_hat)) / r with x_hat = x / r and g = dout * gamma (Zhang and
    Sennrich, "Root mean square layer normalization", 2019, eq. 4).

    Raises
    ------
    ValueError
        For a dim below one, an eps that is not positive, and for x that does not end in `dim`.
    """

    _x_hat: Array
    _scale: Array

    def __init__(self, dim: int, *, eps: float = 1e-6) -> None:
        super().__init__()
        (self.dim,) = as_shape(self, dim)
        self.eps = require_eps(self, eps)
        self.params = {"gamma": np.ones(dim)}

    def forward(self, x: Array) -> Array:
        """Return the normalised x, in its shape."""
        x = as_float(x)
        require_tail(self, x, (self.dim,))
        self._scale = 1 / np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.eps)
        self._x_hat = x * self._scale
        return self._output(self._x_hat * self.params["gamma"])

    def backward(self, dout: Array) -> Array:
        """Return dx; dgamma, a sum over the positions, goes to `grads`."""
        dout, x_hat = self._upstream(dout), self._x_hat
        self.grads["gamma"] = (dout * x_hat).sum(axis=tuple(range(dout.ndim - 1)))
        g = dout * self.params["gamma"]
        dx: Array = (g - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)) * self._scale
        return dx


def as_shape(owner: object, shape: int | Sequence[int]) -> Shape:
    """`shape` as a tuple of positive lengths."""
    lengths = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    if not lengths or not all(is_whole(n) and n >= 1 for n in lengths):
        raise ValueError(
            f"{type(owner).__name__}: lengths must be positive whole numbers, got {shape}"
        )
    return tuple(int(n) for n in lengths)


def require_tail(owner: object, x: Array, tail: Shape) -> None:
    """Raise a ValueError unless the shape of x ends in `tail`."""
    if x.ndim < len(tail) or x.shape[x.ndim - len(tail) :] != tail:
        raise ValueError(
            f"{type(owner).__name__}.forward: x has shape {x.shape}, but it must end in {tail}"
        )
