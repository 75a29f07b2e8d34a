"""How a comparison is put into words: what differs, what was covered, what was chosen."""

import numpy as np

from gradcheck.compare import EPS, PASS
from gradcheck.model import Array, Comparison, Point

from .examined import Examined


def mismatch(comparison: Comparison, index: tuple[int, ...]) -> str:
    """Return what was claimed and what is true, at one entry or along a direction."""
    reference = comparison.reference
    where = "along a random direction" if comparison.direction else f"at {list(index)}"
    true = f"{reference.value[index]:.10g} ± {reference.error[index]:.1g}"
    if Point(int(reference.point[index])) is Point.KINK:
        low, high = sorted((reference.left[index], reference.right[index]))
        true = f"any subgradient from {low:.6g} to {high:.6g}"
    return (
        f"the gradient of {comparison.tensor} {where} is claimed to be "
        f"{comparison.claimed[index]:.10g}; finite differences give {true}"
    )


def coverage(examined: Examined) -> str:
    """Return the smallest error that would have been seen, and what it cost to say so."""
    comparison, calls = examined.comparison, examined.calls
    price = f"{calls} forward call{'' if calls == 1 else 's'}"
    if not comparison.claimed.size:
        return f"{comparison.tensor}: {examined.strategy}; there is nothing to compare"
    least = max(comparison.resolution, EPS)  # no claim in float64 is known more finely
    return (
        f"{comparison.tensor}: {examined.strategy}; an error above {least:.0e} of the "
        f"gradient's norm in any single entry would have been seen; {price}"
    )


def kinks_told(comparison: Comparison) -> str:
    """Return which subgradient was claimed at the kinks that were met, empty without any."""
    reference = comparison.reference
    met = (reference.point == Point.KINK) & (comparison.verdicts == PASS)
    if comparison.direction or not np.any(met):
        return ""
    count, total = int(np.count_nonzero(met)), met.size
    return (
        f"{comparison.tensor}: {count} of {total} entries sit on a kink; "
        f"the subgradient chosen there is {_choice(comparison, met)}"
    )


def _choice(comparison: Comparison, met: Array) -> str:
    claimed, reference = comparison.claimed[met], comparison.reference
    left, right = reference.left[met], reference.right[met]
    options = {
        "zero": np.zeros_like(left),
        "the derivative from the left": left,
        "the derivative from the right": right,
        "the mean of both sides": (left + right) / 2,
    }
    for name, value in options.items():
        if np.all(np.abs(claimed - value) <= comparison.allowance[met]):
            return name
    return "not the same everywhere, and between the derivatives of both sides"
