"""Arithmetic of two operands; the sum and the product are in `nodes`.

Axes along which an operand was broadcast are summed back.
"""

import numpy as np

from nn.arrays import Array, Shape, as_float, broadcast_shape, unbroadcast
from nn.layers.layer import Layer


class Subtract(Layer):
    """y = a - b for any mutually broadcastable shapes; da = dout, db = -dout.

    (Olver et al., NIST Handbook of Mathematical Functions, 2010, 1.4.)
    """

    _shapes: tuple[Shape, Shape]

    def forward(self, a: Array, b: Array) -> Array:
        """Return a - b; ValueError where the shapes do not broadcast."""
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        self._shapes = a.shape, b.shape
        return self._output(a - b)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        a_shape, b_shape = self._shapes
        return unbroadcast(dout, a_shape), unbroadcast(-dout, b_shape)


class Divide(Layer):
    """y = a / b for any mutually broadcastable shapes; da = dout / b, db = -dout * y / b.

    Division by zero answers as NumPy does, with infinity or NaN (Olver et al., NIST Handbook of
    Mathematical Functions, 2010, 1.4).
    """

    _a_shape: Shape
    _b: Array
    _y: Array

    def forward(self, a: Array, b: Array) -> Array:
        """Return a / b; ValueError where the shapes do not broadcast."""
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        y = a / b
        self._a_shape, self._b, self._y = a.shape, b, y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        da = self._upstream(dout) / self._b
        return unbroadcast(da, self._a_shape), unbroadcast(-da * self._y, self._b.shape)


class Power(Layer):
    """y = a ** b for a >= 0 and any mutually broadcastable shapes.

    da = dout * b * a ** (b - 1) and db = dout * y * log(a), which tends to 0 as a tends to 0
    while b > 0.  A negative base is refused, since log(a) has no real value there (Olver et
    al., NIST Handbook of Mathematical Functions, 2010, 4.7).
    """

    _operands: tuple[Array, Array]
    _y: Array

    def forward(self, a: Array, b: Array) -> Array:
        """Return a ** b.

        Raises
        ------
        ValueError
            Where the shapes do not broadcast, and for a negative base.
        """
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        if np.any(a.real < 0):
            raise ValueError(
                f"Power.forward: {np.sum(a.real < 0)} of {a.size} bases are negative; the "
                "derivative for the exponent, y log(a), needs a >= 0"
            )
        y = a**b
        self._operands, self._y = (a, b), y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        a, b = self._operands
        log_a = np.log(np.where(a == 0, 1, a))
        # b = 0 makes the power constant in a, also at a = 0, where a ** -1 is infinite.
        slope = b * np.where(b == 0, 1, a) ** (b - 1)
        return unbroadcast(dout * slope, a.shape), unbroadcast(dout * self._y * log_a, b.shape)
