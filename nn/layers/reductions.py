"""Sums, means and other reductions over any axes."""

import numpy as np

from nn.arrays import Array
from nn.axes import Axes, count
from nn.layers.reduction import Reduction
from nn.sizes import is_whole


class Sum(Reduction):
    """y = the sum of x along the axes, so dx = dout, repeated; nothing sums to 0.

    (Goodfellow et al., Deep Learning, 6.5.)
    """

    _needs_entries = False

    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        return np.asarray(x.sum(axis=axes, keepdims=True))

    def _spread(self, dout: Array) -> Array:
        return np.broadcast_to(dout, self._x_shape).copy()


class Mean(Reduction):
    """y = the mean of n entries along the axes, so dx = dout / n, repeated.

    (Goodfellow et al., Deep Learning, 6.5.)
    """

    _entries: int

    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        self._entries = count(x.shape, axes)
        return np.asarray(x.mean(axis=axes, keepdims=True))

    def _spread(self, dout: Array) -> Array:
        return np.broadcast_to(dout / self._entries, self._x_shape).copy()


class Variance(Reduction):
    """y = sum((x - mean)**2) / m with m = n - correction, so dx = dout * 2 (x - mean) / m.

    The derivative of the mean drops out, because deviations sum to zero.  correction = 1 gives
    the unbiased estimate (Bessel); it must leave n - correction positive.  Two passes over x,
    because the mean of squares less the square of the mean cancels (Chan, Golub and LeVeque,
    "Algorithms for computing the sample variance", 1983).
    """

    _deviation: Array
    _divisor: int

    def __init__(
        self, axis: Axes = None, *, keepdims: bool = False, correction: int = 0
    ) -> None:
        super().__init__(axis, keepdims=keepdims)
        if not (is_whole(correction) and correction >= 0):
            raise ValueError(
                f"Variance: correction must be a whole number from 0 on, got {correction}"
            )
        self.correction = correction

    def _require_entries(self, x: Array, axes: tuple[int, ...]) -> None:
        entries = count(x.shape, axes)
        if entries <= self.correction or entries < 1:
            raise ValueError(
                f"Variance.forward: x has shape {x.shape}, so axis={self.axis} holds {entries} "
                f"entries; more than correction={self.correction} are needed, and one or more"
            )

    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        self._divisor = count(x.shape, axes) - self.correction
        self._deviation = x - x.mean(axis=axes, keepdims=True)
        return np.asarray((self._deviation**2).sum(axis=axes, keepdims=True) / self._divisor)

    def _spread(self, dout: Array) -> Array:
        dx: Array = dout * (2 / self._divisor) * self._deviation
        return dx


class Max(Reduction):
    """y = the largest entry along the axes; dout is shared evenly by those that equal it.

    Equal shares are the subgradient that favours no position (Rockafellar, Convex Analysis,
    1970, 23).
    """

    _share: Array

    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        y = np.asarray(x.max(axis=axes, keepdims=True))
        best = (x == y).astype(x.real.dtype)
        # NaN equals nothing; a maximum that is NaN has no entry to send its gradient to.
        self._share = best / np.maximum(best.sum(axis=axes, keepdims=True), 1)
        return y

    def _spread(self, dout: Array) -> Array:
        dx: Array = dout * self._share
        return dx


class LogSumExp(Reduction):
    """y = log(sum(exp(x))) along the axes, so dx = dout * softmax(x) (Goodfellow ch. 4.1).

    The maximum is taken out first, so no exponential overflows.
    """

    _share: Array

    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        top = x.real.max(axis=axes, keepdims=True)
        # An infinite maximum would make the shifted entries NaN.
        top = np.where(np.isfinite(top), top, 0).astype(x.real.dtype)
        z = np.exp(x - top)
        total = z.sum(axis=axes, keepdims=True)
        self._share = z / total
        return np.asarray(top + np.log(total))

    def _spread(self, dout: Array) -> Array:
        dx: Array = dout * self._share
        return dx
