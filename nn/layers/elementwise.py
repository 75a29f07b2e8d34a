"""What layers that act on each entry alone have in common."""

from abc import ABC, abstractmethod

from nn.arrays import Array, as_float
from nn.layers.layer import Layer


class Elementwise(Layer, ABC):
    """y = f(x) entry by entry, so dx = dout * f'(x); input of any shape."""

    _slope: Array

    def forward(self, x: Array) -> Array:
        """Return f(x) in the shape of x."""
        y, self._slope = self._evaluate(as_float(x))
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return dout * f'(x)."""
        dx: Array = self._upstream(dout) * self._slope
        return dx

    @abstractmethod
    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        """(f(x), f'(x)), two arrays that share no memory with x or with each other."""
