"""Contracts at special points: dead branches and the edge of the range."""

from collections.abc import Iterator

import numpy as np

from gradcheck.cases import copied, quiet
from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Domain, Leaf, Outputs, Role

from .answers import Fault, ask, differences
from .record import Outcome, contract
from .when import on_small_generic

#: So many entries of each input are tried for being dead.
_TRIED = 24


@contract("dead-branch", applies=on_small_generic)
def dead_entries_reach_no_gradient(exam: Exam) -> Outcome:
    """An entry that the forward pass ignores, NaN and all, reaches no gradient."""
    inputs, dead = copied(exam.case.inputs), 0
    for leaf in exam.case.differentiable:
        if leaf.role is Role.DATA and leaf.domain is Domain.REAL:
            for index in _dead(exam, leaf):
                inputs[leaf.name][index], dead = np.nan, dead + 1
    if not dead:
        return Outcome()
    answer = ask(exam, exam.subject.open(), inputs).gradients
    message = f"NaN in {dead} entries that the forward pass ignores changes the gradient"
    advice = "select before computing: 0 * NaN is NaN, so a mask must choose and not multiply"
    return Outcome(differences(exam, Fault("non-finite", message, advice), answer))


def _dead(exam: Exam, leaf: Leaf) -> Iterator[tuple[int, ...]]:
    rng = exam.generator(f"dead {leaf.name}")
    size = int(np.prod(leaf.shape))
    for flat in rng.permutation(size)[:_TRIED]:
        index = tuple(int(i) for i in np.unravel_index(int(flat), leaf.shape))
        inputs = copied(exam.case.inputs)
        inputs[leaf.name][index] = np.nan
        if _unmoved(exam, inputs):
            yield index


def _unmoved(exam: Exam, inputs: dict[str, Array]) -> bool:
    try:
        outputs = exam.subject.outputs(inputs)
    except TargetError:
        return False  # it looked, and refused
    return _equal(outputs, exam.claim.outputs)


def _equal(first: Outputs, second: Outputs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def _is_large_valued(exam: Exam) -> str:
    return "" if exam.case.flavour == "large" else "values are of order one"


@contract("overflow", applies=_is_large_valued)
def no_overflow_on_the_way(exam: Exam) -> Outcome:
    """A finite answer is reached without overflow on the way."""
    told: list[str] = []
    # the session is asked past the subject, which silences just these
    with quiet(), np.errstate(over="call", call=lambda kind, flag: told.append(kind)):
        session = exam.subject.open()
        outputs = session.forward(copied(exam.case.inputs))
        answer = session.backward(tuple(np.array(v) for v in exam.case.upstream))
    arrays = [*outputs, *(g for g in answer.values() if g is not None)]
    finite = all(
        bool(np.all(np.isfinite(a))) for a in arrays if np.asarray(a).dtype.kind == "f"
    )
    if not told or not finite:
        return Outcome()
    message = f"{told[0]} on the way to a finite answer at magnitudes of 1000"
    advice = "subtract the maximum before exp, or choose the branch whose exponent is negative"
    return Outcome((exam.finding("overflow-warning", message, advice=advice),))
