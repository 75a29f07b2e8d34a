"""Handwritten digits: the five thousand of MNIST that come with this package."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.arrays import Array

FILE = Path(__file__).with_name("digits.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Images as rows of 784 grey values in [0, 1] (float64), and labels 0 .. 9 (int64)."""

    x_train: Array
    """Images to learn from, (N, 784)."""
    t_train: Array
    """Their labels, (N,)."""
    x_test: Array
    """Images held out, (M, 784)."""
    t_test: Array
    """Their labels, (M,)."""


def load_digits() -> Digits:
    """4,000 digits to learn from and 1,000 held out, 400 and 100 of each class.

    The division was drawn once, by `nn.data.convert`, and is stored in the file, so it does
    not depend on the version of NumPy.
    """
    with np.load(FILE, allow_pickle=False) as stored:
        return digits_of(
            (stored["x_train"], stored["t_train"]), (stored["x_test"], stored["t_test"])
        )


def digits_of(train: tuple[Array, Array], test: tuple[Array, Array]) -> Digits:
    """The record of two pairs (images, labels) of bytes."""
    return Digits(_grey(train[0]), _labels(train[1]), _grey(test[0]), _labels(test[1]))


def _grey(images: Array) -> Array:
    grey: Array = images.reshape(len(images), 784) / np.float64(255)
    return grey


def _labels(labels: Array) -> Array:
    return labels.astype(np.int64)
