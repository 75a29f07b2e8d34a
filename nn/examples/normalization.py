"""Normalisations and dropout, in both modes and away from their defaults."""

import numpy as np

from nn.arrays import Array
from nn.examples.example import Example
from nn.layers import BatchNorm, Dropout, GroupNorm, LayerNorm, RMSNorm


def batch_norm_images(rng: np.random.Generator) -> Example:
    """Statistics over batch, height and width."""
    return BatchNorm(3, eps=1e-3), (2 * rng.standard_normal((4, 3, 2, 3)) + 1,)


def batch_norm_two_examples(rng: np.random.Generator) -> Example:
    """With two examples the gradient is nearly zero."""
    return BatchNorm(4), (rng.standard_normal((2, 4)),)


def batch_norm_after_training(rng: np.random.Generator) -> Example:
    """Statistics that are constants, away from 0 and 1."""
    layer = BatchNorm(3)
    layer.running_mean += rng.standard_normal(3)
    layer.running_var += rng.uniform(0.5, 2.0, 3)
    layer.eval()
    return layer, (rng.standard_normal((4, 3, 2)),)


def layer_norm_two_axes(rng: np.random.Generator) -> Example:
    """Statistics over the last two axes."""
    return LayerNorm((3, 4), eps=1e-3), (2 * rng.standard_normal((2, 3, 4)) + 1,)


def rms_norm(rng: np.random.Generator) -> Example:
    """A root mean square away from 1, with an eps that matters."""
    return RMSNorm(5, eps=0.1), (2 * rng.standard_normal((2, 3, 5)),)


def group_norm_images(rng: np.random.Generator) -> Example:
    """Two groups of three channels."""
    return GroupNorm(2, 6), (2 * rng.standard_normal((3, 6, 2, 2)) + 1,)


def dropout_frozen(rng: np.random.Generator) -> Example:
    """A mask that stays."""
    layer = Dropout(0.3, rng=rng)
    layer.mask = rng.random((4, 5)) >= layer.p
    layer.frozen = True
    return layer, (rng.standard_normal((4, 5)),)


def dropout_random(rng: np.random.Generator) -> Example:
    """A mask that each forward pass draws anew."""
    return Dropout(0.3, rng=rng), (_ones(rng),)


def dropout_after_training(rng: np.random.Generator) -> Example:
    """No mask at all."""
    layer = Dropout(0.3, rng=rng)
    layer.eval()
    return layer, (_ones(rng),)


def _ones(rng: np.random.Generator) -> Array:
    return 1 + 0.1 * rng.standard_normal((4, 5))
