"""Numbers that are the same but for round-off, and how they are quoted."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from gradcheck.model import Array, Floats, Leaf, Outputs

#: Difference quotients are good to nine digits or so; causes differ by far more than this.
TOLERANCE = 1e-6


def same(first: Floats, second: Floats, tolerance: float = TOLERANCE) -> bool:
    """Return whether two arrays agree to the tolerance, relative to their largest entry."""
    if first.shape != second.shape:
        return False
    size = max(float(np.abs(first).max(initial=0.0)), float(np.abs(second).max(initial=0.0)))
    return bool(np.all(np.abs(first - second) <= tolerance * size))


def close(claimed: Floats, reference: Floats, tolerance: float = TOLERANCE) -> Array:
    """Return which entries agree to the tolerance, relative to the largest reference entry."""
    size = float(np.abs(reference).max(initial=0.0))
    return np.asarray(np.abs(claimed - reference) <= tolerance * size)


def is_zero(values: Floats, beside: Floats, tolerance: float = TOLERANCE) -> bool:
    """Return whether all values vanish beside the largest entry of another array."""
    return bool(np.all(np.abs(values) <= tolerance * np.abs(beside).max(initial=0.0)))


def factor(claimed: Floats, reference: Floats) -> float | None:
    """Return c where claimed = c * reference, None where no factor fits or all is zero."""
    square = float(np.vdot(reference, reference))
    if square == 0.0:
        return None
    c = float(np.vdot(claimed, reference)) / square
    return c if c != 0.0 and same(claimed, c * reference) else None


def quantities(leaves: tuple[Leaf, ...], outputs: Outputs) -> Mapping[str, float]:
    """Return numbers by which gradients are wrongly scaled, by the name to quote.

    Axis sizes of the inputs and outputs, products of two, their squares, all entries, two.
    """
    named: dict[str, float] = {}
    for name, size in _sizes(leaves, outputs):
        named.setdefault(name, size)
    axes = {k: v for k, v in named.items() if v > 1}
    for (a, p), (b, q) in combinations(axes.items(), 2):
        named.setdefault(f"{a} * {b}", p * q)
    named.update({f"({name})^2": size**2 for name, size in axes.items()})
    named["2"] = 2.0
    return {name: size for name, size in named.items() if size > 1}


def _sizes(leaves: tuple[Leaf, ...], outputs: Outputs) -> Iterator[tuple[str, float]]:
    for leaf in leaves:
        for axis, n in enumerate(leaf.shape):
            batch = leaf.batch_axis == axis
            yield ("the batch size" if batch else f"{leaf.name}.shape[{axis}]"), float(n)
    for leaf in leaves:
        yield f"{leaf.name}.size", float(np.prod(leaf.shape))
    for i, y in enumerate(outputs):
        for axis, n in enumerate(y.shape):
            yield f"out{i}.shape[{axis}]", float(n)
        yield f"out{i}.size", float(y.size)
