"""Gradients held in length, between the backward pass and the step."""

import math
from collections.abc import Mapping

import numpy as np

from nn.arrays import Array


def global_norm(grads: Mapping[str, Array]) -> float:
    """sqrt(sum of all g**2), the length of all gradients taken as one vector.

    (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    2013, algorithm 1.)
    """
    return math.hypot(*(float(np.linalg.norm(g)) for g in grads.values()))


def clip_norm(grads: Mapping[str, Array], max_norm: float) -> dict[str, Array]:
    """g <- g * max_norm / norm for all gradients, where their common length exceeds `max_norm`.

    The direction stays, and nothing is written into (Pascanu, Mikolov and Bengio, "On the
    difficulty of training recurrent neural networks", 2013, algorithm 1).

    Raises
    ------
    ValueError
        Unless max_norm is positive.
    """
    if not max_norm > 0:
        raise ValueError(f"clip_norm: max_norm must be positive, got {max_norm}")
    norm = global_norm(grads)
    factor = max_norm / norm if norm > max_norm else 1.0
    return {name: g * factor for name, g in grads.items()}
