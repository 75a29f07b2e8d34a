"""jax.test_util.check_vjp with float64 arrays; its tolerance for them is 1e-5."""

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import package


def accepts(layer: Layer, x: Array) -> bool:
    """Return the verdict along one random direction."""
    test_util = package("jax.test_util")

    def pulled_back(x: Array) -> tuple[Array, object]:
        y = layer.forward(np.array(x))
        return y, lambda dout: (layer.backward(np.array(dout)),)

    try:
        test_util.check_vjp(lambda x: layer.forward(np.array(x)), pulled_back, (x,))
    except AssertionError:
        return False
    return True
