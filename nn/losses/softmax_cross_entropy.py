"""Classification into one of K classes."""

import numpy as np

from nn.arrays import Array, cast_like
from nn.functions import log_softmax, softmax
from nn.losses.labels import one_hot, require_probabilities
from nn.losses.mean_loss import MeanLoss


class SoftmaxCrossEntropy(MeanLoss):
    """-sum(t * log(softmax(x))), the mean over the batch, from logits x (N, K) or (K,).

    t holds integer labels, (N,) or a scalar, or rows of probabilities in the shape of x, of
    which one-hot is the usual case.  dx = (softmax(x) - t) / N (Goodfellow et al., Deep
    Learning, 6.2.2.3); for rows that do not sum to one, softmax(x) is multiplied by their sum.
    """

    def _targets(self, x: Array, t: Array) -> Array:
        t = np.asarray(t)
        if x.ndim not in (1, 2) or x.shape[-1] == 0:
            raise ValueError(
                f"SoftmaxCrossEntropy.forward: x has shape {x.shape}; "
                "expected logits (N, K) or (K,) of one class or more"
            )
        if t.shape == x.shape:
            require_probabilities(t)
            return cast_like(t, x)
        if t.shape == x.shape[:-1]:
            return cast_like(one_hot(t, x.shape[-1]), x)
        raise ValueError(
            f"SoftmaxCrossEntropy.forward: t has shape {t.shape}, but x {x.shape} needs "
            f"labels of shape {x.shape[:-1]} or one-hot rows of shape {x.shape}"
        )

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        return -t * log_softmax(x), softmax(x) * t.sum(axis=-1, keepdims=True) - t
