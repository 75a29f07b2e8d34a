"""Find the output through which a single gradient entry goes wrong: the row of the Jacobian.

The disagreement of an entry is a sum over the outputs, each weighted by its upstream gradient.
Where one output alone is behind it, the disagreement grows as the weight of that output does.
So weights that spell the number of each output, a digit of base eight at a time, let the
disagreement spell the number of the one that is wrong; random weights confirm it.
"""

from dataclasses import dataclass

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.model import Floats, Outputs, UpstreamUse
from gradcheck.numerics import difference

#: Two differences, extrapolated once: truncation of h**4 and round-off of 4096 eps.
_STEPS = (2.0**-10, 2.0**-12)
_BASE = 8
#: A digit is read where the growth points to it so closely: one part in eighty of the
#: disagreement, which a verdict of "proved to differ" knows far better.
_NEAR = 0.1


def output_of(
    exam: Exam, name: str, index: tuple[int, ...]
) -> tuple[int, tuple[int, ...]] | None:
    """Return position and index of the one output behind a wrong entry, None if several are.

    Costs five forward calls and one more for each factor of eight in the number of outputs.
    """
    upstream = exam.reference.upstream
    count = sum(v.size for v in upstream)
    if count < 2 or exam.case.facts.upstream is not UpstreamUse.HONOURED:
        return None
    search = _Search(exam, name, index, _column(exam, name, index))
    plain, places, place = search.apart(np.ones(count)), np.arange(count), 0
    for power in range(_digits(count)):
        digits = (places // _BASE**power) % _BASE
        digit = _BASE * (_growth(search.apart(1.0 + digits / _BASE), plain) - 1.0)
        if not abs(digit - np.rint(digit)) <= _NEAR or not 0 <= np.rint(digit) < _BASE:
            return None
        place += int(np.rint(digit)) * _BASE**power
    weights = exam.generator("outputs").uniform(1.0, 2.0, count)
    grown = _growth(search.apart(weights), plain)
    confirmed = place < count and abs(grown - weights[place]) <= _NEAR / _BASE
    return _unflat(upstream, place) if confirmed else None


def _digits(count: int) -> int:
    """Return how many digits of base `_BASE` write the numbers below `count`."""
    return len(np.base_repr(count - 1, _BASE))


def _growth(weighted: float, plain: float) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.float64(weighted) / plain)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One wrong entry, with the derivative of every output by it."""

    exam: Exam
    name: str
    index: tuple[int, ...]
    column: Floats

    def apart(self, weights: Floats) -> float:
        """Return claimed minus reference entry for a weighted upstream gradient."""
        inputs, known = self.exam.case.inputs, bool(np.all(weights == 1.0))
        upstream = _weighed(self.exam.case.upstream, weights)
        claim = self.exam.claim if known else self.exam.subject.claim(inputs, upstream)
        gradient = claim.gradients[self.name]
        assert gradient is not None  # it was found wrong
        value = np.asarray(gradient, dtype=np.float64).reshape(inputs[self.name].shape)
        return float(value[self.index] - np.vdot(_flat(upstream), self.column))


def _column(exam: Exam, name: str, index: tuple[int, ...]) -> Floats:
    """Return the derivative of every output by one entry."""
    line = exam.reference.entry(name, index)
    coarse, fine = (_flat(difference(line.at(h), line.at(-h))) / (2.0 * h) for h in _STEPS)
    ratio = (_STEPS[0] / _STEPS[1]) ** 2
    return fine + (fine - coarse) / (ratio - 1.0)


def _weighed(upstream: Outputs, weights: Floats) -> Outputs:
    parts = np.split(weights, np.cumsum([v.size for v in upstream])[:-1])
    return tuple(
        np.asarray(v * w.reshape(v.shape), dtype=v.dtype)
        for v, w in zip(upstream, parts, strict=True)
    )


def _flat(outputs: Outputs) -> Floats:
    return np.concatenate([np.asarray(y, dtype=np.float64).reshape(-1) for y in outputs])


def _unflat(outputs: Outputs, place: int) -> tuple[int, tuple[int, ...]]:
    for position, y in enumerate(outputs):
        if place < y.size:
            return position, tuple(int(i) for i in np.unravel_index(place, y.shape))
        place -= y.size
    raise AssertionError("a place within the outputs")  # pragma: no cover
