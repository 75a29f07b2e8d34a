"""Strangers' layers are found, built and judged rightly with no configuration."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from gradcheck.discovery import Found, find
from gradcheck.model import Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

WILD = Path(__file__).parents[2] / "wild"
FOLDERS = ("from_scratch", "assignment", "library", "styles")


def _table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wild_expected", WILD / "expected.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXPECTED: dict[str, str] = _table().EXPECTED
CONVENTIONS: dict[str, str] = _table().CONVENTIONS


KNOWN: dict[str, str] = _table().KNOWN


def _param(name: str) -> object:
    marks = [pytest.mark.xfail(reason=KNOWN[name])] if name in KNOWN else []
    return pytest.param(name, marks=marks)


@cache
def found() -> Found:
    return find([f"{folder}/" for folder in FOLDERS], root=WILD)


def target(name: str) -> Target:
    return next(t for t in found().targets if t.name == name)


def test_every_wild_layer_is_found_and_none_besides() -> None:
    assert {t.name for t in found().targets} == set(EXPECTED)
    assert not found().left_out


@pytest.mark.parametrize("name", [_param(name) for name in EXPECTED])
def test_wild_layer_is_judged(name: str) -> None:
    result = check_target(target(name), Policy())
    kinds = {finding.kind for finding in result.failures}
    if EXPECTED[name] == "pass":
        assert not kinds, [finding.message for finding in result.failures]
    else:
        assert EXPECTED[name] in kinds


@pytest.mark.parametrize("name", CONVENTIONS)
def test_convention_is_named(name: str) -> None:
    assert any(CONVENTIONS[name] in words for words in target(name).facts.conventions)


EXTRA = {
    "styles/modes.py::Standardise": "training=False",
    "styles/modes.py::ThinScaledTwice": "training=False",
    "styles/modes.py::Sleeping": "eval_mode",
    "styles/modes.py::drop_forward": "mode=test",
    "styles/modes.py::Window": "mode=mean",
    "styles/judges.py::EitherLabels": "t=labels",
    "from_scratch/layers.py::SoftmaxWithLoss": "t=labels",
}


@pytest.mark.parametrize("name", EXTRA)
def test_other_modes_and_labels_are_settings_of_their_own(name: str) -> None:
    assert any(setting.label.endswith(EXTRA[name]) for setting in target(name).settings(0))


def test_no_setting_for_a_mode_that_backward_cannot_follow() -> None:
    labels = [setting.label for setting in target("styles/modes.py::Thin").settings(0)]
    assert not any("train_flg" in label for label in labels)


def test_no_setting_for_labels_that_a_loss_does_not_take() -> None:
    labels = [setting.label for setting in target("styles/judges.py::YesOrNo").settings(0)]
    assert not any("one-hot" in label for label in labels)
