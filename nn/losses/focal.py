"""Classification in which the easy examples hardly count."""

import math

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, cast_like
from nn.functions import log_softmax
from nn.losses.class_targets import as_class_weights, class_rows, require_a_weight_each
from nn.losses.mean_loss import MeanLoss


class FocalLoss(MeanLoss):
    """-alpha[t] * (1 - p)**gamma * log(p) with p = softmax(x)[t], the mean over the batch.

    t holds labels or one-hot rows for logits x (N, K) or (K,); `alpha` is one weight a class.
    With f = gamma p q**(gamma - 1) log(p) - q**gamma and q = 1 - p, dx[j] is the sum over
    classes of alpha t f * ([class is j] - p[j]), over N; gamma = 0 is the cross-entropy (Lin et
    al., "Focal loss for dense object detection", 2017, eq. 5).

    Raises
    ------
    ValueError
        For a gamma or weights that are negative or not finite, and for another number of
        weights than of classes.
    """

    def __init__(self, gamma: float = 2.0, *, alpha: npt.ArrayLike | None = None) -> None:
        super().__init__()
        if not (math.isfinite(gamma) and gamma >= 0):
            raise ValueError(
                f"FocalLoss: gamma must not be negative and must be finite, got {gamma}"
            )
        self.gamma = gamma
        self.alpha = None if alpha is None else as_class_weights(self, alpha)

    def _targets(self, x: Array, t: Array) -> Array:
        rows = class_rows(self, x, t)
        if self.alpha is None:
            return rows
        require_a_weight_each(self, self.alpha, x)
        return rows * cast_like(self.alpha, rows)

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        log_p = log_softmax(x)
        p, q = np.exp(log_p), -np.expm1(log_p)
        weight = q**self.gamma
        # log(p) / q tends to -1 where q vanishes, so q**(gamma - 1) need not be formed.
        safe = np.where(q == 0, 1, q)
        ratio = np.where(q == 0, -1, log_p / safe)
        f = t * weight * (self.gamma * p * ratio - 1)
        return -t * weight * log_p, f - p * f.sum(axis=-1, keepdims=True)
