"""Compare a whole tensor along random directions: every entry in a few forward calls."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradcheck.compare import CLOSED, Scale, judge
from gradcheck.model import Comparison, Estimate, Floats, Point, Verdict
from gradcheck.numerics import Projection

from .exam import Exam
from .settling import Claimed, settle

#: Two directions: what cancels in one by chance does not cancel in the other.
DIRECTIONS = 2

#: A claimed gradient with its round-off.
Claim = tuple[Floats, Floats]
Row = tuple[Floats, Floats, Estimate, float]


def compare_along(
    exam: Exam, name: str, claimed: Floats, error: Floats, *, directions: int = DIRECTIONS
) -> Comparison:
    """Compare the claimed gradient of one input along random directions.

    Every speed is at least the scale of its entry, which is at least 1: an error in a single
    entry shows in full, so the resolution in one entry is that of the directional derivative.
    """
    return compare_together(exam, {name: (claimed, error)}, name=name, directions=directions)


def compare_together(
    exam: Exam, claims: Mapping[str, Claim], *, name: str, directions: int = DIRECTIONS
) -> Comparison:
    """Compare several inputs at once, along directions through all of them.

    The resolution is relative to the norm of all claims together.

    Parameters
    ----------
    claims
        The claimed gradient of each input, with its round-off.
    name
        What they are called as a whole.
    """
    rows = []
    for _ in range(directions):
        rows.append(_one(exam, claims))
        if _proved(exam, rows[-1]):
            break  # rungs a thousand times apart have confirmed it
    values, errors, estimates, sizes = zip(*rows, strict=True)
    norm = _length(np.linalg.norm(claimed) for claimed, _ in claims.values())
    scale = Scale(max(sizes), norm, exam.unit)
    return judge(
        name,
        np.concatenate(values),
        _joined(estimates),
        np.concatenate(errors),
        scale,
        direction=True,
    )


def _proved(exam: Exam, row: Row) -> bool:
    """Whether one direction alone proves the claim wrong, at a smooth point."""
    value, error, estimate, size = row
    if estimate.method == CLOSED:
        return False  # its error bar covers the claim
    comparison = judge("", value, estimate, error, Scale(size, size, exam.unit))
    smooth = int(estimate.point[0]) in (Point.SMOOTH, Point.NEAR_KINK)
    return smooth and comparison.verdict is Verdict.FAIL


def _one(exam: Exam, claims: Mapping[str, Claim]) -> Row:
    reference = exam.reference
    seen = {name: Projection() for name in claims}
    speed = {
        name: reference.draw_direction(name, *claim, each=seen[name].add)
        for name, claim in claims.items()
    }
    value = np.asarray([sum(part.value for part in seen.values())])
    size = _length(part.size for part in seen.values())
    spread = np.asarray([_length(part.spread for part in seen.values())])
    probe = reference.directional(speed)
    target = Claimed(value, spread, Scale(size, size, exam.unit))
    return value, spread, settle(exam, probe, target, thorough=False), size


def _length(parts: Iterable[Any]) -> float:
    """The norm of what consists of parts with these norms."""
    first, *rest = parts
    return float(np.linalg.norm([first, *rest]) if rest else first)


def _joined(estimates: tuple[Estimate, ...]) -> Estimate:
    worst = max(estimates, key=lambda e: float(np.nan_to_num(e.error, posinf=1e308).max()))
    return Estimate(
        value=np.concatenate([e.value for e in estimates]),
        error=np.concatenate([e.error for e in estimates]),
        point=np.concatenate([e.point for e in estimates]),
        left=np.concatenate([e.left for e in estimates]),
        right=np.concatenate([e.right for e in estimates]),
        calls=sum(e.calls for e in estimates),
        method=worst.method,
        noise=worst.noise,
        rungs=worst.rungs,
    )
