"""Choose how a tensor is compared: entry by entry where cheap, else along directions."""

import numpy as np

from gradcheck.compare import claim_error
from gradcheck.model import Floats, Leaf, Point, Verdict
from gradcheck.numerics import Colouring, colour, dense

from .along import compare_along
from .entrywise import compare_entries
from .exam import Exam
from .examined import Examined

#: Entry by entry up to so many lines; more than that is left to random directions, unless these
#: cannot decide (a kink that many entries sit on).
CHEAP = 48
AFFORDABLE = 4096
#: Targets with more entries than this are networks: even their biases are left to directions.
LARGE = 4096


def compare_leaf(exam: Exam, leaf: Leaf, claimed: Floats) -> Examined:
    """Compare the claimed gradient of one leaf with its finite differences."""
    error = claim_error(claimed, _repeated(exam, leaf, claimed))
    if not claimed.size:
        nothing = compare_entries(exam, dense(exam.reference, leaf.name), claimed, error)
        return Examined(nothing, "empty", claimed.shape)
    groups = colour(exam.reference, leaf.name, exam.generator(f"colour {leaf.name}"))
    entries = sum(int(np.prod(x.shape)) for x in exam.case.differentiable)
    if groups.groups <= (CHEAP if entries <= LARGE else 1):
        return _entries(exam, groups, claimed, error)
    along = compare_along(exam, leaf.name, claimed, error)
    if along.verdict is Verdict.PASS or groups.groups > AFFORDABLE:
        return Examined(along, "directional", claimed.shape)
    return _entries(exam, groups, claimed, error)


def _repeated(exam: Exam, leaf: Leaf, claimed: Floats) -> Floats:
    """Return the gradient once more, computed with a third of three times the upstream."""
    again = exam.tripled.get(leaf.name)
    return claimed if again is None else again


def _entries(exam: Exam, groups: Colouring, claimed: Floats, error: Floats) -> Examined:
    """Compare entry by entry, and confirm a colouring that steps several entries together."""
    comparison = compare_entries(exam, groups, claimed, error)
    together = groups.groups < claimed.size
    if not together or not np.all(comparison.reference.point == Point.SMOOTH):
        return Examined(comparison, "coloured" if together else "dense", claimed.shape)
    confirmed = compare_along(exam, groups.name, claimed, error, directions=1)
    if (confirmed.verdict is Verdict.PASS) == (comparison.verdict is Verdict.PASS):
        return Examined(comparison, "coloured", claimed.shape)
    alone = dense(exam.reference, groups.name)  # the pattern was wrong: step every entry alone
    return Examined(compare_entries(exam, alone, claimed, error), "dense", claimed.shape)
