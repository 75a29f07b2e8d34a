"""Contracts on what a layer may offer beside backward: forward mode and second order.

A layer offers them by methods, called after forward: ``jvp(dx, ...)`` takes a change of each
differentiable input and returns that of each output; ``hvp(dx, ...)``, called after backward,
returns the change of each input's gradient for the same upstream gradient. Parameters stay as
they are.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from gradcheck.cases import copied
from gradcheck.errors import TargetError, said
from gradcheck.evidence import Exam
from gradcheck.model import Array, Finding, Floats, Leaf, Outputs, Role, Session

from .answers import pull
from .record import Outcome, contract
from .when import on_small_generic

#: Differences of gradients: the error of a central difference at this step is step**2 and
#: eps / step, both below 1e-9 for functions of order one.
_STEP = 2.0**-16
#: Two ways to one number: rounding in float32 inside a layer stays below, a wrong term above.
_APART = 64.0 * float(np.finfo(np.float32).eps)

#: What to do about a wrong second order.
_ADVICE = "differentiate backward once more, line by line, with the upstream gradient constant"

Tangents = Sequence[Floats]
Method = Callable[..., Any]


@contract("forward-mode", applies=lambda exam: _offers(exam, "jvp"))
def forward_mode_is_the_transpose(exam: Exam) -> Outcome:
    """Where a layer offers jvp, <v, jvp(d)> is <backward(v), d>, and jvp is linear in d."""
    first, second = _tangents(exam, "a change"), _tangents(exam, "another change")
    changes = [_pushed(exam, d) for d in (first, second)]
    both = _pushed(exam, [a + b for a, b in zip(first, second, strict=True)])
    gradients = _gradients(exam)
    found: list[Finding] = []
    for tangents, change in zip((first, second), changes, strict=True):
        pairs = zip(exam.case.upstream, change, strict=True)
        forward = [float(np.vdot(v, dy)) for v, dy in pairs]
        backward = [float(np.vdot(g, d)) for g, d in zip(gradients, tangents, strict=True)]
        size = _terms(exam.case.upstream, change) + _terms(gradients, tangents)
        found += _unequal(exam, sum(forward), sum(backward), size)
    if not found and not _alike(both, [a + b for a, b in zip(*changes, strict=True)]):
        found.append(exam.finding("non-linear", "jvp is not linear in the change of the input"))
    return Outcome(tuple(found[:1]))


@contract("second-order", applies=lambda exam: _offers(exam, "hvp"))
def second_order_is_symmetric(exam: Exam) -> Outcome:
    """Where a layer offers hvp, it is symmetric and matches differences of the gradient."""
    first, second = _tangents(exam, "a change"), _tangents(exam, "another change")
    one, other = _curved(exam, first), _curved(exam, second)
    left = sum(float(np.vdot(s, h)) for s, h in zip(second, one, strict=True))
    right = sum(float(np.vdot(s, h)) for s, h in zip(first, other, strict=True))
    size = _terms(second, one) + _terms(first, other)
    found = list(_mismatches(exam, one, first))
    if not found and abs(left - right) > _APART * size:
        text = (
            f"hvp is not symmetric: <s, hvp(d)> is {left:.6g} and <d, hvp(s)> is {right:.6g}; "
            "second derivatives do not depend on their order"
        )
        found.append(exam.finding("mismatch", text, advice=_ADVICE))
    return Outcome(tuple(found))


def _unequal(exam: Exam, forward: float, backward: float, size: float) -> Iterator[Finding]:
    if abs(forward - backward) > _APART * size:
        text = (
            f"<v, jvp(d)> is {forward:.6g} and <backward(v), d> is {backward:.6g}: forward "
            "mode and backward are not derivatives of one function"
        )
        yield exam.finding("mismatch", text, advice="derive forward mode and backward alike")


def _mismatches(exam: Exam, offered: Tangents, tangents: Tangents) -> Iterator[Finding]:
    """Compare with differences of backward, where these do not change with the step."""
    wide, wanted = (_differences(exam, tangents, step) for step in (4.0 * _STEP, _STEP))
    for leaf, got, right, rough in zip(_data(exam), offered, wanted, wide, strict=True):
        scale = float(np.abs(right).max(initial=0.0)) + float(np.abs(got).max(initial=0.0))
        settled = np.abs(right - rough) <= _APART * scale
        apart = np.where(settled, np.abs(got - right), 0.0)
        if np.all(apart <= 2.0 * _APART * scale):
            continue
        at = np.unravel_index(int(np.argmax(apart)), apart.shape)
        yield exam.finding(
            "mismatch",
            f"hvp says that the gradient of {leaf.name} changes by {got[at]:.6g} at "
            f"{[int(i) for i in at]}; differences of backward give {right[at]:.6g}",
            tensor=leaf.name,
            advice=_ADVICE,
        )


def _differences(exam: Exam, tangents: Tangents, step: float) -> Tangents:
    """Return central differences of the claimed gradients along a change of the inputs."""
    ahead, behind = (_gradients(exam, tangents, h) for h in (step, -step))
    return [(a - b) / (2.0 * step) for a, b in zip(ahead, behind, strict=True)]


def _gradients(exam: Exam, tangents: Tangents = (), step: float = 0.0) -> Tangents:
    inputs = copied(exam.case.inputs)
    for leaf, tangent in zip(_data(exam), tangents, strict=False):
        inputs[leaf.name] = inputs[leaf.name] + step * tangent
    answer = exam.subject.claim(inputs, exam.case.upstream).gradients
    return [_shaped(answer.get(leaf.name), leaf) for leaf in _data(exam)]


def _pushed(exam: Exam, tangents: Tangents) -> Tangents:
    session = exam.subject.open()
    outputs = exam.subject.forward(session, copied(exam.case.inputs))
    changes = _called("jvp", _method(session, "jvp"), tangents)
    if [np.shape(c) for c in changes] != [np.shape(y) for y in outputs]:
        raise TargetError("jvp", "jvp returns no change for each output", kind="shape")
    return changes


def _curved(exam: Exam, tangents: Tangents) -> Tangents:
    session = exam.subject.open()
    exam.subject.forward(session, copied(exam.case.inputs))
    pull(exam, session)
    changes = _called("hvp", _method(session, "hvp"), tangents)
    if len(changes) != len(_data(exam)):
        text = "hvp returns no change for each input's gradient"
        raise TargetError("hvp", text, kind="shape")
    return [_shaped(c, leaf) for c, leaf in zip(changes, _data(exam), strict=True)]


def _called(name: str, method: Method | None, tangents: Tangents) -> Tangents:
    """Call foreign code; whatever it raises is a result about the target."""
    assert method is not None  # the contract applies
    try:
        answer = method(*(np.array(t) for t in tangents))
    except Exception as error:
        text = f"{name} raised {said(error)}"
        raise TargetError(name, text) from error
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [np.array(part, dtype=np.float64) for part in parts]


def _shaped(gradient: Array | None, leaf: Leaf) -> Floats:
    if gradient is None or np.size(gradient) != int(np.prod(leaf.shape)):
        raise TargetError("hvp", f"no gradient of {leaf.name} in its shape", kind="shape")
    return np.asarray(gradient, dtype=np.float64).reshape(leaf.shape)


def _tangents(exam: Exam, purpose: str) -> Tangents:
    rng = exam.generator(purpose)
    return [rng.normal(size=leaf.shape) for leaf in _data(exam)]


def _data(exam: Exam) -> list[Leaf]:
    return [leaf for leaf in exam.case.differentiable if leaf.role is Role.DATA]


def _terms(first: Outputs | Tangents, second: Tangents) -> float:
    """Return the sum of the sizes of the terms of a scalar product."""
    pairs = zip(first, second, strict=True)
    return float(sum(np.abs(np.asarray(a) * b).sum() for a, b in pairs))


def _alike(first: Tangents, second: Tangents) -> bool:
    pairs = list(zip(first, second, strict=True))
    size = max((float(np.abs(b).max(initial=0.0)) for _, b in pairs), default=0.0)
    return all(bool(np.all(np.abs(a - b) <= _APART * size)) for a, b in pairs)


def _offers(exam: Exam, name: str) -> str:
    """Return why the contract does not apply: the layer has no such method, or a reason."""
    reason = on_small_generic(exam)
    if reason:
        return reason
    method = _method(exam.subject.open(), name)
    if method is None:
        return f"the layer offers no {name}"
    if not _takes(method, len(_data(exam))):
        return f"its {name} takes something else than a change of each input"
    wide = all(exam.case.inputs[leaf.name].dtype == np.float64 for leaf in _data(exam))
    return "" if wide and _data(exam) else "differences of gradients need float64 inputs"


def _method(session: Session, name: str) -> Method | None:
    """Return a method of the session itself or of an object that it holds: the live layer."""
    held = getattr(session, "__dict__", {}).values()
    found = (getattr(owner, name, None) for owner in (session, *held))
    return next((m for m in found if inspect.ismethod(m)), None)


def _takes(method: Method, count: int) -> bool:
    """Whether a method can be called with so many arrays."""
    try:
        inspect.signature(method).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
