"""Spend on a reference only what the claim makes necessary."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.compare import (
    ALONE,
    EPS,
    FAIL,
    INCONCLUSIVE,
    NEARLY,
    PASS,
    RESOLUTION,
    Scale,
    agrees,
    closed,
    judge,
)
from gradcheck.model import Array, Comparison, Estimate, Floats, Point
from gradcheck.numerics import LOOKS, STAGES, Look, Probe, sharpened

from .exam import Exam

#: Of more components than this only those climb that no look has closed: the tables of a ladder
#: are a hundred times as large as its components.
_WIDE = 4096
#: One-sided quotients of a look (steps of 2**-12 or less) that lie further apart than this part
#: of the slope are those of a kink, or of a curvature above 60, which the ladder settles too.
_BENT = 2.0**-6


@dataclass(frozen=True, slots=True, eq=False)
class Claimed:
    """What a probe's components are compared with."""

    values: Floats
    """Claimed values, one a component."""
    error: Floats
    """Their round-off."""
    scale: Scale
    """What the numbers are measured against."""


def settle(exam: Exam, probe: Probe, claimed: Claimed, *, thorough: bool) -> Estimate:
    """Return an estimate that is good enough to judge the claim.

    The first look costs two forward calls, and others two or four each where kinks lie close;
    only a disagreement pays for the ladder, and only what stays unclear pays for its finest
    rungs and for sharper witnesses.

    Parameters
    ----------
    thorough
        Climb to the finest rungs before a disagreement is believed. Otherwise a disagreement at
        a smooth point, on which rungs 1000 times apart agree, is enough.
    """
    looks: list[Look] = []
    agreed = _look(exam, probe, claimed, looks)
    if agreed is not None:
        return agreed
    if claimed.values.size > _WIDE:
        return _narrowed(exam, probe, claimed, looks, thorough=thorough)
    return _climbed(exam, probe, claimed, thorough=thorough)


def _narrowed(
    exam: Exam, probe: Probe, claimed: Claimed, looks: Sequence[Look], *, thorough: bool
) -> Estimate:
    """Climb with the components that no look has closed, and close the others."""
    value, error, open_ = _closings(claimed, looks)
    whole = closed(claimed.values, Look(value, error))
    if np.all(open_):
        return _climbed(exam, probe, claimed, thorough=thorough)
    chosen = np.flatnonzero(open_)
    probe.narrow(chosen)
    part = Claimed(claimed.values[chosen], claimed.error[chosen], claimed.scale)
    found = _climbed(exam, probe, part, thorough=thorough, witnesses=False)
    return replace(
        found,
        value=_placed(whole.value, chosen, found.value),
        error=_placed(whole.error, chosen, found.error),
        point=_placed(whole.point, chosen, found.point),
        left=_placed(whole.left, chosen, found.left),
        right=_placed(whole.right, chosen, found.right),
        distance=None,
    )


def _closings(claimed: Claimed, looks: Sequence[Look]) -> tuple[Floats, Floats, Array]:
    """Return value and round-off of the look that closes each component, and the open ones."""
    value, error = looks[0].value.copy(), looks[0].roundoff.copy()
    open_ = np.ones(value.shape, dtype=bool)
    for look in looks:
        agreed = agrees(claimed.values, look, claimed.scale.size)
        agreed &= ~_bent(look, claimed.scale.size)
        for other in looks:
            agreed = agreed & ~_contradictions(claimed, look, other)
        closing = agreed & open_
        value[closing], error[closing] = look.value[closing], look.roundoff[closing]
        open_ &= ~agreed
    return value, error, open_


def _placed(whole: Array, chosen: Array, part: Array) -> Array:
    result = np.array(whole)
    result[chosen] = part
    return result


def _climbed(
    exam: Exam, probe: Probe, claimed: Claimed, *, thorough: bool, witnesses: bool = True
) -> Estimate:
    for last in range(len(STAGES)):
        exponents = tuple(e for stage in STAGES[: last + 1] for e in stage)
        estimate = probe.estimate(exponents, exam.names)
        if np.all(_decided(claimed, estimate, thorough=thorough) & _smooth(estimate)):
            return estimate
    return estimate if not witnesses else _witnessed(exam, probe, claimed, estimate)


def _witnessed(exam: Exam, probe: Probe, claimed: Claimed, estimate: Estimate) -> Estimate:
    """Ask sharper witnesses where the difference quotients leave a smooth point undecided."""
    if not _undecided(claimed, estimate):
        return estimate
    line, weights = probe.line, probe.weights
    sharp = sharpened(estimate, line, weights, exam.subject.analytic, unit=probe.unit)
    sharp = _believed(claimed, estimate, sharp)
    reference = exam.extended
    if not _undecided(claimed, sharp) or reference is None:
        return sharp
    exponents = tuple(e for stage in STAGES[:2] for e in stage)
    other = reference.like(probe).estimate(exponents, exam.names)
    return _believed(claimed, estimate, replace(other, method="extended precision"))


def _believed(claimed: Claimed, before: Estimate, after: Estimate) -> Estimate:
    """Return what a witness says, but where it alone objects and to no more than round-off."""
    alone = (_judge(claimed, after).verdicts == FAIL) & (
        _judge(claimed, before).verdicts != FAIL
    )
    alone &= np.abs(claimed.values - after.value) <= ALONE * EPS * claimed.scale.unit
    if not np.any(alone):
        return after
    fields = ("value", "error", "point", "left", "right")
    kept = {
        name: np.where(alone, getattr(before, name), getattr(after, name)) for name in fields
    }
    return replace(after, **kept)


def _undecided(claimed: Claimed, estimate: Estimate) -> bool:
    verdicts = _judge(claimed, estimate).verdicts
    return bool(np.any((verdicts == INCONCLUSIVE) & _smooth(estimate)))


def _smooth(estimate: Estimate) -> Array:
    return np.isin(estimate.point, (Point.SMOOTH, Point.NEAR_KINK))


def _decided(claimed: Claimed, estimate: Estimate, *, thorough: bool) -> Array:
    """Return which components need no further rungs: passed sharply, or proved wrong."""
    comparison = _judge(claimed, estimate)
    sharp = comparison.allowance <= RESOLUTION * claimed.scale.size
    passed = (comparison.verdicts == PASS) & sharp
    failed = np.logical_not(thorough) & (comparison.verdicts == FAIL)
    return np.asarray(passed | failed)


def _look(exam: Exam, probe: Probe, claimed: Claimed, seen: list[Look]) -> Estimate | None:
    """Return the estimate of a look that agrees; what served the last probe is tried first.

    A look that nearly agrees, but not to its own round-off, is either truncated or sees an
    error of that size: then the noise is measured before it is believed.
    """
    first, size = probe.reference.preferred_look, claimed.scale.size
    for i in (first, *(i for i in range(len(LOOKS)) if i != first)):
        look = probe.look(LOOKS[i])
        agreed = bool(np.all(agrees(claimed.values, look, size)))
        if not agreed and _near(claimed, look):
            look = probe.measured(LOOKS[i], exam.names)
            agreed = bool(np.all(agrees(claimed.values, look, size)))
        if agreed:
            if any(np.any(_contradictions(claimed, look, finer)) for finer in seen):
                return None
            if not probe.unit and np.any(_bent(look, size)):
                return None  # the middle of a kink agrees with a central difference
            probe.reference.preferred_look = i
            return closed(claimed.values, look)
        if any(_stable(claimed, look, other) for other in seen):
            return None
        seen.append(look)
    return None


def _bent(look: Look, size: float) -> Array:
    """Return where the quotients of both sides are too far apart for a smooth point."""
    if look.bend is None:
        return np.zeros(look.value.shape, dtype=bool)
    steep = np.maximum(np.abs(look.value), size)
    with np.errstate(invalid="ignore"):
        return np.asarray(look.bend > _BENT * steep + 2.0 * look.roundoff)


def _stable(claimed: Claimed, look: Look, other: Look) -> bool:
    """Whether two looks agree with each other to their round-off, and not with the claim.

    No truncation explains that: only the ladder can tell more.
    """
    fits = np.abs(other.value - look.value) <= other.roundoff + look.roundoff
    sizes = claimed.scale.size
    differ = [np.logical_not(agrees(claimed.values, one, sizes)) for one in (look, other)]
    return bool(np.any(fits & differ[0] & differ[1] & (look.roundoff <= NEARLY * sizes)))


def _contradictions(claimed: Claimed, look: Look, other: Look) -> Array:
    """Return where a look with less round-off fits the one that agrees, and not the claim.

    Then the round-off of the agreeing look may hide an error that the other one sees.
    """
    finer = other.roundoff < look.roundoff
    fits = np.abs(other.value - look.value) <= other.roundoff + look.roundoff
    differs = np.logical_not(agrees(claimed.values, other, claimed.scale.size))
    return np.asarray(finer & fits & differs)


def _near(claimed: Claimed, look: Look) -> bool:
    """Whether a look disagrees by so little that the noise decides."""
    apart = np.abs(claimed.values - look.value)
    return bool(np.all(apart <= NEARLY * claimed.scale.size))


def _judge(claimed: Claimed, estimate: Estimate) -> Comparison:
    return judge("", claimed.values, estimate, claimed.error, claimed.scale)
