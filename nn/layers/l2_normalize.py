"""Vectors of length one."""

import numpy as np

from nn.arrays import Array, as_float
from nn.axes import Axes, as_axes
from nn.layers.layer import Layer
from nn.layers.normalize import require_eps


class L2Normalize(Layer):
    """y = x / max(r, eps) with r = sqrt(sum(x**2)) along the axes.

    dx = (dout - y * sum(dout * y)) / r: what is left of dout at a right angle to y; below eps
    the divisor is constant, and dx = dout / eps (Wang et al., "NormFace", 2017).

    Raises
    ------
    ValueError
        For axes that x does not have, and unless eps is positive.
    """

    _y: Array
    _norm: Array

    def __init__(self, axis: Axes = -1, *, eps: float = 1e-12) -> None:
        super().__init__()
        self.axis = axis
        self.eps = require_eps(self, eps)

    def forward(self, x: Array) -> Array:
        """Return x with vectors of length one along the axes."""
        x = as_float(x)
        self._axes = as_axes(self, self.axis, x)
        self._norm = np.sqrt((x**2).sum(axis=self._axes, keepdims=True))
        y = x / self._divisor()
        self._y = y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        dout, y = self._upstream(dout), self._y
        along = (dout * y).sum(axis=self._axes, keepdims=True)
        dx: Array = (dout - np.where(self._is_short(), 0, along) * y) / self._divisor()
        return dx

    def _is_short(self) -> Array:
        short: Array = self._norm.real < self.eps
        return short

    def _divisor(self) -> Array:
        return np.where(self._is_short(), self.eps, self._norm).astype(self._norm.dtype)
