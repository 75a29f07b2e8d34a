"""Probabilities from logits, for losses that take the one and answer for the other."""

import numpy as np

from gradcheck.model import Array, Floats

#: Names of the functions below, as a manner quotes them.
SQUASHES = ("softmax", "sigmoid")


def squashed(name: str, z: Array) -> Floats:
    """Return the probabilities of logits."""
    return softmax(z) if name == "softmax" else sigmoid(z)


def softmax(z: Array) -> Floats:
    """Probabilities over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def sigmoid(z: Array) -> Floats:
    """Probabilities of single events."""
    return np.asarray(1 / (1 + np.exp(-z)))
