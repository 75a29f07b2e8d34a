"""numdifftools' extrapolated gradient, compared at its own error and 1e-9."""

import warnings

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import package, scalar

_SMALL = 1e-9
RULE = f"ours: within its own error estimate and {_SMALL:.0e} of the largest entry"


def accepts(layer: Layer, x: Array) -> bool:
    """Return whether every entry lies within the error that is claimed, or nearly."""
    numdifftools = package("numdifftools")
    value, claimed = scalar(layer, x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = numdifftools.Gradient(value, full_output=True)(x.reshape(-1))
    apart = np.abs(np.asarray(found.estimate).reshape(-1) - claimed)
    allowed = _SMALL * np.abs(claimed).max(initial=0.0)
    return bool(np.all(apart <= np.asarray(found.error_estimate).reshape(-1) + allowed))
