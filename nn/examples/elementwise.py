"""Elementwise layers with options away from their defaults."""

import numpy as np

from nn.examples.example import Example
from nn.layers import ELU, GELU, Clip, HardTanh, LeakyReLU, Power, Softplus


def clip_narrow(rng: np.random.Generator) -> Example:
    """Bounds on the same side of zero."""
    return Clip(0.25, 0.75), (rng.standard_normal((4, 5)),)


def elu_alpha_zero(rng: np.random.Generator) -> Example:
    """An ELU that is a ReLU."""
    return ELU(alpha=0.0), (rng.standard_normal((4, 5)),)


def elu_alpha_negative(rng: np.random.Generator) -> Example:
    """An ELU that bends upwards on the left."""
    return ELU(alpha=-0.7), (rng.standard_normal((4, 5)),)


def gelu_tanh(rng: np.random.Generator) -> Example:
    """The approximation by a hyperbolic tangent."""
    return GELU(approximate="tanh"), (rng.standard_normal((4, 5)),)


def hard_tanh_lopsided(rng: np.random.Generator) -> Example:
    """Bounds that are not each other's opposite."""
    return HardTanh(-0.5, 1.5), (rng.standard_normal((4, 5)),)


def leaky_relu_slope_zero(rng: np.random.Generator) -> Example:
    """A leaky ReLU that is a ReLU."""
    return LeakyReLU(negative_slope=0.0), (rng.standard_normal((4, 5)),)


def leaky_relu_slope_negative(rng: np.random.Generator) -> Example:
    """A leaky ReLU that is not max(x, slope * x)."""
    return LeakyReLU(negative_slope=-1.5), (rng.standard_normal((4, 5)),)


def power_broadcast(rng: np.random.Generator) -> Example:
    """Bases in a column, exponents of both signs in a row."""
    return Power(), (rng.uniform(0.3, 2.0, (4, 1)), rng.standard_normal(5))


def softplus_beta(rng: np.random.Generator) -> Example:
    """A steeper softplus."""
    return Softplus(beta=2.5), (rng.standard_normal((4, 5)),)
