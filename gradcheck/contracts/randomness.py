"""Contract on randomness: the same seed gives the same answer, call after call."""

from gradcheck.evidence import Exam
from gradcheck.model import Finding

from .answers import Fault, differences, output_differences
from .record import Outcome, contract
from .when import on_small_generic

_CALLS = 8
#: The rare fault whose chance to be missed is stated: once in so many calls.
_RARE = 10


@contract("repeatable", applies=on_small_generic)
def same_question_same_answer(exam: Exam) -> Outcome:
    """Fresh instances with the same seed and inputs give the same answer, every time."""
    for call in range(1, _CALLS):
        findings = _again(exam, call + 1)
        if findings:
            return Outcome(findings)
    missed = (1.0 - 1.0 / _RARE) ** _CALLS
    note = (
        f"{_CALLS} calls answered alike; a fault in one of {_RARE} calls would have been "
        f"missed with probability {missed:.0%}"
    )
    return Outcome(notes=(note,))


def _again(exam: Exam, call: int) -> tuple[Finding, ...]:
    again = exam.subject.claim(exam.case.inputs, exam.case.upstream)
    message = f"call {call} of a fresh instance with the same seed and inputs differs"
    advice = "draw from a generator that the layer is given; keep no counter across instances"
    fault = Fault("repeat", message, advice)
    outputs = output_differences(exam, fault, again.outputs, exam.claim.outputs)
    return outputs + differences(exam, fault, again.gradients)
