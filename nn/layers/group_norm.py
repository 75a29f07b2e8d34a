"""Normalisation within groups of channels."""

import numpy as np

from nn.arrays import Array, as_float
from nn.layers.layer import Layer
from nn.layers.normalize import Normalized, require_eps
from nn.sizes import require_sizes


class GroupNorm(Layer):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta for x (N, C, ...), C in equal groups.

    Each example has statistics for each group of channels; gamma and beta are by channel (Wu
    and He, "Group normalization", 2018, eqs. 1 to 3).

    Raises
    ------
    ValueError
        Unless num_groups divides num_channels, for an eps that is not positive, and for x
        without num_channels channels or without entries in them.
    """

    _stored: Normalized

    def __init__(self, num_groups: int, num_channels: int, *, eps: float = 1e-5) -> None:
        super().__init__()
        require_sizes(self, num_groups=num_groups, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_groups={num_groups} must divide num_channels={num_channels}"
            )
        self.num_groups = num_groups
        self.eps = require_eps(self, eps)
        self.params = {"gamma": np.ones(num_channels), "beta": np.zeros(num_channels)}

    def forward(self, x: Array) -> Array:
        """Return the normalised x, in its shape."""
        x = as_float(x)
        channels = len(self.params["gamma"])
        if x.ndim < 2 or x.shape[1] != channels or 0 in x.shape[2:]:
            raise ValueError(
                f"GroupNorm.forward: x has shape {x.shape}, but it must be (N, {channels}) or "
                f"(N, {channels}, ...) with an entry or more in each channel"
            )
        grouped = self._grouped(x)
        self._stored = Normalized.of(grouped, (2,), self.eps)
        gamma, beta = (self._row(name, x.ndim) for name in ("gamma", "beta"))
        return self._output(self._stored.x_hat.reshape(x.shape) * gamma + beta)

    def backward(self, dout: Array) -> Array:
        """Return dx; dgamma and dbeta, sums over all but the channels, go to `grads`."""
        dout = self._upstream(dout)
        axes = (0, *range(2, dout.ndim))
        self.grads["gamma"] = (dout * self._stored.x_hat.reshape(dout.shape)).sum(axis=axes)
        self.grads["beta"] = dout.sum(axis=axes)
        dx = self._stored.back(self._grouped(dout * self._row("gamma", dout.ndim)))
        return dx.reshape(dout.shape)

    def _grouped(self, x: Array) -> Array:
        """(N, groups, entries)."""
        # The length is spelled out because an empty batch leaves -1 undetermined.
        entries = int(np.prod(x.shape[1:])) // self.num_groups
        return x.reshape(len(x), self.num_groups, entries)

    def _row(self, name: str, ndim: int) -> Array:
        return self.params[name].reshape((1, -1) + (1,) * (ndim - 2))
