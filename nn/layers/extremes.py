"""The larger and the smaller of two operands."""

from abc import ABC, abstractmethod

import numpy as np

from nn.arrays import Array, Shape, as_float, broadcast_shape, unbroadcast
from nn.layers.layer import Layer


class _Choice(Layer, ABC):
    """Entry by entry one of two operands; at a tie each of them gets half of dout.

    The half is the subgradient in the middle, and treats the operands alike.
    """

    _shapes: tuple[Shape, Shape]
    _share: Array

    def forward(self, a: Array, b: Array) -> Array:
        """Return the chosen entries; ValueError where the shapes do not broadcast."""
        a, b = as_float(a), as_float(b)
        broadcast_shape(self, a, b)
        y = self._choose(a, b)
        self._shapes = a.shape, b.shape
        # 1 where a was chosen, 0 where b was, 1/2 where they are equal.
        self._share = ((a == y).astype(y.real.dtype) + (b != y)) / 2
        return self._output(y)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        da = dout * self._share
        a_shape, b_shape = self._shapes
        return unbroadcast(da, a_shape), unbroadcast(dout - da, b_shape)

    @staticmethod
    @abstractmethod
    def _choose(a: Array, b: Array) -> Array:
        """The chosen entries."""


class Maximum(_Choice):
    """y = max(a, b); dout goes to the larger operand, and in halves to equal ones.

    (Rockafellar, Convex Analysis, 1970, 23.)
    """

    @staticmethod
    def _choose(a: Array, b: Array) -> Array:
        y: Array = np.maximum(a, b)
        return y


class Minimum(_Choice):
    """y = min(a, b); dout goes to the smaller operand, and in halves to equal ones.

    It is -max(-a, -b), so its subgradients are those (Rockafellar, Convex Analysis, 1970, 23).
    """

    @staticmethod
    def _choose(a: Array, b: Array) -> Array:
        y: Array = np.minimum(a, b)
        return y
