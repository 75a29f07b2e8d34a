"""Spend on a reference only what the claim makes necessary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.compare import FAIL, PASS, Scale, agrees, closed, judge
from gradcheck.model import Comparison, Estimate, Floats, Point
from gradcheck.numerics import LOOKS, STAGES, Probe


@dataclass(frozen=True, slots=True, eq=False)
class Claimed:
    """What a probe's components are compared with."""

    values: Floats
    """Claimed values, one a component."""
    error: Floats
    """Their round-off."""
    scale: Scale
    """What the numbers are measured against."""


def settle(probe: Probe, claimed: Claimed, names: Sequence[str], *, thorough: bool) -> Estimate:
    """Return an estimate that is good enough to judge the claim.

    A look costs four forward calls, and two or four more where kinks lie close; only a
    disagreement pays for the ladder, and only what stays unclear pays for its finest rungs.

    Parameters
    ----------
    names
        The inputs that are differentiated, for the noise measurement.
    thorough
        Climb to the finest rungs before a disagreement is believed. Otherwise a disagreement at
        a smooth point, on which rungs 1000 times apart agree, is enough.
    """
    agreed = _look(probe, claimed)
    if agreed is not None:
        return agreed
    for last in range(len(STAGES)):
        exponents = tuple(e for stage in STAGES[: last + 1] for e in stage)
        estimate = probe.estimate(exponents, names)
        verdicts = _judge(claimed, estimate).verdicts
        smooth = np.isin(estimate.point, (Point.SMOOTH, Point.NEAR_KINK))
        wanted = (verdicts == PASS) | (np.logical_not(thorough) & (verdicts == FAIL))
        if np.all(smooth & wanted):
            break
    return estimate


def _look(probe: Probe, claimed: Claimed) -> Estimate | None:
    """Return the estimate of a look that agrees; what served the last probe is tried first."""
    first = probe.reference.preferred_look
    for i in (first, *(i for i in range(len(LOOKS)) if i != first)):
        look = probe.look(LOOKS[i])
        if np.all(agrees(claimed.values, look, claimed.scale.size)):
            probe.reference.preferred_look = i
            return closed(claimed.values, look)
    return None


def _judge(claimed: Claimed, estimate: Estimate) -> Comparison:
    return judge("", claimed.values, estimate, claimed.error, claimed.scale)
