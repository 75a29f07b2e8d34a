"""Compare a tensor entry by entry, stepping together what shares no output."""

import numpy as np

from gradcheck.compare import Scale, judge
from gradcheck.model import Array, Comparison, Estimate, Floats, Index, Point, Rung
from gradcheck.numerics import Colouring

from .exam import Exam
from .kinks import widened
from .settling import Claimed, settle


class Sheet:
    """Estimates of a tensor's entries, filled in group by group."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.value = np.full(shape, np.nan)
        self.error = np.full(shape, np.inf)
        self.point: Array = np.full(shape, Point.SMOOTH, dtype=np.int64)
        self.left = np.full(shape, np.nan)
        self.right = np.full(shape, np.nan)
        self.distance = np.full(shape, np.nan)
        self.rungs: tuple[Rung, ...] = ()
        self.noise = 0.0

    def fill(self, index: Index, estimate: Estimate) -> None:
        """Write a group's estimates into their places."""
        for field in ("value", "error", "point", "left", "right"):
            array = getattr(self, field)
            array[index] = getattr(estimate, field).reshape(array[index].shape)
        if estimate.distance is not None:
            self.distance[index] = estimate.distance.reshape(self.distance[index].shape)
        self.rungs = estimate.rungs or self.rungs
        self.noise = max(self.noise, estimate.noise)

    def estimate(self, calls: int) -> Estimate:
        """Return the whole tensor's estimate."""
        return Estimate(
            value=self.value,
            error=self.error,
            point=self.point,
            left=self.left,
            right=self.right,
            calls=calls,
            method="ladder" if self.rungs else "look",
            noise=self.noise,
            distance=self.distance,
            rungs=self.rungs,
        )


def compare_entries(
    exam: Exam, colouring: Colouring, claimed: Floats, error: Floats
) -> Comparison:
    """Compare every entry of a tensor, a line for each group of the colouring."""
    scale = scale_of_claim(exam, claimed)
    sheet, before = Sheet(claimed.shape), exam.reference.calls
    for index in colouring.indices():
        sheet.fill(index, _group(exam, colouring, index, Claimed(claimed, error, scale)))
    estimate = sheet.estimate(exam.reference.calls - before)
    refined = _refined(scale, estimate.value)
    first = judge(colouring.name, claimed, estimate, error, refined)
    wider = widened(exam, first)
    if wider is estimate:
        return first
    return judge(colouring.name, claimed, wider, error, refined)


def _group(exam: Exam, colouring: Colouring, index: Index, claimed: Claimed) -> Estimate:
    probe = exam.reference.entries(colouring.name, index, colouring.weights)
    part = Claimed(
        np.atleast_1d(claimed.values[index]).reshape(-1),
        np.atleast_1d(claimed.error[index]).reshape(-1),
        claimed.scale,
    )
    return settle(exam, probe, part, thorough=True)


def scale_of_claim(exam: Exam, claimed: Floats) -> Scale:
    """Return what the entries of a claimed gradient are measured against."""
    norm = float(np.linalg.norm(claimed))
    return Scale(norm / max(1.0, float(np.sqrt(claimed.size))), norm, exam.unit)


def _refined(scale: Scale, reference: Floats) -> Scale:
    """Measure against the reference where it is smaller: one huge wrong entry hides nothing."""
    finite = reference[np.isfinite(reference)]
    norm = float(np.linalg.norm(finite))
    size = norm / max(1.0, float(np.sqrt(finite.size)))
    return Scale(min(scale.size, size) or scale.size or size, norm or scale.norm, scale.unit)
