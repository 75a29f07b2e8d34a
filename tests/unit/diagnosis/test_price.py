"""What a diagnosis costs: measured once, and dear questions last."""

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.cases import build_case
from gradcheck.diagnosis import Clues, diagnose
from gradcheck.diagnosis import ranking as module
from gradcheck.diagnosis.record import Hit, suspicion
from gradcheck.evidence import Exam
from gradcheck.model import Finding, Severity
from gradcheck.policy import Policy
from tests.support.layer_target import data, layer_target

Array = np.ndarray


class _Negated:
    def forward(self, x: Array) -> Array:
        return np.tanh(x)

    def backward(self, dout: Array) -> Array:
        return -dout


def _clues() -> Clues:
    target = layer_target("negated", [(_Negated, [data("x", 3, 5)])])
    setting = target.settings(0)[0]
    exam = Exam(build_case(target, setting, "generic", 0), Policy())
    finding = Finding("gradient", "mismatch", Severity.FAIL, "wrong", exam.case.id, "x")
    return Clues(target, exam, finding, [setting])


def test_findings_of_one_exam_share_what_was_measured() -> None:
    clues = _clues()
    assert clues.pair is not None
    assert clues.jacobians is not None
    spent = clues.exam.subject.meter.spent.forward
    again = clues.about(replace(clues.finding, kind="non-linear"))
    assert again.pair is not None
    assert again.jacobians is not None
    assert clues.exam.subject.meter.spent.forward == spent


def test_the_gradient_comes_out_of_the_jacobian_for_nothing() -> None:
    clues = _clues()
    assert clues.pair is not None
    for_the_gradient = clues.exam.subject.meter.spent.forward
    assert clues.jacobians is not None
    assert (
        clues.exam.subject.meter.spent.forward - for_the_gradient == 15
    )  # claims, one an output


@pytest.mark.parametrize(("sure", "asked"), [(0.95, []), (0.85, ["dear"])])
def test_a_dear_question_is_asked_where_no_cheap_one_explains_all(
    monkeypatch: pytest.MonkeyPatch, sure: float, asked: list[str]
) -> None:
    heard: list[str] = []

    @suspicion("cheap")
    def cheap(clues: Clues) -> Hit | None:
        """It is cheap."""
        return Hit(sure, "seen", "mend it")

    @suspicion("dear", dear=True)
    def dear(clues: Clues) -> Hit | None:
        """It is dear."""
        heard.append("dear")
        return None

    monkeypatch.setattr(module, "all_suspicions", lambda: (cheap, dear))
    assert [d.cause for d in diagnose(_clues())] == ["cheap"]
    assert heard == asked


class _Both:
    """Two outputs of two inputs; a common fault shows in one of them."""

    def forward(self, x: Array, z: Array) -> Array:
        return np.tanh(x) + z

    def backward(self, dout: Array) -> tuple[Array, Array]:
        return dout, 2 * dout


def test_what_explains_one_tensor_is_borrowed_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = layer_target("both", [(_Both, [data("x", 3, 5), data("z", 3, 5)])])
    setting = target.settings(0)[0]
    exam = Exam(build_case(target, setting, "generic", 0), Policy())
    finding = Finding("gradient", "mismatch", Severity.FAIL, "wrong", exam.case.id, "x")
    common, own = (_of_z("common", common=True), _of_z("own", common=False))
    monkeypatch.setattr(module, "all_suspicions", lambda: (common, own))
    found = diagnose(Clues(target, exam, finding, [setting]))
    assert [(d.cause, d.evidence) for d in found] == [("common", "as z shows: seen")]
    assert found[0].confidence == pytest.approx(0.72)


def _of_z(cause: str, *, common: bool) -> object:
    def look(clues: Clues) -> Hit | None:
        """It is in z."""
        return Hit(0.8, "seen", "mend it") if clues.finding.tensor == "z" else None

    return suspicion(cause, common=common)(look)


@pytest.mark.parametrize(("sure", "told"), [(0.95, ["sure"]), (0.8, ["sure", "vague"])])
def test_a_vague_cause_is_not_told_beside_one_that_explains_all(
    monkeypatch: pytest.MonkeyPatch, sure: float, told: list[str]
) -> None:
    def of(cause: str, confidence: float) -> object:
        def look(clues: Clues) -> Hit | None:
            """It is there."""
            return Hit(confidence, "seen", "mend it")

        return suspicion(cause)(look)

    monkeypatch.setattr(module, "all_suspicions", lambda: (of("sure", sure), of("vague", 0.5)))
    assert [d.cause for d in diagnose(_clues())] == told
