"""Contracts on the batch: what the forward pass keeps apart, the backward pass keeps apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Finding, Floats, Outputs, UpstreamUse

from .answers import Fault, apart, differences, gradients, told, unlike
from .record import Outcome, contract
from .when import on_full_batch

_CLOSE = 1e-6
_CURE = "look for a sum, a mean or an index over the axis that counts examples"

#: Takes the part of an upstream gradient that belongs to some examples.
Share = Callable[[Array, Sequence[int]], Array]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The forward pass on some examples of the batch alone."""

    inputs: Mapping[str, Array]
    outputs: Outputs


def _examples(exam: Exam) -> int:
    return next(
        x.shape[x.batch_axis] for x in exam.case.setting.leaves if x.batch_axis is not None
    )


def _restricted(exam: Exam, chosen: Sequence[int]) -> dict[str, Array]:
    return {
        leaf.name: np.array(exam.case.inputs[leaf.name])
        if leaf.batch_axis is None
        else np.take(exam.case.inputs[leaf.name], chosen, axis=leaf.batch_axis)
        for leaf in exam.case.setting.leaves
    }


def _part(exam: Exam, chosen: Sequence[int]) -> _Part | None:
    inputs = _restricted(exam, chosen)
    try:
        return _Part(inputs, exam.subject.value(inputs))
    except TargetError:
        return None  # built for one size of batch


def _shares(exam: Exam, parts: Sequence[_Part], choices: Sequence[list[int]]) -> list[Share]:
    """Return how each output splits over the parts; empty where the forward couples them."""
    found = []
    for i, whole in enumerate(exam.reference.centre):
        pieces = [part.outputs[i] for part in parts]
        share = _rows(whole, pieces, choices) or _total(whole, pieces)
        if share is None:
            return []
        found.append(share)
    return found


def _rows(whole: Array, pieces: Sequence[Array], choices: Sequence[list[int]]) -> Share | None:
    """Return the share of an output that has an axis of examples."""
    for axis in range(whole.ndim):
        if max(max(chosen) for chosen in choices) >= whole.shape[axis]:
            continue
        wanted = [np.take(whole, chosen, axis=axis) for chosen in choices]
        if all(_same(a, b) for a, b in zip(pieces, wanted, strict=True)):
            return partial(_taken, axis=axis)
    return None


def _total(whole: Array, pieces: Sequence[Array]) -> Share | None:
    """Return the share of an output that is a sum or a mean over single examples."""
    if len(pieces) < 2 or any(piece.shape != whole.shape for piece in pieces):
        return None
    total = np.sum(np.stack(pieces), axis=0)
    for divisor in (1.0, float(len(pieces))):
        if _same(total / divisor, whole):
            return partial(_divided, divisor=divisor)
    return None


def _taken(v: Array, chosen: Sequence[int], *, axis: int) -> Array:
    return np.asarray(np.take(v, chosen, axis=axis))


def _divided(v: Array, chosen: Sequence[int], *, divisor: float) -> Array:
    return np.asarray(v / divisor, dtype=v.dtype)


def _same(first: Array, second: Array) -> bool:
    return first.shape == second.shape and not unlike(first, second, _CLOSE)


def _answer(
    exam: Exam, part: _Part, chosen: list[int], shares: Sequence[Share]
) -> Mapping[str, Array | None]:
    pairs = zip(exam.case.upstream, shares, strict=True)
    upstream = tuple(np.array(share(v, chosen)) for v, share in pairs)
    answer = exam.subject.claim(part.inputs, upstream).gradients
    weights = {v.item() for v in upstream if v.size == 1}
    if exam.case.facts.upstream is UpstreamUse.HONOURED or len(weights) != 1:
        return answer
    weight = weights.pop()  # a loss takes none, so its gradients are weighted here
    return {name: None if g is None else weight * g for name, g in answer.items()}


@contract("batch-examples", applies=on_full_batch)
def batch_is_its_examples(exam: Exam) -> Outcome:
    """Where the forward pass takes examples one by one, so does the backward pass."""
    choices = [[i] for i in range(_examples(exam))]
    parts = [part for part in (_part(exam, chosen) for chosen in choices) if part is not None]
    shares = _shares(exam, parts, choices) if len(parts) == len(choices) else []
    if not shares:
        return Outcome(notes=("the forward pass couples the examples of a batch",))
    pairs = zip(parts, choices, strict=True)
    answers = [_answer(exam, part, chosen, shares) for part, chosen in pairs]
    return Outcome(tuple(_row_findings(exam, answers)) + tuple(_sum_findings(exam, answers)))


def _row_findings(exam: Exam, answers: Sequence[Mapping[str, Array | None]]) -> list[Finding]:
    """Compare the gradient of each example alone with its row in the batch's."""
    whole, findings = gradients(exam, exam.claim.gradients), []
    for leaf in exam.case.differentiable:
        rows = [answer.get(leaf.name) for answer in answers]
        if leaf.batch_axis is None or leaf.name not in whole:
            continue
        shape = (*leaf.shape[: leaf.batch_axis], 1, *leaf.shape[leaf.batch_axis + 1 :])
        usable = [
            np.reshape(r, shape) for r in rows if r is not None and r.size == np.prod(shape)
        ]
        if len(usable) == len(rows):
            stacked = np.concatenate(usable, axis=leaf.batch_axis).astype(np.float64)
            findings += _compared(exam, leaf.name, whole[leaf.name], stacked)
    return findings


def _compared(exam: Exam, name: str, got: Floats, wanted: Floats) -> list[Finding]:
    if not apart(exam, name, got, wanted):
        return []
    message = (
        "the forward pass takes examples one by one, yet the gradient of a batch differs from "
        "that of its examples alone"
    )
    return [told(exam, Fault("batch", message, _CURE), name, got, wanted)]


def _sum_findings(exam: Exam, answers: Sequence[Mapping[str, Array | None]]) -> list[Finding]:
    """Compare a parameter's gradient with the sum, or the mean, over the examples."""
    whole, findings = gradients(exam, exam.claim.gradients), []
    singles = [gradients(exam, answer) for answer in answers]
    for leaf in exam.case.differentiable:
        if leaf.batch_axis is not None or any(leaf.name not in g for g in (whole, *singles)):
            continue
        total = np.sum([g[leaf.name] for g in singles], axis=0)
        got = whole[leaf.name]
        if apart(exam, leaf.name, got * len(singles), total):  # a mean is a named convention
            findings += _compared(exam, leaf.name, got, total)
    return findings


@contract("batch-permuted", applies=on_full_batch)
def permuting_examples_permutes_gradients(exam: Exam) -> Outcome:
    """Where permuting the batch permutes the outputs, it permutes the gradients."""
    order = [int(i) for i in np.roll(np.arange(_examples(exam))[::-1], 1)]
    part = _part(exam, order)
    shares = [] if part is None else _permuted_shares(exam, part, order)
    if part is None or not shares:
        return Outcome(notes=("the forward pass does not follow a permutation of the batch",))
    answer = gradients(exam, _answer(exam, part, order, shares))
    message = "permuting the examples of a batch does not permute its gradients"
    wanted = {
        leaf.name: g if leaf.batch_axis is None else np.take(g, order, axis=leaf.batch_axis)
        for leaf in exam.case.differentiable
        for g in (gradients(exam, exam.claim.gradients).get(leaf.name),)
        if g is not None
    }
    return Outcome(differences(exam, Fault("batch", message, _CURE), answer, wanted))


def _permuted_shares(exam: Exam, part: _Part, order: list[int]) -> list[Share]:
    found = []
    for whole, piece in zip(exam.reference.centre, part.outputs, strict=True):
        rows = _rows(whole, [piece], [order])
        if rows is None and not _same(whole, piece):
            return []
        found.append(rows or partial(_divided, divisor=1.0))
    return found
