"""What the losses have in common: a sum over the outputs, and a mean over the batch."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Scalar, as_float, cast_like
from nn.layers.layer import Layer


class MeanLoss(Layer, ABC):
    """The cost of an example is a sum over its outputs; the loss is the mean over the batch.

    The likelihoods are paired with the output activation y(x) for which the derivative of the
    cost is y - t (the canonical link; Goodfellow et al., Deep Learning, 6.2.2), so that
    dx = (y - t) / N.  The targets t are data and get no gradient.  An empty batch costs 0.0.
    """

    _slope: Array
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
        cost, self._slope = self._evaluate(x, t)
        self._examples = len(x) if x.ndim > 1 else 1
        self._shape = ()
        return _mean(cost, self._examples)

    def backward(self, dout: npt.ArrayLike = 1.0) -> Array:
        """Return dx = dout * slope / N, for the scalar upstream gradient dout."""
        return self._slope_times(self._upstream(dout))

    def _slope_times(self, dout: Array) -> Array:
        # A plain 1.0 must not widen a float32 gradient, so dout takes the precision of x.
        dtype = self._slope.real.dtype
        scale = dout if dout.dtype.kind == "c" else dout.astype(dtype)
        dx: Array = self._slope * (scale / max(self._examples, 1))
        return dx

    @abstractmethod
    def _targets(self, x: Array, t: Array) -> Array:
        """`t` in the shape and precision of `x`, once it has been found fit."""

    @abstractmethod
    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        """(cost, its derivative for each entry), both in the shape of `x`."""


def same_shape(owner: object, x: Array, t: npt.ArrayLike) -> Array:
    """`t` in the precision of `x`; a ValueError unless it has the shape of `x`."""
    if np.shape(t) != x.shape:
        raise ValueError(
            f"{type(owner).__name__}.forward: t has shape {np.shape(t)}, "
            f"but it must have the shape of x, {x.shape}"
        )
    return cast_like(t, x)


def _mean(cost: Array, examples: int) -> Scalar:
    # Without examples the sum is the zero of the right dtype, and the mean would be NaN.
    mean: Scalar = _per_example(cost, examples).mean() if examples else cost.sum()
    return mean


def _per_example(cost: Array, examples: int) -> Array:
    # The mean is taken last: in float16 the sum over a batch would overflow before it.
    total: Array = cost.reshape(examples, cost.size // examples).sum(axis=1)
    return total
