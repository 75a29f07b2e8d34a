"""Contracts on the upstream gradient: a vector-Jacobian product is linear in its vector."""

from collections.abc import Mapping

import numpy as np

from gradcheck.cases import draw_upstream
from gradcheck.evidence import Exam, comparable
from gradcheck.model import Finding, Floats, Outputs, UpstreamUse

from .contract import Outcome, contract

#: Two ways to compute the same number differ by round-off only. So many units in the last place
#: of float32 (float16 where the gradient is float16) leave room for a layer that computes in
#: float32 inside; a clipped, squared or rectified upstream gradient differs by parts of one.
_ULPS = 64.0
_FACTORS = (-1.0, 2.5, 1e-6, 1e6)
_CURE = (
    "backward may only multiply and add the upstream gradient: look for a square, an absolute "
    "value, a clip, a constant in its place or a regulariser"
)

Gradients = Mapping[str, Floats]


def honours_upstream(exam: Exam) -> str:
    """Return why a contract on the upstream gradient cannot apply, if it cannot."""
    use = exam.case.facts.upstream
    return "" if use is UpstreamUse.HONOURED else f"the upstream gradient is {use.value}"


@contract("upstream-zero", applies=honours_upstream)
def zero_upstream_gives_zero(exam: Exam) -> Outcome:
    """A zero upstream gradient gives a gradient of exactly zero."""
    answers = _answers(exam, _scaled(exam.case.upstream, 0.0))
    wanted = {name: np.zeros_like(g) for name, g in answers.items()}
    return Outcome(_differences(exam, "backward(0) is not zero", answers, wanted, exact=True))


@contract("upstream-homogeneous", applies=honours_upstream)
def scaling_upstream_scales_gradient(exam: Exam) -> Outcome:
    """Scaling the upstream gradient, by -1 and by 1e-6 to 1e6, scales the gradient alike."""
    base = _answers(exam, exam.case.upstream)
    for factor in _FACTORS:
        answers = _answers(exam, _scaled(exam.case.upstream, factor))
        wanted = {name: factor * g for name, g in base.items()}
        message = f"backward({factor:g} v) differs from {factor:g} backward(v)"
        findings = _differences(exam, message, answers, wanted)
        if findings:
            return Outcome(findings)
    return Outcome()


@contract("upstream-additive", applies=honours_upstream)
def adding_upstreams_adds_gradients(exam: Exam) -> Outcome:
    """The gradient for a sum of upstream gradients is the sum of their gradients."""
    first = exam.case.upstream
    second = draw_upstream(first, exam.generator("second upstream"))
    both = tuple(a + b for a, b in zip(first, second, strict=True))
    one, two = _answers(exam, first), _answers(exam, second)
    wanted = {name: one[name] + two[name] for name in one.keys() & two.keys()}
    message = "backward(v + w) differs from backward(v) + backward(w)"
    return Outcome(_differences(exam, message, _answers(exam, both), wanted))


def _scaled(upstream: Outputs, factor: float) -> Outputs:
    return tuple(np.asarray(factor * v, dtype=v.dtype) for v in upstream)


def _answers(exam: Exam, upstream: Outputs) -> Gradients:
    """Return the claimed gradients that can be compared, by leaf."""
    same = upstream is exam.case.upstream
    claim = exam.claim if same else exam.subject.claim(exam.case.inputs, upstream)
    answers = {}
    for leaf in exam.case.differentiable:
        raw = claim.gradients.get(leaf.name)
        value = None if raw is None else comparable(raw, leaf.shape)
        if value is not None:
            answers[leaf.name] = value
    return answers


def _differences(
    exam: Exam, message: str, got: Gradients, wanted: Gradients, *, exact: bool = False
) -> tuple[Finding, ...]:
    names = [
        leaf.name
        for leaf in exam.case.differentiable
        if leaf.name in got and leaf.name in wanted
    ]
    pairs = [(name, got[name], wanted[name]) for name in names]
    return tuple(
        _non_linear(exam, message, name, a, b)
        for name, a, b in pairs
        if _apart(a, b, 0.0 if exact else _tolerance(exam, name))
    )


def _tolerance(exam: Exam, name: str) -> float:
    raw = exam.claim.gradients[name]
    half = raw is not None and raw.dtype == np.float16
    return _ULPS * float(np.finfo(np.float16 if half else np.float32).eps)


def _apart(got: Floats, wanted: Floats, tolerance: float) -> bool:
    finite = np.isfinite(got) & np.isfinite(wanted)
    sizes = np.maximum(np.abs(got[finite]), np.abs(wanted[finite]))
    apart = np.abs(got[finite] - wanted[finite])
    return bool(np.any(apart > tolerance * sizes.max(initial=0.0)))


def _non_linear(exam: Exam, message: str, name: str, got: Floats, wanted: Floats) -> Finding:
    apart = np.nan_to_num(np.abs(got - wanted), nan=0.0)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape))
    return exam.finding(
        "non-linear",
        f"{message}: at {name}{list(index)} it is {got[index]:.6g}, not {wanted[index]:.6g}",
        tensor=name,
        index=index,
        claimed=float(got[index]),
        reference=float(wanted[index]),
        advice=_CURE,
    )
