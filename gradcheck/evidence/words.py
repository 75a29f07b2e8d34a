"""How a mismatch is put into words."""

from gradcheck.model import Comparison, Point


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
