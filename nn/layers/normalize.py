"""The step that all normalisations share: x less its mean, over its standard deviation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array


@dataclass(frozen=True, slots=True, eq=False)
class Normalized:
    """x_hat = (x - mean) / sqrt(variance + eps), with what its backward pass needs."""

    x_hat: Array
    """The normalised array."""
    mean: Array
    """Means, with the axes kept."""
    variance: Array
    """Biased variances, with the axes kept."""
    scale: Array
    """1 / sqrt(variance + eps)."""
    axes: tuple[int, ...]
    """Axes over which the statistics were taken; none where they are constants."""

    @classmethod
    def of(cls, x: Array, axes: Sequence[int], eps: float) -> "Normalized":
        """x normalised by its own statistics over `axes`."""
        axes = tuple(axes)
        mean = x.mean(axis=axes, keepdims=True)
        centred = x - mean
        variance = (centred**2).mean(axis=axes, keepdims=True)
        scale = 1 / np.sqrt(variance + eps)
        return cls(centred * scale, mean, variance, scale, axes)

    @classmethod
    def by(cls, x: Array, mean: Array, variance: Array, eps: float) -> "Normalized":
        """x normalised by given statistics."""
        scale = 1 / np.sqrt(variance + eps)
        return cls((x - mean) * scale, mean, variance, scale, ())

    def back(self, dout: Array) -> Array:
        """dx for the gradient of x_hat.

        The statistics depend on x, which takes from dout its mean and its part along x_hat:
        dx = (dout - mean(dout) - x_hat * mean(dout * x_hat)) / sqrt(variance + eps).
        """
        if not self.axes:
            return np.asarray(dout * self.scale)
        mean = dout.mean(axis=self.axes, keepdims=True)
        along = (dout * self.x_hat).mean(axis=self.axes, keepdims=True)
        dx: Array = (dout - mean - self.x_hat * along) * self.scale
        return dx


def require_eps(owner: object, eps: float) -> float:
    """`eps`, once it has been found to be positive and finite."""
    if not 0 < eps < np.inf:
        raise ValueError(f"{type(owner).__name__}: eps must be positive and finite, got {eps}")
    return eps
