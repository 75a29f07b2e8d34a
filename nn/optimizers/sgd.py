"""Stochastic gradient descent."""

import math
from collections.abc import Mapping

import numpy as np

from nn.arrays import Array


class SGD:
    """v <- momentum * v - lr * gradient, then parameter <- parameter + v, in place.

    Without momentum this is the plain descent of Rumelhart et al. (1986), eq. 8; with it,
    their eq. 9.
    """

    def __init__(self, lr: float, *, momentum: float = 0.0) -> None:
        if not (math.isfinite(lr) and lr > 0):
            raise ValueError(f"SGD: lr must be positive and finite, got {lr}")
        if not 0 <= momentum < 1:
            raise ValueError(f"SGD: momentum must lie in [0, 1), got {momentum}")
        self.lr = lr
        self.momentum = momentum
        self._velocity: dict[str, Array] = {}

    def step(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Move every parameter one step, once all names and shapes have been found to match.

        Raises
        ------
        ValueError
            Where a gradient is missing, is left over, or has another shape.
        """
        _require_pairs(params, grads)
        for name, value in params.items():
            v = self.momentum * self._velocity.get(name, 0.0) - self.lr * grads[name]
            self._velocity[name] = v
            value += v


def _require_pairs(params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
    if params.keys() != grads.keys():
        odd = sorted(params.keys() ^ grads.keys())
        raise ValueError(f"SGD.step: parameters and gradients differ in names: {odd}")
    for name, value in params.items():
        if np.shape(grads[name]) != value.shape:
            raise ValueError(
                f"SGD.step: gradient {name} has shape {np.shape(grads[name])}, "
                f"but the parameter {value.shape}"
            )
