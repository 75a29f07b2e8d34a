"""Weigh differences of outputs by the upstream gradient, without losing an offset's digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Array, Floats, Outputs


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Linear maps from output differences to `size` components.

    Every output is first multiplied by its upstream gradient. Where `axes` is None all products
    are added to one number (a vector-Jacobian product along a direction). Otherwise ``axes[o]``
    names, for output o, the axes that stay: the component of a coordinate is the sum over the
    outputs that this coordinate touches.
    """

    upstream: Outputs
    """One array for each output."""
    axes: Sequence[tuple[int, ...]] | None = None
    """Axes kept of each output, in the order of the input axes they belong to."""
    shape: tuple[int, ...] = (1,)
    """Shape of the components."""

    def sum(self, outputs: Outputs) -> Floats:
        """Return the weighted sums, flat."""
        if self.axes is None:
            parts = zip(self.upstream, outputs, strict=True)
            return np.asarray([sum(float(np.vdot(v, y)) for v, y in parts)])
        return self._kept(
            tuple(np.asarray(v * y) for v, y in zip(self.upstream, outputs, strict=True))
        )

    def floor(self, outputs: Outputs) -> Floats:
        """Return the round-off of storing `outputs`, one standard deviation, flat.

        Each stored value is off by at most half a unit in the last place, independently, so the
        weighted sum is off by eps / 2 times the root of the sum of squares.
        """
        if self.axes is None:
            total = sum(_square_norm(v, y) for v, y in zip(self.upstream, outputs, strict=True))
            return np.asarray([_half_ulp(outputs) * np.sqrt(total)])
        squares = tuple(np.asarray(v * y) for v, y in zip(self.upstream, outputs, strict=True))
        for product in squares:
            np.square(product, out=product)
        return np.asarray(_half_ulp(outputs) * np.sqrt(self._kept(squares)))

    def _kept(self, products: Outputs) -> Floats:
        assert self.axes is not None  # both callers asked
        first, *others = map(_reduce, products, self.axes)
        total = sum(others, first)  # one output is the rule: nothing is added, nor copied
        return np.asarray(total, dtype=np.float64).reshape(-1)


def _half_ulp(outputs: Outputs) -> float:
    """Half the relative spacing of the outputs, float64's where they are wider than it is."""
    kinds = [y.dtype for y in outputs if y.dtype.kind == "f"] or [np.dtype(np.float64)]
    return max(float(np.finfo(dtype).eps) for dtype in kinds) / 2


def _square_norm(v: Array, y: Array) -> float:
    product = (v * y).reshape(-1)
    return float(np.vdot(product, product))


def _reduce(product: Array, axes: tuple[int, ...]) -> Array:
    others = tuple(axis for axis in range(product.ndim) if axis not in axes)
    if not others and axes == tuple(range(product.ndim)):
        return product
    kept = [axis for axis in range(product.ndim) if axis in axes]
    order = [kept.index(axis) for axis in axes]
    return np.transpose(np.asarray(product.sum(axis=others)), order)


def difference(first: Outputs, second: Outputs) -> Outputs:
    """Return ``first - second``, output by output: a constant offset cancels exactly."""
    with np.errstate(invalid="ignore", over="ignore"):
        return tuple(a - b for a, b in zip(first, second, strict=True))
