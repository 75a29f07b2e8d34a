"""Losses with targets of every kind, and options away from their defaults."""

import numpy as np

from nn.arrays import Array
from nn.examples.example import Example
from nn.losses import (
    FocalLoss,
    Hinge,
    Huber,
    KLDivergence,
    MulticlassHinge,
    SoftmaxCrossEntropy,
)

LABELS = np.array([2, 0, 1, 2, 2])


def cross_entropy_smoothed(rng: np.random.Generator) -> Example:
    """A tenth of each label shared among the classes."""
    return SoftmaxCrossEntropy(label_smoothing=0.1), (_logits(rng), LABELS)


def cross_entropy_ignoring(rng: np.random.Generator) -> Example:
    """Two examples that do not count."""
    labels = np.array([2, -100, 1, -100, 0])
    return SoftmaxCrossEntropy(ignore_index=-100), (_logits(rng), labels)


def cross_entropy_weighted(rng: np.random.Generator) -> Example:
    """Classes of different weight, one of them of none, with smoothing."""
    loss = SoftmaxCrossEntropy(class_weights=[0.5, 0.0, 2.0], label_smoothing=0.2)
    return loss, (_logits(rng), LABELS)


def cross_entropy_rows(rng: np.random.Generator) -> Example:
    """Targets that are distributions."""
    return SoftmaxCrossEntropy(), (_logits(rng), _rows(rng))


def focal_sharp(rng: np.random.Generator) -> Example:
    """A gamma below one, and weights."""
    return FocalLoss(0.5, alpha=[1.0, 0.25, 2.0]), (_logits(rng), LABELS)


def hinge_answers(rng: np.random.Generator) -> Example:
    """Answers of -1 and 1."""
    return Hinge(0.7), (_logits(rng), rng.choice([-1, 1], (5, 3)))


def hinge_classes(rng: np.random.Generator) -> Example:
    """Scores with a margin of two."""
    return MulticlassHinge(2.0), (_logits(rng), LABELS)


def huber_narrow(rng: np.random.Generator) -> Example:
    """Errors on either side of delta."""
    return Huber(0.5), (_logits(rng), rng.standard_normal((5, 3)))


def kl_rows(rng: np.random.Generator) -> Example:
    """Distributions, one with a zero."""
    rows = _rows(rng)
    rows[0] = [0.0, 0.25, 0.75]
    return KLDivergence(), (_logits(rng), rows)


def _logits(rng: np.random.Generator) -> Array:
    return 1.5 * rng.standard_normal((5, 3))


def _rows(rng: np.random.Generator) -> Array:
    rows = rng.uniform(0.1, 1.0, (5, 3))
    normalised: Array = rows / rows.sum(axis=1, keepdims=True)
    return normalised
