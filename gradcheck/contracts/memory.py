"""Contracts on memory: what is handed out comes back as it was."""

from collections.abc import Iterator

import numpy as np

from gradcheck.cases import copied
from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Arrays, Finding, Leaf, Outputs, Role

from .answers import ask, elsewhere, results
from .record import Outcome, contract
from .when import on_generic

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


@contract("results-kept", applies=on_generic)
def results_survive_later_calls(exam: Exam) -> Outcome:
    """What forward and backward returned is not changed by any later call."""
    session, other = exam.subject.open(), exam.subject.open()
    kept = dict(results(exam.subject.forward(session, copied(exam.case.inputs)), {}))
    before = {name: np.array(y) for name, y in kept.items()}
    answer = exam.subject.backward(session, tuple(np.array(v) for v in exam.case.upstream))
    findings = list(_overwritten(exam, before, kept, "backward"))
    data = {x.name for x in exam.case.differentiable if x.role is Role.DATA}
    kept |= dict(results((), {name: g for name, g in answer.items() if name in data}))
    before = {name: np.array(y) for name, y in kept.items()}
    for instance, word in ((session, "later call"), (other, "call on another instance")):
        ask(exam, instance, elsewhere(exam, exam.case.setting.leaves))
        findings = findings or list(_overwritten(exam, before, kept, word))
    return Outcome(tuple(findings))


def _overwritten(exam: Exam, before: Arrays, after: Arrays, by: str) -> Iterator[Finding]:
    for name, y in after.items():
        if not same_bits(np.asarray(before[name]), np.asarray(y)):
            yield exam.finding(
                "shared-memory",
                f"{name} was changed by a {by} after it had been returned"
                if by != "backward"
                else f"backward changed {name} after forward had returned it",
                tensor=name.removeprefix("the gradient of "),
                advice="return a fresh array, not a buffer that the next call writes into",
            )


@contract("results-apart", applies=on_generic)
def results_own_their_memory(exam: Exam) -> Outcome:
    """Outputs and input gradients share no memory with arguments or with each other."""
    session, inputs = exam.subject.open(), copied(exam.case.inputs)
    outputs = exam.subject.forward(session, inputs)
    handed = tuple(np.array(v) for v in exam.case.upstream)
    answer = exam.subject.backward(session, handed)
    own = list(results(outputs, answer))
    arguments = [*inputs.items(), *((f"upstream {i}", v) for i, v in enumerate(handed))]
    shared = [
        (name, other)
        for i, (name, y) in enumerate(own)
        for other, z in (*arguments, *own[:i])
        if np.shares_memory(y, z)
    ]
    return Outcome(tuple(_alias(exam, name, other) for name, other in shared))


def _alias(exam: Exam, name: str, other: str) -> Finding:
    return exam.finding(
        "alias",
        f"{name} shares memory with {other}: who writes into one changes the other",
        tensor=name.removeprefix("the gradient of "),
        advice="return a copy where the caller may write into it",
    )


@contract("read-only", applies=on_generic)
def read_only_arrays_are_accepted(exam: Exam) -> Outcome:
    """Arrays that cannot be written into are answered like any others."""
    inputs, upstream = copied(exam.case.inputs), tuple(map(np.array, exam.case.upstream))
    _freeze(inputs, upstream)
    try:
        ask(exam, exam.subject.open(), inputs, upstream)
    except TargetError as error:
        text = f"{error.stage} refuses read-only arrays: {error.message}"
        return Outcome((exam.finding("read-only", text, advice="work on a copy"),))
    return Outcome()


def _freeze(inputs: Arrays, upstream: Outputs) -> None:
    for array in (*inputs.values(), *upstream):
        array.flags.writeable = False


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
