"""Compare a single entry of a tensor, however large the tensor is."""

import numpy as np

from gradcheck.compare import EPS, claim_error, judge
from gradcheck.model import Comparison, Floats
from gradcheck.numerics import Weights

from .entrywise import scale_of_claim
from .exam import Exam
from .settling import Claimed, settle


def compare_entry(exam: Exam, name: str, claimed: Floats, index: tuple[int, ...]) -> Comparison:
    """Return the comparison of one entry, as an array of the shape ``()``."""
    scale = scale_of_claim(exam, claimed)
    error = np.asarray(claim_error(claimed, claimed, EPS)[index])
    axes: list[tuple[int, ...]] = [() for _ in exam.reference.centre]
    weights = Weights(exam.reference.upstream, axes, ())
    probe = exam.reference.entries(name, index, weights)
    value = np.asarray(claimed[index])
    part = Claimed(value.reshape(1), error.reshape(1), scale)
    estimate = settle(exam, probe, part, thorough=True)
    return judge(name, part.values, estimate, part.error, scale)
