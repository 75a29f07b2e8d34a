"""Asked about a gradient that is right, every suspicion stays silent."""

from collections.abc import Iterator

import numpy as np
import pytest

from gradcheck.cases import build_case, quiet
from gradcheck.diagnosis import Clues, diagnose
from gradcheck.evidence import Exam
from gradcheck.model import Finding, Setting, Severity, Target
from gradcheck.policy import Policy
from tests.support.layer_target import data, layer_target
from tests.zoo.development.collection import RIGHT
from tests.zoo.development.declaring import target_of
from tests.zoo.first_half import FIRST_HALF


def _targets() -> Iterator[Target]:
    twins = {(s.right, s.feeding.__name__): s for s in FIRST_HALF}
    yield from (specimen.target(specimen.right) for specimen in twins.values())
    yield from (target_of(right, feeding) for right, feeding in RIGHT)


def _causes(target: Target, setting: Setting, tensor: str, kind: str) -> list[str]:
    """Blame a tensor without reason, and return the causes that are found."""
    with quiet():
        exam = Exam(build_case(target, setting, "generic", 0), Policy())
        finding = Finding("gradient", kind, Severity.FAIL, "blamed", exam.case.id, tensor)
        clues = Clues(target, exam, finding, target.settings(0))
        return [diagnosis.cause for diagnosis in diagnose(clues)]


@pytest.mark.parametrize("target", [pytest.param(t, id=t.name) for t in _targets()])
def test_no_cause_is_named_for_a_gradient_that_is_right(target: Target) -> None:
    for setting in target.settings(0)[:2]:
        names = [leaf.name for leaf in setting.leaves if leaf.differentiable]
        for kind in ("mismatch", "non-linear"):
            assert {name: _causes(target, setting, name, kind) for name in names} == {
                name: [] for name in names
            }


class _Thrice:
    def forward(self, x: np.ndarray) -> np.ndarray:
        return 3.0 * x

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return 4.0 * dout


def test_the_same_question_finds_a_wrong_one() -> None:
    target = layer_target("thrice", [(_Thrice, [data("x", 3, 5)])])
    assert "scale" in _causes(target, target.settings(0)[0], "x", "mismatch")
