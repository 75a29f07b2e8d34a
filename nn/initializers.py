"""Initial weights, scaled so that signals keep their variance from layer to layer."""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nn.arrays import Array

Initializer: TypeAlias = Callable[[int, int, np.random.Generator], Array]


def he(d_in: int, d_out: int, rng: np.random.Generator) -> Array:
    """Normal weights (d_in, d_out) of variance 2 / d_in, for ReLU.

    The factor 2 makes up for the half that a rectifier sets to zero (He et al., "Delving deep
    into rectifiers", 2015, eq. 10).
    """
    return rng.standard_normal((d_in, d_out)) * math.sqrt(2 / d_in)


def xavier(d_in: int, d_out: int, rng: np.random.Generator) -> Array:
    """Uniform weights (d_in, d_out) of variance 2 / (d_in + d_out), for the sigmoid.

    A compromise between the variance of the signal and that of the gradient (Glorot and
    Bengio, "Understanding the difficulty of training deep feedforward networks", 2010, eq. 16).
    """
    bound = math.sqrt(6 / (d_in + d_out))
    return rng.uniform(-bound, bound, (d_in, d_out))
