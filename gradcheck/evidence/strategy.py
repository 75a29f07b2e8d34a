"""Compare one tensor by the means that were planned for it."""

import numpy as np

from gradcheck.compare import claim_error
from gradcheck.model import Comparison, Floats, Leaf, Point, Verdict
from gradcheck.numerics import Colouring, dense

from .along import compare_along
from .entry import compare_entry
from .entrywise import compare_entries
from .exam import Exam
from .examined import Examined
from .plan import AFFORDABLE, CORNERED, Means, Plan, plan_leaf


def compare_leaf(exam: Exam, leaf: Leaf, claimed: Floats) -> Examined:
    """Compare the claimed gradient of one leaf with its finite differences."""
    error = round_off(exam, leaf, claimed)
    plan = plan_leaf(exam, leaf)
    if plan.means is Means.EMPTY:
        comparison = compare_entries(exam, plan.colouring, claimed, error)
        return Examined(comparison, Means.EMPTY, claimed.shape, plan=str(plan))
    if plan.means is Means.DIRECTIONAL:
        along = compare_along(exam, leaf.name, claimed, error)
        kinked = bool(np.any(along.reference.point == Point.KINK))
        if along.verdict is not Verdict.PASS and kinked and not plan.fallback:
            return _beside(exam, leaf, along, str(plan))
        if along.verdict is Verdict.PASS or not plan.fallback or _cornerable(along, plan):
            return Examined(along, Means.DIRECTIONAL, claimed.shape, plan=str(plan))
    return _entries(exam, plan.colouring, claimed, error, str(plan))


def _cornerable(along: Comparison, plan: Plan) -> bool:
    """Whether group testing corners the error for less than looking at every entry."""
    smooth = np.isin(along.reference.point, (Point.SMOOTH, Point.NEAR_KINK))
    proved = along.verdict is Verdict.FAIL and bool(np.all(smooth))
    return proved and plan.colouring.groups > CORNERED


def _beside(exam: Exam, leaf: Leaf, along: Comparison, plan: str) -> Examined:
    """Compare a little to one side of a point that sits on many kinks.

    Along a random direction through several kinks even a valid subgradient lies outside the
    one-sided derivatives, so nothing can be proved at the point itself.
    """
    other = exam.beside
    claimed = other.gradient(leaf)
    if claimed is None or not np.all(np.isfinite(claimed)):
        return Examined(along, Means.DIRECTIONAL, leaf.shape, plan=plan)
    comparison = compare_along(other, leaf.name, claimed, round_off(other, leaf, claimed))
    note = f"{plan}; compared beside the point, which sits on kinks"
    return Examined(comparison, Means.DIRECTIONAL, leaf.shape, plan=note)


def round_off(exam: Exam, leaf: Leaf, claimed: Floats) -> Floats:
    """Return the claim's own round-off, measured by repeating it for 3 times the upstream."""
    again = exam.tripled.get(leaf.name)
    repeated = claimed if again is None else again
    return claim_error(claimed, repeated, exam.claim_eps, beside=exam.largest_claim)


def _entries(
    exam: Exam, groups: Colouring, claimed: Floats, error: Floats, plan: str
) -> Examined:
    """Compare entry by entry, and confirm a colouring that steps several entries together."""
    comparison = compare_entries(exam, groups, claimed, error)
    together = groups.groups < claimed.size
    smooth = bool(np.all(comparison.reference.point == Point.SMOOTH))
    if together and _leaks(exam, comparison):
        if claimed.size > AFFORDABLE:
            along = compare_along(exam, groups.name, claimed, error)
            return Examined(along, Means.DIRECTIONAL, claimed.shape, plan=plan)
        alone = dense(exam.reference, groups.name)
        comparison, together = compare_entries(exam, alone, claimed, error), False
    elif together and smooth:
        confirmed = compare_along(exam, groups.name, claimed, error, directions=1)
        if (confirmed.verdict is Verdict.PASS) != (comparison.verdict is Verdict.PASS):
            alone = dense(exam.reference, groups.name)  # the pattern was wrong
            comparison, together = compare_entries(exam, alone, claimed, error), False
    means = Means.COLOURED if together else Means.DENSE
    return Examined(comparison, means, claimed.shape, plan=plan)


def _leaks(exam: Exam, comparison: Comparison) -> bool:
    """Whether the worst entry is wrong among others and right alone: the groups interfere.

    A pattern is probed at two places of each axis. A saturated gate changes nothing to the last
    bit there, and a little or much elsewhere, so that a pattern can be too sparse.
    """
    if comparison.verdict is not Verdict.FAIL:
        return False
    alone = compare_entry(exam, comparison.tensor, comparison.claimed, comparison.worst or ())
    return alone.verdict is not Verdict.FAIL
