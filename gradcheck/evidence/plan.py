"""Plan how a tensor is compared, from its size, its structure and the calls that are left."""

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from gradcheck.model import Leaf
from gradcheck.numerics import Colouring, colour, dense
from gradcheck.policy import Strategy

from .exam import Exam

#: Entry by entry up to so many lines; more than that is left to random directions, unless these
#: cannot decide (a kink that many entries sit on).
CHEAP = 48
AFFORDABLE = 4096
#: An error at a smooth point among more lines than this is cornered by halving directions.
CORNERED = 192
#: Targets with more entries than this are networks: even their biases are left to directions.
LARGE = 4096
#: Entries of a leaf that are kept side by side, a dozen numbers for each: beyond that a random
#: direction, which keeps one number, sees as much of a smooth layer.
WIDEST = 2**20
#: Forward calls that are expected of a line: two looks, where the claim is right.
LOOK_CALLS = 4


class Means(StrEnum):
    """How the entries of a tensor are reached."""

    DENSE = "dense"
    COLOURED = "coloured"
    DIRECTIONAL = "directional"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What will be done for one tensor, and what it is expected to cost."""

    means: Means
    """How its entries are reached."""
    colouring: Colouring
    """Groups of entries that are stepped together."""
    calls: int
    """Forward calls if the claim is right."""
    fallback: bool = False
    """Entries may be stepped one by one where directions cannot decide."""

    def __str__(self) -> str:
        name, groups = self.colouring.name, self.colouring.groups
        lines = "" if self.means is Means.DIRECTIONAL else f" in {groups} lines"
        return f"plan: {name} {self.means}{lines}, about {self.calls} forward calls"


def plan_leaf(exam: Exam, leaf: Leaf) -> Plan:
    """Plan the comparison of one leaf; probing it costs two forward calls an axis.

    It is spared where nothing that it could find would be used.
    """
    if 0 in leaf.shape:
        return Plan(Means.EMPTY, dense(exam.reference, leaf.name), 0)
    groups = _structure(exam, leaf)
    together = groups.groups < math.prod(leaf.shape)
    means = Means.COLOURED if together else Means.DENSE
    calls = LOOK_CALLS * (groups.groups + together)
    left = exam.calls_left
    if _entries_wanted(exam, leaf, groups.groups) and calls <= left:
        return Plan(means, groups, calls, fallback=True)
    affordable = groups.groups <= AFFORDABLE and calls <= left and not is_large(exam)
    return Plan(Means.DIRECTIONAL, groups, 2 * LOOK_CALLS, fallback=affordable)


def _structure(exam: Exam, leaf: Leaf) -> Colouring:
    probing = 2 * len(leaf.shape) + 2 * LOOK_CALLS
    if exam.calls_left < probing or not _pays(exam, leaf):
        return dense(exam.reference, leaf.name)
    return colour(exam.reference, leaf.name, exam.generator(f"colour {leaf.name}"))


def _pays(exam: Exam, leaf: Leaf) -> bool:
    """Return whether a pattern could decide how a leaf is compared.

    Of a large target only leaves whose entries all keep apart are compared entry by entry, and
    they cannot where an axis finds none of its length in an output.
    """
    if exam.policy.strategy is Strategy.ENTRIES or not is_large(exam):
        return True
    wanted = Counter(n for n in leaf.shape if n > 1)
    return all(wanted <= Counter(y.shape) for y in exam.reference.centre)


def _entries_wanted(exam: Exam, leaf: Leaf, groups: int) -> bool:
    if exam.policy.strategy is not Strategy.AUTO:
        return exam.policy.strategy is Strategy.ENTRIES
    if math.prod(leaf.shape) > WIDEST:
        return False
    return groups <= (1 if is_large(exam) else CHEAP)


def is_large(exam: Exam) -> bool:
    """Return whether a target has so many entries that each one is too dear to look at."""
    return sum(math.prod(x.shape) for x in exam.case.differentiable) > LARGE
