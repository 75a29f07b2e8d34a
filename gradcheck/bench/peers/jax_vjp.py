"""jax.test_util.check_vjp with float64 enabled: without it, its tolerance is float32's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import fresh, package

RULE = "its defaults for float64: eps 1e-4, atol and rtol 1e-5, one direction"


def accepts(layer: Layer, x: Array) -> bool:
    """Return the verdict along one random direction.

    It takes any function with its pullback, and so the layer as it is. Through custom_vjp and
    pure_callback it says the same, but backward would have to run forward again, which pays one
    more call and hides state that another call has overwritten.
    """
    jax, test_util = package("jax"), package("jax.test_util")

    def pulled_back(x: Array) -> tuple[Array, object]:
        own = fresh(layer)
        y = own.forward(np.array(x))
        return y, lambda dout: (own.backward(np.array(dout)),)

    try:
        with _float64(jax):
            test_util.check_vjp(lambda x: layer.forward(np.array(x)), pulled_back, (x,))
    except AssertionError:
        return False
    return True


@contextmanager
def _float64(jax: Any) -> Iterator[None]:
    """Enable float64 and put back what was there."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - its signature
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", before)
