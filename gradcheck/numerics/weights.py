"""Weigh differences of outputs by the upstream gradient, without losing an offset's digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Array, Floats, Outputs

from .blocks import flat, runs, scratch


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
            return np.asarray([sum(float(np.dot(*flat(v, y))) for v, y in parts)])
        return self._kept(
            tuple(np.asarray(v * y) for v, y in zip(self.upstream, outputs, strict=True))
        )

    def floor(self, outputs: Outputs) -> Floats:
        """Return the round-off of storing `outputs`, one standard deviation, flat.

        Each stored value is off by at most half a unit in the last place, independently, so the
        weighted sum is off by eps / 2 times the root of the sum of squares.
        """
        if self.axes is None:
            return np.asarray([_half_ulp(outputs) * self.norm(outputs)])
        squares = tuple(np.asarray(v * y) for v, y in zip(self.upstream, outputs, strict=True))
        for product in squares:
            np.square(product, out=product)
        return np.asarray(_half_ulp(outputs) * np.sqrt(self._kept(squares)))

    def norm(self, outputs: Outputs) -> float:
        """Return the norm of the weighted outputs, all together."""
        parts = zip(self.upstream, outputs, strict=True)
        return float(np.sqrt(sum(_square_norm(*flat(v, y)) for v, y in parts)))

    def rung(
        self, above: Outputs, below: Outputs, centre: Outputs
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return what one rung tells, flat: sums of three differences, and their round-off.

        The differences are ``above - below``, ``above - centre`` and ``centre - below``; the
        round-off is that of storing the outputs, the larger one of both ends.
        """
        if self.axes is None:
            parts = zip(self.upstream, above, below, centre, strict=True)
            totals = np.sum([_differences(*flat(*part)) for part in parts], axis=0)
            both, plus, minus, high, low = totals.astype(np.float64).reshape(5, 1)
            floor = (_half_ulp(above) * np.sqrt(high), _half_ulp(below) * np.sqrt(low))
            return both, plus, minus, np.fmax(*floor)
        if len(self.upstream) == 1 and _in_order(self.upstream[0], self.axes[0]):
            return _entries(self.upstream[0], above[0], below[0], centre[0])
        return (
            self.sum(difference(above, below)),
            self.sum(difference(above, centre)),
            self.sum(difference(centre, below)),
            np.fmax(self.floor(above), self.floor(below)),
        )

    def _kept(self, products: Outputs) -> Floats:
        assert self.axes is not None  # both callers asked
        first, *others = map(_reduce, products, self.axes)
        total = sum(others, first)  # one output is the rule: nothing is added, nor copied
        return np.asarray(total, dtype=np.float64).reshape(-1)


def _half_ulp(outputs: Outputs) -> float:
    """Half the relative spacing of the outputs, float64's where they are wider than it is."""
    kinds = [y.dtype for y in outputs if y.dtype.kind == "f"] or [np.dtype(np.float64)]
    return max(float(np.finfo(dtype).eps) for dtype in kinds) / 2


def _square_norm(weights: Array, outputs: Array) -> float:
    """Return the sum of the squared products of flat arrays."""
    product, total = scratch(weights, outputs), 0.0
    for v, y in runs(weights, outputs):
        term = np.multiply(v, y, out=product[: v.size])
        total = total + np.dot(term, term)
    return float(total)


def _differences(weights: Array, above: Array, below: Array, centre: Array) -> Array:
    """Return weighted sums of the three differences and of both ends' squares, run by run."""
    change = scratch(weights, above, below, centre)
    totals = np.zeros(5, dtype=change.dtype)
    for v, a, b, c in runs(weights, above, below, centre):
        room = change[: v.size]
        totals += (
            np.dot(v, np.subtract(a, b, out=room)),
            np.dot(v, np.subtract(a, c, out=room)),
            np.dot(v, np.subtract(c, b, out=room)),
            np.dot(np.multiply(v, a, out=room), room),
            np.dot(np.multiply(v, b, out=room), room),
        )
    return totals


def _in_order(v: Array, axes: tuple[int, ...]) -> bool:
    """Return whether every output entry is a component of its own, in the outputs' order."""
    return v.dtype == np.float64 and axes == tuple(range(v.ndim)) and v.flags.c_contiguous


def _entries(
    weights: Array, above: Array, below: Array, centre: Array
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the three weighted differences and the round-off of every entry, run by run.

    The root of a square is the size itself, so no square need be taken of a single entry.
    """
    both, plus, minus, floor = np.empty((4, weights.size))
    ulps = _half_ulp((above,)), _half_ulp((below,))
    room = scratch(floor)
    flats = flat(weights, above, below, centre)
    for v, a, b, c, *sums, least in runs(*flats, both, plus, minus, floor):
        for total, (first, second) in zip(sums, ((a, b), (a, c), (c, b)), strict=True):
            np.multiply(v, np.subtract(first, second, out=total), out=total)
        other = room[: v.size]
        for size, stored, ulp in ((least, a, ulps[0]), (other, b, ulps[1])):
            np.abs(np.multiply(v, stored, out=size), out=size)
            size *= ulp
        np.fmax(least, other, out=least)
    return both, plus, minus, floor


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
