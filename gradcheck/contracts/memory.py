"""Contracts on memory: what is handed out comes back as it was."""

from collections.abc import Iterator

import numpy as np

from gradcheck.cases import copied
from gradcheck.evidence import Exam
from gradcheck.model import Array, Arrays, Finding, Leaf, Role

from .contract import Outcome, contract

_KINDS = {
    Role.DATA: "input-changed",
    Role.PARAMETER: "parameter-changed",
    Role.FIXED: "label-changed",
}


@contract("inputs-untouched")
def leaves_inputs_alone(exam: Exam) -> Outcome:
    """Forward and backward leave inputs, parameters and labels as they were, bit for bit."""
    session, inputs = exam.subject.open(), copied(exam.case.inputs)
    exam.subject.forward(session, inputs)
    findings = list(_changed(exam, inputs, "forward"))
    if not findings:
        exam.subject.backward(session, tuple(np.array(v) for v in exam.case.upstream))
        findings = list(_changed(exam, inputs, "backward"))
    return Outcome(tuple(findings))


def _changed(exam: Exam, inputs: Arrays, stage: str) -> Iterator[Finding]:
    for leaf in exam.case.setting.leaves:
        before, after = exam.case.inputs[leaf.name], inputs[leaf.name]
        if not same_bits(before, after):
            yield _written(exam, leaf, before, after, stage)


def _written(exam: Exam, leaf: Leaf, before: Array, after: Array, stage: str) -> Finding:
    index = first_difference(before, after)
    return exam.finding(
        _KINDS[leaf.role],
        f"{stage} changed {leaf.name}{list(index)} from {before[index]} to {after[index]}",
        tensor=leaf.name,
        index=index,
        advice=f"work on a copy of {leaf.name} in {stage}, not in place",
    )


@contract("upstream-untouched")
def leaves_upstream_alone(exam: Exam) -> Outcome:
    """Backward leaves the upstream gradient as it was, bit for bit."""
    session = exam.subject.open()
    exam.subject.forward(session, copied(exam.case.inputs))
    handed = tuple(np.array(v) for v in exam.case.upstream)
    exam.subject.backward(session, handed)
    findings = [
        exam.finding(
            "upstream-written",
            f"backward wrote into the upstream gradient that it was handed, at "
            f"{list(first_difference(before, after))}",
            tensor="dout",
            advice="write dx = dout.copy() before dx[mask] = 0: another layer may need dout",
        )
        for before, after in zip(exam.case.upstream, handed, strict=True)
        if not same_bits(before, after)
    ]
    return Outcome(tuple(findings))


def same_bits(first: Array, second: Array) -> bool:
    """Return whether two arrays agree in shape, dtype and every bit (NaN equals itself)."""
    same_form = first.shape == second.shape and first.dtype == second.dtype
    return same_form and first.tobytes() == second.tobytes()


def first_difference(first: Array, second: Array) -> tuple[int, ...]:
    """Return the first index at which two arrays of one shape differ."""
    if first.shape != second.shape:
        return ()
    different = np.argwhere((first != second) & ~((first != first) & (second != second)))
    return tuple(int(i) for i in different[0]) if len(different) else ()
