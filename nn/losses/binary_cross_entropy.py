"""Answers of yes or no."""

import numpy as np

from nn.arrays import Array
from nn.functions import decay, ramp, sigmoid
from nn.losses.labels import require_probabilities
from nn.losses.mean_loss import MeanLoss, same_shape


class BinaryCrossEntropy(MeanLoss):
    """-t log(y) - (1 - t) log(1 - y) with y = sigmoid(x), the mean over the batch.

    x holds logits, t the answers in [0, 1] in the shape of x; dx = (y - t) / N.  Several
    answers of one example are summed (Goodfellow et al., Deep Learning, 6.2.2.2).
    """

    def _targets(self, x: Array, t: Array) -> Array:
        answers = same_shape(self, x, t)
        require_probabilities(answers)
        return answers

    def _evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        # log(1 + e^x) - x t with the large terms cancelled first: a sure and right answer
        # then costs its exact e^-|x| and not a rounded zero.
        return (ramp(x) - x * t) + np.log1p(decay(x)), sigmoid(x) - t
