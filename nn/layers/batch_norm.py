"""Normalisation over the batch."""

import numpy as np

from nn.arrays import Array, as_float, cast_like
from nn.layers.layer import ModalLayer
from nn.layers.normalize import Normalized, require_eps
from nn.sizes import require_sizes


class BatchNorm(ModalLayer):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta for x (N, C) or (N, C, ...).

    Each channel of axis 1 has its own mean and (biased) variance.  In training they are those
    of the batch, and part of the derivative; afterwards they are the running statistics, which
    are constants.  Training moves these by `momentum` towards the batch's mean and its unbiased
    variance (Ioffe and Szegedy, "Batch normalization", 2015, algorithms 1 and 2).

    Raises
    ------
    ValueError
        For a channel count below one, an eps that is not positive, a momentum outside [0, 1],
        and for x without num_features channels.
    """

    _stored: Normalized

    def __init__(self, num_features: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        require_sizes(self, num_features=num_features)
        if not 0 <= momentum <= 1:
            raise ValueError(f"BatchNorm: momentum must lie in [0, 1], got {momentum}")
        self.eps = require_eps(self, eps)
        self.momentum = momentum
        self.params = {"gamma": np.ones(num_features), "beta": np.zeros(num_features)}
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)

    @property
    def buffers(self) -> dict[str, Array]:
        """The live running statistics by name."""
        return {"running_mean": self.running_mean, "running_var": self.running_var}

    def forward(self, x: Array) -> Array:
        """Return the normalised x, in its shape."""
        x = as_float(x)
        self._require_channels(x)
        # One row of statistics, that broadcasts against x.
        row = (1, -1) + (1,) * (x.ndim - 2)
        if self.training and x.size:
            axes = (0, *range(2, x.ndim))
            stored = Normalized.of(x, axes, self.eps)
            self._track(stored.mean, stored.variance, x.size // x.shape[1])
        else:
            mean, var = (cast_like(v.reshape(row), x) for v in self.buffers.values())
            stored = Normalized.by(x, mean, var, self.eps)
        self._stored = stored
        gamma, beta = (self.params[k].reshape(row) for k in ("gamma", "beta"))
        return self._output(stored.x_hat * gamma + beta)

    def backward(self, dout: Array) -> Array:
        """Return dx; dgamma and dbeta, sums over all but the channels, go to `grads`."""
        dout = self._upstream(dout)
        axes = (0, *range(2, dout.ndim))
        self.grads["gamma"] = (dout * self._stored.x_hat).sum(axis=axes)
        self.grads["beta"] = dout.sum(axis=axes)
        gamma = self.params["gamma"].reshape((1, -1) + (1,) * (dout.ndim - 2))
        return self._stored.back(dout * gamma)

    def _track(self, mean: Array, variance: Array, entries: int) -> None:
        unbiased = variance.real.ravel() * (entries / max(entries - 1, 1))
        # In place, because a checkpoint holds these arrays.
        self.running_mean += self.momentum * (mean.real.ravel() - self.running_mean)
        self.running_var += self.momentum * (unbiased - self.running_var)

    def _require_channels(self, x: Array) -> None:
        channels = len(self.running_mean)
        if x.ndim < 2 or x.shape[1] != channels:
            raise ValueError(
                f"BatchNorm.forward: x has shape {x.shape}, but it must be (N, {channels}) or "
                f"(N, {channels}, ...) for num_features={channels}"
            )
