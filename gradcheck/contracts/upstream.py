"""Contracts on the upstream gradient: a vector-Jacobian product is linear in its vector."""

from collections.abc import Mapping

import numpy as np

from gradcheck.cases import draw_upstream
from gradcheck.evidence import Exam
from gradcheck.model import Array, Finding, Outputs

from .answers import Fault, differences, gradients, told
from .record import Outcome, contract
from .when import honours_upstream, on_small_generic, takes_upstream

_FACTORS = (-1.0, 2.5, 1e-6, 1e6)
#: Into so many groups the entries of the upstream gradient are split, at most.
_GROUPS = 8
_CURE = (
    "backward may only multiply and add the upstream gradient: look for a square, an absolute "
    "value, a clip, a constant in its place or a regulariser"
)

Answer = Mapping[str, Array | None]


@contract("upstream-zero", applies=takes_upstream)
def zero_upstream_gives_zero(exam: Exam) -> Outcome:
    """A zero upstream gradient gives a gradient of exactly zero."""
    base = gradients(exam, exam.claim.gradients)
    answers = gradients(exam, _answer(exam, _scaled(exam.case.upstream, 0.0)))
    fault = Fault("non-linear", "backward(0) is not zero", _CURE)
    return Outcome(
        tuple(
            told(exam, fault, name, g, np.zeros_like(g))
            for name, g in answers.items()
            if name in base and np.any(g[np.isfinite(base[name])])
        )
    )


@contract("upstream-homogeneous", applies=takes_upstream)
def scaling_upstream_scales_gradient(exam: Exam) -> Outcome:
    """Scaling the upstream gradient, by -1 and by 1e-6 to 1e6, scales the gradient alike."""
    for factor in _FACTORS:
        answer = _answer(exam, _scaled(exam.case.upstream, factor))
        unscaled = {name: g / factor for name, g in gradients(exam, answer).items()}
        message = f"backward({factor:g} v) / {factor:g} differs from backward(v)"
        findings = _differ(exam, message, unscaled, exam.claim.gradients)
        if findings:
            return Outcome(findings)
    return Outcome()


@contract("upstream-additive", applies=takes_upstream)
def adding_upstreams_adds_gradients(exam: Exam) -> Outcome:
    """The gradient for a sum of upstream gradients is the sum of their gradients."""
    second = draw_upstream(exam.case.upstream, exam.generator("second upstream"))
    message = "backward(v + w) differs from backward(v) + backward(w)"
    return Outcome(_additive(exam, message, exam.case.upstream, second))


@contract("upstream-ones", applies=takes_upstream)
def ones_are_no_special_case(exam: Exam) -> Outcome:
    """An upstream gradient of ones is answered by the same rule as any other."""
    ones = tuple(np.ones_like(v) for v in exam.case.upstream)
    message = "backward(v + 1) differs from backward(v) + backward(1)"
    return Outcome(_additive(exam, message, exam.case.upstream, ones))


def _several_entries(exam: Exam) -> str:
    several = sum(v.size for v in exam.case.upstream) > 1
    few = "" if several else "there is one output entry"
    return honours_upstream(exam) or on_small_generic(exam) or few


@contract("upstream-one-hot", applies=_several_entries)
def single_entries_add_up(exam: Exam) -> Outcome:
    """One entry of the upstream gradient at a time gives gradients that add up to the whole."""
    parts = _single_entries(exam.case.upstream)
    message = "the gradients for single entries of v do not add up to backward(v)"
    return Outcome(_differ(exam, message, _sum(exam, parts), exam.claim.gradients))


def _several_outputs(exam: Exam) -> str:
    alone = "" if len(exam.case.upstream) > 1 else "there is one output"
    return takes_upstream(exam) or alone


@contract("upstream-outputs", applies=_several_outputs)
def single_outputs_add_up(exam: Exam) -> Outcome:
    """The upstream gradient of each output alone gives gradients that add up to the whole."""
    upstream = exam.case.upstream
    parts = [
        tuple(v if i == j else np.zeros_like(v) for j, v in enumerate(upstream))
        for i in range(len(upstream))
    ]
    message = "the gradients for each output alone do not add up to backward(v)"
    return Outcome(_differ(exam, message, _sum(exam, parts), exam.claim.gradients))


def _single_entries(upstream: Outputs) -> list[Outputs]:
    """Return upstream gradients of one entry each where there are few, of a group where not."""
    sizes = [v.size for v in upstream]
    group = np.arange(sum(sizes)) % min(sum(sizes), _GROUPS)
    places = np.split(group, np.cumsum(sizes)[:-1])
    return [
        tuple(
            np.where(p.reshape(v.shape) == g, v, np.zeros_like(v))
            for v, p in zip(upstream, places, strict=True)
        )
        for g in range(int(group.max()) + 1)
    ]


def _sum(exam: Exam, parts: list[Outputs]) -> Answer:
    answers = [gradients(exam, _answer(exam, part)) for part in parts]
    named = [name for name in answers[0] if all(name in answer for answer in answers)]
    return {name: np.sum([a[name] for a in answers], axis=0) for name in named}


def _additive(exam: Exam, message: str, first: Outputs, second: Outputs) -> tuple[Finding, ...]:
    both = tuple(a + b for a, b in zip(first, second, strict=True))
    return _differ(exam, message, _answer(exam, both), _sum(exam, [first, second]))


def _differ(exam: Exam, message: str, got: Answer, wanted: Answer) -> tuple[Finding, ...]:
    """Compare where the gradient is finite; whether it should be is asked elsewhere."""
    fault = Fault("non-linear", message, _CURE)
    return differences(exam, fault, _finite(exam, got), _finite(exam, wanted))


def _finite(exam: Exam, answer: Answer) -> Answer:
    base = gradients(exam, exam.claim.gradients)
    return {
        name: np.where(np.isfinite(base[name]), g, 0.0)
        for name, g in gradients(exam, answer).items()
        if name in base
    }


def _scaled(upstream: Outputs, factor: float) -> Outputs:
    return tuple(np.asarray(factor * v, dtype=v.dtype) for v in upstream)


def _answer(exam: Exam, upstream: Outputs) -> Answer:
    if upstream is exam.case.upstream:
        return exam.claim.gradients
    return exam.subject.claim(exam.case.inputs, upstream).gradients
