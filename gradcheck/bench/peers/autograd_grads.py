"""autograd's check_grads, first order, reverse mode."""

from typing import Any

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import package

RULE = "its defaults: 1e-6 absolute or relative, one direction, order 1, reverse"


def accepts(layer: Layer, x: Array) -> bool:
    """Return the verdict along one random direction; its generator is NumPy's global one."""
    extend, test_util = package("autograd.extend"), package("autograd.test_util")
    primitive: Any = extend.primitive(lambda x: np.asarray(layer.forward(np.array(x))))
    extend.defvjp(primitive, lambda ans, x: lambda g: layer.backward(g))
    try:
        test_util.check_grads(primitive, modes=["rev"], order=1)(x)
    except AssertionError:
        return False
    return True
