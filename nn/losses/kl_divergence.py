"""How far one distribution is from another."""

import numpy as np

from nn.arrays import Array
from nn.functions import log_softmax, softmax
from nn.losses.class_targets import require_logits
from nn.losses.labels import require_probabilities
from nn.losses.mean_loss import MeanLoss, same_shape


class KLDivergence(MeanLoss):
    """sum(t * (log(t) - log(softmax(x)))), the mean over the batch, from logits x (N, K).

    t holds rows of probabilities in the shape of x; 0 log(0) counts as 0.  It is the
    cross-entropy less the entropy of t, so dx = (softmax(x) - t) / N as there (Kullback and
    Leibler, "On information and sufficiency", 1951).
    """

    def _targets(self, x: Array, t: Array) -> Array:
        require_logits(self, x)
        rows = same_shape(self, x, t)
        require_probabilities(rows)
        return rows

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        log_t = np.log(np.where(t == 0, 1, t))
        return t * (log_t - log_softmax(x)), softmax(x) * t.sum(axis=-1, keepdims=True) - t
