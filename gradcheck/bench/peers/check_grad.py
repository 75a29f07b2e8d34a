"""scipy.optimize.check_grad: a number, which has to be small beside the gradient."""

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import package, scalar

#: Forward differences are good to eight digits; two of them are left as a margin.
_SMALL = 1e-6
RULE = f"ours: the norm it returns <= {_SMALL:.0e} of the gradient's; its default step"


def accepts(layer: Layer, x: Array) -> bool:
    """Return whether the norm of the disagreement is small beside the gradient's."""
    optimize = package("scipy.optimize")
    value, claimed = scalar(layer, x)
    apart = optimize.check_grad(value, lambda _: claimed, x.reshape(-1))
    return bool(apart <= _SMALL * np.linalg.norm(claimed))
