"""Corner wrong entries by group testing: halve what fails, axis by axis.

Directional derivatives are additive over disjoint groups of entries, so testing one half tells
of the other: one wrong slice among n costs log2(n) differences of two forward calls each.
"""

from dataclasses import dataclass

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.model import Floats
from gradcheck.numerics import Look

from .wrong import Wrong

#: More wrong slices along an axis than this are not told apart: the axis is wrong as a whole.
_MANY = 6
#: A group is wrong where its disagreement is at least this part of the whole one. A single
#: error keeps all of it; the many of one row cancel under random signs, and one row in twenty
#: keeps less than a fiftieth.
_PART = 1e-3
#: Steps that are tried: long ones have little round-off, short ones little truncation and few
#: kinks. The one at which the disagreement is steadiest is used throughout.
_STEPS = (10, 14, 18, 22, 26)
_STEADY = 0.1
#: Truncation and round-off of two differences add up in a half that was never measured.
_MARGIN = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One tensor's claim along one direction, with a step that shows the disagreement."""

    exam: Exam
    name: str
    claimed: Floats
    speed: Floats
    exponent: int
    whole: float
    error: float

    def apart(self, keep: Floats) -> float:
        """Return claimed minus measured derivative along the kept part of the direction."""
        speed = self.speed * keep
        look = _look(self.exam, self.name, speed, self.exponent)
        return float((self.claimed * speed).sum() - look.value[0])


def corner(exam: Exam, name: str, claimed: Floats, disagreement: float) -> Wrong | None:
    """Return where the claimed gradient of an input is wrong, None if that cannot be cornered.

    Parameters
    ----------
    disagreement
        Claimed minus reference along a random direction, as far as it was proved; where a new
        direction at no step shows one of that order, nothing is cornered.
    """
    search = _start(exam, name, claimed, abs(disagreement))
    if search is None:
        return None
    slices = tuple(_along(search, axis) for axis in range(claimed.ndim))
    return Wrong(claimed.shape, slices)


def _start(exam: Exam, name: str, claimed: Floats, disagreement: float) -> _Search | None:
    speed = exam.reference.draw_direction(name)
    total = float((claimed * speed).sum())
    looks = [(e, _look(exam, name, speed, e)) for e in _STEPS]
    apart = [total - float(look.value[0]) for _, look in looks]
    errors = [
        abs(whole - finer) + float(look.roundoff[0])
        for whole, finer, (_, look) in zip(apart, apart[1:], looks, strict=False)
    ]
    best = int(np.argmin(errors))
    whole, error = apart[best], errors[best]
    if not abs(whole) > max(error / _STEADY, 1e-3 * disagreement):
        return None
    return _Search(exam, name, claimed, speed, _STEPS[best], whole, error)


def _look(exam: Exam, name: str, speed: Floats, exponent: int) -> Look:
    return exam.reference.directional({name: speed}).look((exponent,))


def _along(search: _Search, axis: int) -> tuple[int, ...]:
    """Return the slices along an axis that hold errors; all of them where there are many."""
    length = search.claimed.shape[axis]
    groups = [(range(length), search.whole)]
    while any(len(group) > 1 for group, _ in groups):
        groups = [half for group in groups for half in _halved(search, axis, *group)]
        if len(groups) > _MANY:
            return tuple(range(length))
    return tuple(group[0] for group, _ in groups)


def _halved(
    search: _Search, axis: int, group: range, apart: float
) -> list[tuple[range, float]]:
    if len(group) == 1:
        return [(group, apart)]
    middle = group.start + len(group) // 2
    left, right = range(group.start, middle), range(middle, group.stop)
    here = search.apart(_kept(search.claimed.shape, axis, left))
    threshold = max(_PART * abs(search.whole), _MARGIN * search.error)
    halves = [(left, here), (right, apart - here)]
    return [(half, value) for half, value in halves if abs(value) > threshold]


def _kept(shape: tuple[int, ...], axis: int, group: range) -> Floats:
    keep = np.zeros((1,) * axis + (shape[axis],) + (1,) * (len(shape) - axis - 1))
    keep[(0,) * axis + (slice(group.start, group.stop),)] = 1.0
    return keep
