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
from gradcheck.model import Array, Case, Comparison, Floats, Leaf, Role, Verdict

from .exam import Exam
from .strategy import compare_leaf

#: A constant of 1e-7 beside a probability of 1e-3 changes the gradient by a part of 1e-4.
SMALL = 1e-4
#: The part differs by so many times between points if a constant is behind it.
_VARIES = 2.0
#: A loss of a single example takes that many points now and then: the probability of its label
#: is within a factor of two of another one's about every second time.
_POINTS = 12
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
    """Look at other points until the part is seen to vary, or to be no small one."""
    known = [part]
    for number in range(_POINTS):
        other = _part_at(exam, leaf, number)
        if np.isfinite(other):
            known.append(other)
        if max(known) >= SMALL:
            return False
        if max(known) > _VARIES * min(known):
            return True
    return False


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
    data = [x for x in exam.case.setting.leaves if x.role is Role.DATA]
    drawn = draw_inputs([leaf for leaf in data if not leaf.frozen], rng)
    given = [leaf for leaf in data if leaf.frozen and leaf.differentiable]
    moved = {
        x.name: _moved(exam.case.inputs[x.name], rng, number).astype(x.dtype) for x in given
    }
    inputs = {**exam.case.inputs, **drawn, **moved}
    return replace(exam.case, inputs=inputs, id=f"{exam.case.id}-{number}")


def _moved(x: Array, rng: np.random.Generator, number: int) -> Array:
    """Return other data of the kind of `x`, of which no more is known than its values.

    Positive numbers stay positive and probabilities below one, every other time; numbers of
    both signs are taken for logits, whose constant shows more the larger they are.
    """
    if np.all(x >= 0) and number % 2 == 0:
        return np.asarray(x * rng.uniform(0.0625, 1.0 if np.all(x <= 1) else 4.0, x.shape))
    return np.asarray(x + rng.normal(0.0, 2.0, x.shape))


def _is_loss(exam: Exam) -> bool:
    """A scalar output beside labels or targets."""
    scalar = all(y.size == 1 for y in exam.reference.centre)
    return scalar and any(not leaf.differentiable for leaf in exam.case.setting.leaves)


def _flat(comparison: Comparison) -> bool:
    failed: Floats = comparison.reference.value[comparison.verdicts == FAIL]
    return bool(np.all(np.abs(failed) <= SMALL * comparison.scale))
