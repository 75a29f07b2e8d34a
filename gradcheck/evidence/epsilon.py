"""Tell a small constant inside the forward pass from a wrong gradient.

``log(y + 1e-7)`` with the textbook gradient ``(y - t) / N`` is proved to differ: by a part of
about 1e-7 / y, which changes from point to point and grows with the logits until the logarithm
is flat. That is a habit to be named, not a bug to be mended; a factor that is wrong by the same
part everywhere is one.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.cases import draw_inputs
from gradcheck.compare import FAIL
from gradcheck.errors import TargetError
from gradcheck.model import Case, Comparison, Floats, Leaf, Role, Verdict

from .exam import Exam
from .strategy import compare_leaf

#: A constant of 1e-7 beside a probability of 1e-3 changes the gradient by a part of 1e-4.
SMALL = 1e-4
#: The part differs by so many times between points if a constant is behind it.
_VARIES = 2.0
_POINTS = 4
#: A loss hands one upstream gradient to everything before it: where a constant spoils that, no
#: tensor is spared. One that agrees to this part of the disagreement speaks for a local error.
_SPARED = 0.1


def explained_by_epsilon(
    exam: Exam, leaf: Leaf, comparison: Comparison, others: Sequence[Comparison]
) -> str:
    """Return in words how a small constant in forward explains a mismatch, empty if not.

    Parameters
    ----------
    others
        Comparisons of all tensors of the case.
    """
    if not _is_loss(exam):
        return ""  # a constant inside a logarithm is a habit of losses
    part = _part(comparison)
    if 0.0 < part < SMALL and not _spared(part, others) and _varies(exam, leaf, part):
        return (
            f"the gradient of {leaf.name} differs from the forward pass by {part:.1g} of its "
            "size, by another part at every point: a small constant in the forward pass, as in "
            "log(y + 1e-7), is left out of the gradient"
        )
    if exam.case.flavour == "large" and _flat(comparison):
        return (
            "the loss is flat at this point (clipped, or a small constant inside a logarithm), "
            f"while the gradient of {leaf.name} is that of the loss without it"
        )
    return ""


def _part(comparison: Comparison) -> float:
    worst = float(comparison.excess.max(initial=0.0))
    return worst / comparison.scale if comparison.scale > 0 else float("inf")


def _spared(part: float, others: Sequence[Comparison]) -> bool:
    passed = [c for c in others if c.verdict is Verdict.PASS and c.norm > 0.0]
    return any(c.resolution < _SPARED * part for c in passed)


def _varies(exam: Exam, leaf: Leaf, part: float) -> bool:
    parts = [part, *(_part_at(exam, leaf, i) for i in range(_POINTS))]
    known = [p for p in parts if np.isfinite(p)]
    return max(known) < SMALL and max(known) > _VARIES * min(known)


def _part_at(exam: Exam, leaf: Leaf, number: int) -> float:
    """Return by which part the gradient is off at another point, NaN where that is unknown."""
    other = exam.of(_elsewhere(exam, number))
    try:
        claimed = other.gradient(leaf)
        if claimed is None or not np.all(np.isfinite(claimed)):
            return float("nan")
        return _part(compare_leaf(other, leaf, claimed).comparison)
    except TargetError:
        return float("nan")


def _elsewhere(exam: Exam, number: int) -> Case:
    rng = exam.generator(f"epsilon {number}")
    data = [x for x in exam.case.setting.leaves if x.role is Role.DATA and not x.frozen]
    inputs = {**exam.case.inputs, **draw_inputs(data, rng)}
    return replace(exam.case, inputs=inputs, id=f"{exam.case.id}-{number}")


def _is_loss(exam: Exam) -> bool:
    """A scalar output beside labels or targets."""
    scalar = all(y.size == 1 for y in exam.reference.centre)
    return scalar and any(not leaf.differentiable for leaf in exam.case.setting.leaves)


def _flat(comparison: Comparison) -> bool:
    failed: Floats = comparison.reference.value[comparison.verdicts == FAIL]
    return bool(np.all(np.abs(failed) <= SMALL * comparison.scale))
