"""What the losses have in common: a mean over the batch, and the gradient (y - t) / N."""

from abc import ABC, abstractmethod

import numpy.typing as npt

from nn.arrays import Array, Scalar, as_float
from nn.layers.layer import Layer


class MeanLoss(Layer, ABC):
    """The cost of an example is a sum over its outputs; the loss is the mean over the batch.

    Each loss is paired with the output activation y(x) for which the derivative of the cost
    is y - t (the canonical link; Goodfellow et al., Deep Learning, 6.2.2), so dx = (y - t) / N.
    The targets t are data and get no gradient.  An empty batch costs 0.0.
    """

    _error: Array
    _examples: int

    def forward(self, x: Array, t: Array) -> Scalar:
        """Return the loss of outputs x, before the activation, as a scalar of their dtype.

        x is a batch (N, ...) or one example (D,), which counts as a batch of one.

        Raises
        ------
        ValueError
            Where the shapes of x and t do not fit, or a label is out of range.
        """
        x = as_float(x)
        t = self._targets(x, t)
        cost, self._error = self._evaluate(x, t)
        self._examples = len(x) if x.ndim > 1 else 1
        self._shape = ()
        return _mean(cost, self._examples)

    def backward(self, dout: npt.ArrayLike = 1.0) -> Array:
        """Return dx = dout * (y - t) / N, for the scalar upstream gradient dout."""
        return self._error_times(self._upstream(dout))

    def _error_times(self, dout: Array) -> Array:
        # A plain 1.0 must not widen a float32 gradient, so dout takes the precision of x.
        dtype = self._error.real.dtype
        scale = dout if dout.dtype.kind == "c" else dout.astype(dtype)
        dx: Array = self._error * (scale / max(self._examples, 1))
        return dx

    @abstractmethod
    def _targets(self, x: Array, t: Array) -> Array:
        """`t` in the shape and precision of `x`, once it has been found fit."""

    @abstractmethod
    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        """(cost, y - t), both entry by entry in the shape of `x`."""


def _mean(cost: Array, examples: int) -> Scalar:
    # Without examples the sum is the zero of the right dtype, and the mean would be NaN.
    mean: Scalar = _per_example(cost, examples).mean() if examples else cost.sum()
    return mean


def _per_example(cost: Array, examples: int) -> Array:
    # The mean is taken last: in float16 the sum over a batch would overflow before it.
    total: Array = cost.reshape(examples, cost.size // examples).sum(axis=1)
    return total
