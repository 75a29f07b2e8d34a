"""Contracts on calls: an answer belongs to its question, whatever was asked before it."""

import copy
import pickle
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Finding, Floats, Role, Session

from .answers import (
    Fault,
    apart,
    ask,
    differences,
    elsewhere,
    gradients,
    output_differences,
    pull,
)
from .record import Outcome, contract
from .when import on_full_batch, on_generic, on_small_generic

_CACHE = (
    "keep what backward needs on the instance and replace it in every forward: no class "
    "attribute, no module global, no list that only grows"
)


@contract("forward-twice", applies=on_generic)
def second_forward_answers_alike(exam: Exam) -> Outcome:
    """A second forward and backward pass on the same inputs answers as the first."""
    session = exam.subject.open()
    ask(exam, session)
    try:
        second = ask(exam, session)
    except TargetError as error:
        return _refused(exam, "a second forward and backward pass", error)
    message = "the second forward pass on the same inputs answers differently"
    fault = Fault("repeat", message, _CACHE)
    outputs = output_differences(exam, fault, second.outputs, exam.claim.outputs)
    message = "after a second forward pass on the same inputs the gradient differs"
    data = {leaf.name for leaf in exam.case.differentiable if leaf.role is Role.DATA}
    kept = {name: g for name, g in second.gradients.items() if name in data}
    return Outcome(outputs + differences(exam, Fault("repeat", message, _CACHE), kept))


def _refused(exam: Exam, what: str, error: TargetError) -> Outcome:
    finding = exam.finding(
        "repeat", f"{what} on one instance raised: {error.message}", advice=_CACHE
    )
    return Outcome((finding,))


@contract("backward-twice", applies=on_generic)
def second_backward_answers_alike(exam: Exam) -> Outcome:
    """A second backward pass gives the same input gradients; parameters may accumulate."""
    session = exam.subject.open()
    ask(exam, session)
    try:
        second = gradients(exam, pull(exam, session))
    except TargetError as error:
        return _refused(exam, "a second backward pass", error)
    message = "the second backward pass for the same upstream gradient answers differently"
    habit = _accumulating(exam, second)
    wanted = {
        name: 2.0 * g if name in habit else g
        for name, g in gradients(exam, exam.claim.gradients).items()
    }
    findings = differences(exam, Fault("repeat", message, _CACHE), second, wanted)
    return Outcome(findings or _mixed(exam, second, habit), notes=_habit(habit))


def _accumulating(exam: Exam, second: Mapping[str, Floats]) -> frozenset[str]:
    """Return the parameters whose gradient has doubled."""
    first = gradients(exam, exam.claim.gradients)
    parameters = [x.name for x in exam.case.differentiable if x.role is Role.PARAMETER]
    return frozenset(
        name
        for name in parameters
        if name in first and name in second
        if not apart(exam, name, second[name], 2.0 * first[name])
        and apart(exam, name, second[name], first[name])
    )


def _mixed(
    exam: Exam, second: Mapping[str, Floats], habit: frozenset[str]
) -> tuple[Finding, ...]:
    parameters = [x.name for x in exam.case.differentiable if x.role is Role.PARAMETER]
    first = gradients(exam, exam.claim.gradients)
    over = [n for n in parameters if n in second and n not in habit and np.any(first.get(n, 0))]
    if not habit or not over:
        return ()
    message = (
        f"a second backward pass adds to the gradients of {', '.join(sorted(habit))} and "
        f"overwrites those of {', '.join(over)}"
    )
    return (exam.finding("repeat", message, tensor=over[0], advice="do one or the other"),)


def _habit(habit: frozenset[str]) -> tuple[str, ...]:
    return (f"gradients of {', '.join(sorted(habit))} accumulate over calls",) if habit else ()


@contract("latest-forward", applies=on_generic)
def backward_belongs_to_latest_forward(exam: Exam) -> Outcome:
    """After forward(a) and forward(b), backward answers for b, be it the first one or not."""
    session = exam.subject.open()
    exam.subject.forward(session, elsewhere(exam, exam.case.setting.leaves))
    answer = ask(exam, session).gradients
    message = "after forward(a) and forward(b), backward does not answer for b"
    findings = differences(exam, Fault("stale", message, _CACHE), answer)
    return Outcome(findings or _after_another(exam))


def _after_another(exam: Exam) -> tuple[Finding, ...]:
    """What backward keeps for itself is of the latest forward pass as well."""
    session = exam.subject.open()
    try:
        first = ask(exam, session, elsewhere(exam, exam.case.setting.leaves)).gradients
    except TargetError:
        return ()  # whether backward answers there is another contract's matter
    second, first = gradients(exam, ask(exam, session).gradients), gradients(exam, first)
    right = gradients(exam, exam.claim.gradients)
    parameters = {x.name for x in exam.case.differentiable if x.role is Role.PARAMETER}
    added = {
        name: g - first[name]
        for name, g in second.items()
        if name in parameters and name in first and name in right
        if apart(exam, name, g, right[name])
    }
    message = "after forward(a), backward and forward(b), backward does not answer for b"
    return differences(exam, Fault("stale", message, _CACHE), {**second, **added})


@contract("instances", applies=on_generic)
def instances_share_nothing(exam: Exam) -> Outcome:
    """Two instances share no state: a second one's calls leave the first one's answer alone."""
    session, other = exam.subject.open(), exam.subject.open()
    exam.subject.forward(session, _own(exam))
    ask(exam, other, elsewhere(exam, exam.case.setting.leaves))
    message = "calls on another instance between forward and backward change the gradient"
    return Outcome(differences(exam, Fault("stale", message, _CACHE), pull(exam, session)))


def _own(exam: Exam) -> dict[str, Array]:
    return {name: np.array(x) for name, x in exam.case.inputs.items()}


@contract("copies", applies=on_generic)
def copies_answer_alike(exam: Exam) -> Outcome:
    """A deep copy and a pickled copy answer as the original, and leave it alone."""
    for word, duplicate in _COPIES.items():
        session = exam.subject.open()
        exam.subject.forward(session, _own(exam))
        twin = _copied(session, duplicate)
        if twin is not None:
            findings = _copy_differs(exam, word, session, twin)
            if findings:
                return Outcome(findings)
    return Outcome()


_COPIES: Mapping[str, Callable[[Session], Session]] = {
    "deep copy": copy.deepcopy,
    "pickled copy": lambda session: pickle.loads(pickle.dumps(session)),
}


def _copied(session: Session, duplicate: Callable[[Session], Session]) -> Session | None:
    try:
        return duplicate(session)
    except Exception:  # foreign __deepcopy__ and __reduce__ may raise anything
        return None  # no promise to be copied was made


def _copy_differs(
    exam: Exam, word: str, session: Session, twin: Session
) -> tuple[Finding, ...]:
    try:
        answer = pull(exam, twin)
    except TargetError as error:
        text = f"backward of a {word} made after forward raised: {error.message}"
        return (exam.finding("stale", text, advice=_CACHE),)
    message = f"a {word} made after forward answers differently"
    findings = differences(exam, Fault("stale", message, _CACHE), answer)
    ask(exam, twin, elsewhere(exam, exam.case.setting.leaves))
    message = f"calls on a {word} change the answer of the original"
    return findings or differences(exam, Fault("stale", message, _CACHE), pull(exam, session))


@contract("empty-after-full", applies=on_full_batch)
def empty_batch_leaves_no_trace(exam: Exam) -> Outcome:
    """An empty batch after a full one gives empty and zero gradients, and no stale ones."""
    session = exam.subject.open()
    try:
        ask(exam, session)
        habit = _accumulating(exam, gradients(exam, ask(exam, session).gradients))
        answer = _empty(exam, session)
    except TargetError:
        return Outcome()  # whether any of this is accepted is another contract's matter
    numbers = [
        (name, g)
        for name, g in answer.items()
        if g is not None and g.dtype.kind in "fiu" and name not in habit
    ]
    # The mean of nothing is NaN, and no trace of an earlier batch.
    stale = [(name, g) for name, g in numbers if np.any(np.nan_to_num(g, nan=0.0))]
    return Outcome(
        tuple(
            exam.finding(
                "stale",
                f"after an empty batch that follows a full one, the gradient of {name} is not "
                f"zero: {g.size} entries, the largest {np.abs(g).max():.6g}",
                tensor=name,
                advice=_CACHE,
            )
            for name, g in stale
        )
    )


def _empty(exam: Exam, session: Session) -> Mapping[str, Array | None]:
    inputs = {
        leaf.name: exam.case.inputs[leaf.name]
        if leaf.batch_axis is None
        else np.take(exam.case.inputs[leaf.name], [], axis=leaf.batch_axis)
        for leaf in exam.case.setting.leaves
    }
    outputs = exam.subject.forward(session, inputs)
    if any(np.size(y) for y in outputs):
        return {}  # a loss, or an output that no axis of examples runs through
    return pull(exam, session, tuple(np.zeros(np.shape(y)) for y in outputs))


def _twins(exam: Exam) -> list[tuple[str, str]]:
    data = [x for x in exam.case.differentiable if x.role is Role.DATA and not x.frozen]
    return [
        (a.name, b.name)
        for a, b in pairwise(data)
        if (a.shape, a.domain) == (b.shape, b.domain)
    ]


def _two_alike(exam: Exam) -> str:
    alone = "" if _twins(exam) else "no two inputs have the same shape and domain"
    return on_small_generic(exam) or alone


@contract("same-array", applies=_two_alike)
def same_array_twice_counts_as_two(exam: Exam) -> Outcome:
    """One array handed in for two inputs is answered as two equal arrays are."""
    first, second = _twins(exam)[0]
    equal = {**_own(exam), second: np.array(exam.case.inputs[first])}
    same = _own(exam)
    same[second] = same[first]
    right = exam.subject.claim(equal, exam.case.upstream).gradients
    got = ask(exam, exam.subject.open(), same).gradients
    message = f"the same array handed in as {first} and {second} is answered differently"
    advice = "tell inputs apart by position and not by identity"
    return Outcome(differences(exam, Fault("stale", message, advice), got, right))
