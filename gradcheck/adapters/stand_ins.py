"""What stands in where a constructor asks for a function, an activation or another layer."""

import numpy as np

from gradcheck.model import Array


def tanh(z: Array) -> Array:
    """A smooth function of both signs."""
    return np.asarray(np.tanh(z))


def tanh_slope(z: Array) -> Array:
    """Its derivative, in terms of the input."""
    return np.asarray(1 - np.tanh(z) ** 2)


def tanh_slope_of_output(a: Array) -> Array:
    """Its derivative, in terms of the output."""
    return np.asarray(1 - a**2)


class Smooth:
    """An elementwise layer without parameters, under the names that people give its methods."""

    def __init__(self) -> None:
        self.params: list[Array] = []
        self.grads: list[Array] = []
        self._last: Array = np.zeros(())

    def forward(self, z: Array) -> Array:
        """Return tanh(z)."""
        self._last = np.asarray(np.tanh(z))
        return self._last

    def backward(self, dout: Array) -> Array:
        """Answer for the last forward pass."""
        return np.asarray(dout * (1 - self._last**2))

    def derivative(self, z: Array) -> Array:
        """Return the derivative at z."""
        return tanh_slope(z)

    __call__ = fn = f = func = activate = forward
    grad = gradient = prime = deriv = df = derivative
