"""Contract on use: a network can learn through the layer."""

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.model import Domain, Leaf, Outputs, Role

from .record import Outcome, contract


def _moves_freely(exam: Exam) -> str:
    if exam.case.flavour != "generic":
        return "one generic point is enough"
    return "" if _free(exam) else "no input is free to move"


def _free(exam: Exam) -> list[Leaf]:
    return [
        leaf
        for leaf in exam.case.differentiable
        if leaf.role is Role.DATA
        and leaf.domain is Domain.REAL
        and not leaf.frozen
        and 0 not in leaf.shape
    ]


@contract("teaches", applies=_moves_freely)
def gradient_is_not_zero_everywhere(exam: Exam) -> Outcome:
    """The gradient of an input that matters is not zero almost everywhere."""
    findings = [
        exam.finding(
            "zero-gradient",
            f"the output depends on {leaf.name}, yet the gradient of {leaf.name} is zero "
            "almost everywhere: the function is flat between jumps, so no network can learn "
            "through it",
            tensor=leaf.name,
            advice="train with a smooth stand-in (a sigmoid for a step) or declare a surrogate",
        )
        for leaf in _free(exam)
        if _is_zero(exam, leaf) and _matters(exam, leaf)
    ]
    return Outcome(tuple(findings))


def _is_zero(exam: Exam, leaf: Leaf) -> bool:
    """Whether the gradient is zero here and at other points: one dead ReLU is no flat layer."""
    claimed = exam.gradient(leaf)
    if claimed is None or np.any(claimed):
        return False
    rng = exam.generator(f"elsewhere {leaf.name}")
    x = exam.case.inputs[leaf.name]
    moved = [{**exam.case.inputs, leaf.name: rng.normal(0.0, 2.0, x.shape)} for _ in range(8)]
    answers = [exam.subject.claim(inputs, exam.case.upstream).gradients for inputs in moved]
    return not any(np.any(answer.get(leaf.name)) for answer in answers)


def _matters(exam: Exam, leaf: Leaf) -> bool:
    """Whether outputs change under large moves, though not under small ones."""
    reference = exam.reference
    rng = exam.generator(f"moves {leaf.name}")
    x = reference.inputs[leaf.name]
    far = reference.value({**reference.inputs, leaf.name: x + rng.normal(0.0, 2.0, x.shape)})
    near = reference.value({**reference.inputs, leaf.name: x + rng.normal(0.0, 1e-9, x.shape)})
    return _differs(far, reference.centre) and not _differs(near, reference.centre)


def _differs(first: Outputs, second: Outputs) -> bool:
    pairs = zip(first, second, strict=True)
    return any(not np.array_equal(a, b, equal_nan=True) for a, b in pairs)
