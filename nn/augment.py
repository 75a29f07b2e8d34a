"""Variations of images that leave their meaning as it is."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nn.arrays import Array


def shifted(x: Array, rng: np.random.Generator) -> Array:
    """Square images as rows (N, side * side), each moved by up to a pixel in each direction."""
    side = math.isqrt(x.shape[1])
    frames = np.pad(x.reshape(len(x), side, side), ((0, 0), (1, 1), (1, 1)))
    down, right = rng.integers(0, 3, (2, len(x)))
    # Every place that an image may move to, as a view (N, 3, 3, side, side).
    places = sliding_window_view(frames, (side, side), axis=(1, 2))
    return np.asarray(places[np.arange(len(x)), down, right]).reshape(x.shape)
