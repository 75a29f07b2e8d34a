"""The textbook: a central difference of every entry at 1e-4, relative error below 1e-6."""

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import scalar

_STEP = 1e-4
_SMALL = 1e-6
RULE = f"ours: |a - b| <= {_SMALL:.0e} (|a| + |b|) in every entry, step {_STEP:.0e}"


def accepts(layer: Layer, x: Array) -> bool:
    """Return whether every entry agrees relative to the sum of both sizes."""
    value, claimed = scalar(layer, x)
    found = np.array([_slope(value, x.reshape(-1), i) for i in range(x.size)])
    return bool(np.all(np.abs(claimed - found) <= _SMALL * (np.abs(claimed) + np.abs(found))))


def _slope(value: object, x: Array, i: int) -> float:
    up, down = x.copy(), x.copy()
    up[i] += _STEP
    down[i] -= _STEP
    return float((value(up) - value(down)) / (2 * _STEP))  # type: ignore[operator]  # a callable
