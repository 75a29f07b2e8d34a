"""Shared by the tests of nn: a generator, and derivatives that know no backward pass."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Gradient = Callable[[Callable[[], Any], np.ndarray], np.ndarray]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture
def numeric() -> Gradient:
    """Central differences of a scalar function of no arguments, with respect to an array."""

    def gradient(f: Callable[[], Any], x: np.ndarray, h: float = 1e-6) -> np.ndarray:
        slope = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            old = x[i]
            x[i] = old + h
            above = f()
            x[i] = old - h
            below = f()
            x[i] = old
            slope[i] = (above - below) / (2 * h)
        return slope

    return gradient
