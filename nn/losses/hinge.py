"""Losses with a margin: what is right by enough costs nothing."""

import math

import numpy as np

from nn.arrays import Array
from nn.losses.class_targets import class_rows
from nn.losses.mean_loss import MeanLoss, same_shape


class Hinge(MeanLoss):
    """max(0, margin - t * x) for answers t of -1 or 1 in the shape of x.

    Summed over the answers of one example, the mean over the batch; dx = -t / N inside the
    margin and 0 outside and on it (Cortes and Vapnik, "Support-vector networks", 1995).

    Raises
    ------
    ValueError
        Unless the margin is finite, and for answers other than -1 and 1.
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = _finite(self, margin)

    def _targets(self, x: Array, t: Array) -> Array:
        answers = same_shape(self, x, t)
        wrong = answers[np.abs(answers) != 1]
        if wrong.size:
            raise ValueError(
                f"Hinge.forward: answers must be -1 or 1: {wrong.size} of {answers.size} are "
                f"not, the first is {wrong[0]}; t has shape {answers.shape}"
            )
        return answers

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        short = self.margin - t * x
        inside = short.real > 0
        return np.where(inside, short, 0 * short), np.where(inside, -t, 0 * t)


class MulticlassHinge(MeanLoss):
    """The sum of max(0, margin + x[j] - x[t]) over classes j other than t, from scores x.

    x is (N, K) or (K,), t labels or one-hot rows; the mean over the batch.  dx[j] = 1 / N for
    each j inside the margin, and dx[t] less their number (Weston and Watkins, "Support vector
    machines for multi-class pattern recognition", 1999).

    Raises
    ------
    ValueError
        Unless the margin is finite.
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = _finite(self, margin)

    def _targets(self, x: Array, t: Array) -> Array:
        return class_rows(self, x, t)

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        right = (x * t).sum(axis=-1, keepdims=True)
        short = self.margin + x - right
        inside = (short.real > 0) & (t == 0)
        slope = inside.astype(t.dtype)
        return short * slope, slope - t * slope.sum(axis=-1, keepdims=True)


def _finite(owner: object, margin: float) -> float:
    if not math.isfinite(margin):
        raise ValueError(f"{type(owner).__name__}: margin must be finite, got {margin}")
    return margin
