"""What reductions over axes have in common."""

from abc import ABC, abstractmethod

from nn.arrays import Array, Shape, as_float
from nn.axes import Axes, as_axes, count, kept
from nn.layers.layer import Layer


class Reduction(Layer, ABC):
    """One number in place of the entries along `axis`: one axis, several, or None for all.

    With `keepdims` the reduced axes stay with length 1.  dx is dout, repeated along the
    reduced axes, times the derivative of the result for each entry.

    Raises
    ------
    ValueError
        For axes that x does not have, and where there is nothing to reduce although the result
        has no value without an entry.
    """

    _needs_entries = True
    _x_shape: Shape
    _kept: Shape

    def __init__(self, axis: Axes = None, *, keepdims: bool = False) -> None:
        super().__init__()
        self.axis = axis
        self.keepdims = keepdims

    def forward(self, x: Array) -> Array:
        """Return the reduced array; a scalar where no axis is left."""
        x = as_float(x)
        axes = as_axes(self, self.axis, x)
        self._require_entries(x, axes)
        self._x_shape, self._kept = x.shape, kept(x.shape, axes)
        y = self._reduce(x, axes)
        left = tuple(n for i, n in enumerate(x.shape) if i not in axes)
        return self._output(y if self.keepdims else y.reshape(left))

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        return self._spread(self._upstream(dout).reshape(self._kept))

    def _require_entries(self, x: Array, axes: tuple[int, ...]) -> None:
        if self._needs_entries and count(x.shape, axes) < 1:
            raise ValueError(
                f"{type(self).__name__}.forward: x has shape {x.shape}, which leaves nothing "
                f"to reduce along axis={self.axis}; one entry or more is needed"
            )

    @abstractmethod
    def _reduce(self, x: Array, axes: tuple[int, ...]) -> Array:
        """The result, with the reduced axes kept; notes what `_spread` needs."""

    @abstractmethod
    def _spread(self, dout: Array) -> Array:
        """dx, from dout with the reduced axes kept."""
