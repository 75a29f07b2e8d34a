"""Nodes of the computational graph: the smallest layers, one operation each.

The backward passes are the local derivatives of the chain rule as in Rumelhart, Hinton and
Williams, "Learning representations by back-propagating errors" (1986), and Goodfellow et al.,
Deep Learning, ch. 6.5.
"""

import numpy as np

from nn.arrays import Array, Shape, as_float, broadcast_shape, unbroadcast
from nn.layers.layer import Layer


class Add(Layer):
    """y = a + b for any mutually broadcastable shapes; da and db are dout, summed back.

    (Goodfellow et al., Deep Learning, 6.5.)
    """

    _shapes: tuple[Shape, Shape]

    def forward(self, a: Array, b: Array) -> Array:
        """Return a + b; ValueError where the shapes do not broadcast."""
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        self._shapes = a.shape, b.shape
        return self._output(a + b)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        a_shape, b_shape = self._shapes
        return unbroadcast(dout, a_shape), unbroadcast(dout, b_shape)


class Multiply(Layer):
    """y = a * b for any mutually broadcastable shapes; da = dout * b, db = dout * a.

    (Goodfellow et al., Deep Learning, 6.5.)
    """

    _operands: tuple[Array, Array]

    def forward(self, a: Array, b: Array) -> Array:
        """Return a * b; ValueError where the shapes do not broadcast."""
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        self._operands = a, b
        return self._output(a * b)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        a, b = self._operands
        return unbroadcast(dout * b, a.shape), unbroadcast(dout * a, b.shape)


class Negate(Layer):
    """y = -x, so dx = -dout (Goodfellow et al., Deep Learning, 6.5)."""

    def forward(self, x: Array) -> Array:
        """Return -x."""
        return self._output(-as_float(x))

    def backward(self, dout: Array) -> Array:
        """Return -dout."""
        return -self._upstream(dout)


class Exp(Layer):
    """y = exp(x), so dx = dout * y (Goodfellow et al., Deep Learning, 6.5)."""

    _y: Array

    def forward(self, x: Array) -> Array:
        """Return exp(x)."""
        y = np.exp(as_float(x))
        self._y = y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return dout * exp(x)."""
        return self._upstream(dout) * self._y


class PlusOne(Layer):
    """y = 1 + x, so dx = dout (Goodfellow et al., Deep Learning, 6.5)."""

    def forward(self, x: Array) -> Array:
        """Return 1 + x."""
        return self._output(1 + as_float(x))

    def backward(self, dout: Array) -> Array:
        """Return a copy of dout."""
        return self._upstream(dout).copy()


class Reciprocal(Layer):
    """y = 1 / x, so dx = -dout * y**2 (Goodfellow et al., Deep Learning, 6.5)."""

    _y: Array

    def forward(self, x: Array) -> Array:
        """Return 1 / x."""
        y: Array = 1 / as_float(x)
        self._y = y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return -dout / x**2."""
        dx: Array = -self._upstream(dout) * self._y**2
        return dx
