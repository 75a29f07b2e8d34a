"""At a kink several entries share, the direction that moves them together can be smooth.

Each entry alone may claim any subgradient; along a direction in which the function is smooth
the claim must be equal to the slope. That catches a max that pays every tie in full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.compare import Scale, judge
from gradcheck.evidence import Claimed, Exam, settle
from gradcheck.model import Array, Comparison, Finding, Point, Verdict
from gradcheck.numerics import Direction, Line, difference

#: More kinked entries than this are not grouped; the first ones speak for the rest.
_MOST = 48
#: One-sided quotients at this step tell which outputs an entry's kink reaches.
_STEP = 2.0**-20
_APART = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class _Kinked:
    tensor: str
    index: tuple[int, ...]
    claimed: float
    reaches: frozenset[int]


def tie_findings(exam: Exam, comparisons: Sequence[Comparison]) -> list[Finding]:
    """Return a finding for every group of tied entries whose claims do not add up."""
    kinked = [entry for entry in _kinked(exam, comparisons) if entry.reaches]
    findings = []
    for group in _groups(kinked):
        for signs in _signs(len(group)):
            finding = _together(exam, group, signs)
            findings += [] if finding is None else [finding]
    return findings[:1]


def _kinked(exam: Exam, comparisons: Sequence[Comparison]) -> list[_Kinked]:
    entries = []
    for comparison in comparisons:
        if comparison.direction:
            continue
        for row in np.argwhere(comparison.reference.point == Point.KINK)[:_MOST]:
            index = tuple(int(i) for i in row)
            reaches = _reaches(exam, comparison.tensor, index)
            claimed = float(comparison.claimed[index])
            entries.append(_Kinked(comparison.tensor, index, claimed, reaches))
    return entries[:_MOST]


def _reaches(exam: Exam, tensor: str, index: tuple[int, ...]) -> frozenset[int]:
    """Return the output entries that have a kink in this entry."""
    reference = exam.reference
    x = reference.inputs[tensor]
    speed = {tensor: np.ones_like(x[index])}
    line = Line(reference.value, reference.inputs, Direction(speed, {tensor: index}))
    above = _flat(difference(line.at(_STEP), reference.centre))
    below = _flat(difference(reference.centre, line.at(-_STEP)))
    size = max(float(np.abs(above).max(initial=0.0)), float(np.abs(below).max(initial=0.0)))
    return frozenset(int(i) for i in np.flatnonzero(np.abs(above - below) > _APART * size))


def _flat(outputs: tuple[Array, ...]) -> Array:
    return np.concatenate([np.asarray(y).reshape(-1) for y in outputs])


def _groups(entries: Sequence[_Kinked]) -> list[list[_Kinked]]:
    """Return entries joined wherever their kinks reach a common output."""
    groups: list[tuple[set[int], list[_Kinked]]] = []
    for entry in entries:
        touching = [g for g in groups if g[0] & entry.reaches]
        reach = set(entry.reaches).union(*(g[0] for g in touching))
        members = [m for g in touching for m in g[1]] + [entry]
        groups = [g for g in groups if g not in touching] + [(reach, members)]
    return [members for _, members in groups if len(members) > 1]


def _signs(members: int) -> Iterator[tuple[float, ...]]:
    yield (1.0,) * members
    if members == 2:
        yield (1.0, -1.0)


def _together(exam: Exam, group: Sequence[_Kinked], signs: tuple[float, ...]) -> Finding | None:
    speed = {
        entry.tensor: np.zeros_like(exam.reference.inputs[entry.tensor]) for entry in group
    }
    for entry, sign in zip(group, signs, strict=True):
        speed[entry.tensor][entry.index] = sign
    terms = np.asarray([sign * e.claimed for e, sign in zip(group, signs, strict=True)])
    size = float(np.linalg.norm(terms)) or float(np.linalg.norm(exam.reference.upstream[0]))
    claimed = Claimed(np.asarray([terms.sum()]), np.zeros(1), Scale(size, size, exam.unit))
    estimate = settle(exam, exam.reference.directional(speed), claimed, thorough=True)
    comparison = judge("", claimed.values, estimate, claimed.error, claimed.scale)
    smooth = int(estimate.point[0]) in (Point.SMOOTH, Point.NEAR_KINK)
    if not smooth or comparison.verdict is not Verdict.FAIL:
        return None
    return _paid_in_full(exam, group, float(terms.sum()), comparison)


def _paid_in_full(
    exam: Exam, group: Sequence[_Kinked], total: float, comparison: Comparison
) -> Finding:
    first = group[0]
    value, error = comparison.reference.value[0], comparison.reference.error[0]
    places = ", ".join(f"{e.tensor}{list(e.index)}" for e in group[:4])
    return exam.finding(
        "mismatch",
        f"{len(group)} tied entries ({places}) claim {total:.6g} together; moved together the "
        f"function is smooth and its slope is {value:.6g} ± {error:.1g}",
        tensor=first.tensor,
        index=first.index,
        claimed=total,
        reference=float(value),
        error=float(error),
        pattern="tied entries",
        wrong=len(group),
        advice="give the gradient to one of the tied entries, or share it among them",
    )
