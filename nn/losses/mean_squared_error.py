"""Regression."""

from nn.arrays import Array
from nn.losses.mean_loss import MeanLoss, same_shape


class MeanSquaredError(MeanLoss):
    """1/2 * ||x - t||**2 with identity output, the mean over the batch; dx = (x - t) / N.

    The half is there for that gradient; the squares are summed, not averaged, over the
    outputs of one example.  t has the shape of x (Goodfellow et al., Deep Learning, 6.2.2.1).
    """

    def _targets(self, x: Array, t: Array) -> Array:
        return same_shape(self, x, t)

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        error = x - t
        return error**2 / 2, error
