"""gradcheck in code: reports that cannot be misread, assertions, replays, plans."""

import json
import pickle
import unittest
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import gradcheck
from gradcheck.reporters import json_report

X = np.arange(6.0).reshape(2, 3) / 4 - 0.6


class Double:
    def forward(self, x):
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout


class Triple(Double):
    def forward(self, x):
        return 3.0 * x


class Loss:
    def forward(self, y, t):
        self.difference = y - np.eye(y.shape[1])[t]
        return 0.5 * np.sum(self.difference**2)

    def backward(self, dout=1.0):
        return dout * self.difference


def make(rng):
    return Double(), rng.normal(size=(2, 3))


def make_wrong(rng):
    return Triple(), rng.normal(size=(rng.integers(1, 5), 3))


#: What can be checked, and its verdict.
CHECKED = {
    "a right layer": (Double(), (X,), "pass"),
    "a wrong layer": (Triple(), (X,), "fail"),
    "a list for an array": (Double(), ([[0.5, 1.5]],), "pass"),
    "a loss with labels": (Loss(), (X, np.array([0, 2])), "pass"),
    "a pair": ((lambda x: x * x, None), (X,), None),
    "a pair with a cache": (
        (lambda x: (x * x, (x,)), lambda dout, cache: 2 * cache[0] * dout),
        (X,),
        "pass",
    ),
    "a wrong pair": (
        (lambda x: (x * x, (x,)), lambda dout, cache: cache[0] * dout),
        (X,),
        "fail",
    ),
    "a maker": (make, (), "pass"),
    "a wrong maker": (make_wrong, (), "fail"),
}


@pytest.mark.parametrize(
    ("target", "arrays", "verdict"),
    [row for row in CHECKED.values() if row[2]],
    ids=[name for name, row in CHECKED.items() if row[2]],
)
def test_a_check_answers_with_a_verdict(target, arrays, verdict: str) -> None:
    report = gradcheck.check(target, *arrays)
    assert report.verdict == verdict
    assert bool(report.findings) == (verdict == "fail")
    assert report.cost.forward > 0


@pytest.mark.parametrize("target", [CHECKED["a pair"][0], object(), 3, "layer", Double])
def test_what_follows_no_convention_is_refused_with_advice(target: object) -> None:
    with pytest.raises(gradcheck.UsageError, match="forward"):
        gradcheck.check(target, X)


def test_inputs_are_left_as_they_were() -> None:
    x = X.copy()
    gradcheck.check(Triple(), x)
    np.testing.assert_array_equal(x, X)


def test_the_same_seed_gives_the_same_report() -> None:
    one, other = (gradcheck.check(make_wrong, seed=3).to_dict() for _ in range(2))
    assert stripped(one) == stripped(other)


def stripped(data: dict) -> str:
    """Return a report as text, without times."""
    times = ("seconds", "target_seconds")
    return json.dumps(data, default=str, sort_keys=True) if not data else _without(data, times)


def _without(data: object, names: tuple[str, ...]) -> str:
    if isinstance(data, dict):
        return str({k: _without(v, names) for k, v in data.items() if k not in names})
    return str([_without(v, names) for v in data]) if isinstance(data, list) else repr(data)


@pytest.mark.parametrize("use", [bool, lambda r: r and 1, lambda r: not r])
def test_a_report_is_no_truth_value(use: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="inconclusive"):
        use(gradcheck.check(Double(), X))


def test_a_report_prints_its_story_at_a_hundred_columns_without_colours() -> None:
    text = str(gradcheck.check(Triple(), X))
    assert "FAIL" in text
    assert "the gradient of x" in text
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines() if "again:" not in line) <= 100


def test_a_report_prints_on_a_console_and_in_a_notebook() -> None:
    report = gradcheck.check(Triple(), X)
    console = Console(record=True, width=80, file=StringIO())
    console.print(report)
    assert "the gradient of x" in console.export_text()
    page = report._repr_html_()
    assert page.startswith("<pre>")
    assert "the gradient of x" in page


def test_a_report_reads_back_from_its_dictionary_and_pickles() -> None:
    report = gradcheck.check(Triple(), X)
    assert json_report.from_dict(report.to_dict()) == report.run
    assert pickle.loads(pickle.dumps(report)) == report


def test_remarks_are_no_findings() -> None:
    class Writes(Double):
        def backward(self, dout):
            dout *= 2.0
            return dout

    report = gradcheck.check(Writes(), X)
    assert report.verdict == "pass"
    assert report.remarks
    assert report.findings == []
    assert gradcheck.check(Writes(), X, strict=True).verdict == "fail"


def test_a_budget_leaves_undecided_what_it_does_not_reach() -> None:
    report = gradcheck.check(Double(), X, budget=1)
    assert report.verdict == "inconclusive"
    assert report.cost.forward <= 1


def test_exploring_reports_the_simplest_failure() -> None:
    report = gradcheck.check(make_wrong, explore=12)
    (agreement, *_) = report.result.agreements
    assert report.verdict == "fail"
    assert agreement.shape == (1, 3)


def test_an_assertion_returns_the_report_or_raises_the_story() -> None:
    assert gradcheck.assert_gradients(Double(), X).verdict == "pass"
    with pytest.raises(AssertionError, match="the gradient of x"):
        gradcheck.assert_gradients(Triple(), X)


def test_an_assertion_lets_the_undecided_pass_unless_it_is_strict() -> None:
    assert gradcheck.assert_gradients(Double(), X, budget=1).verdict == "inconclusive"
    with pytest.raises(AssertionError):
        gradcheck.assert_gradients(Double(), X, budget=1, strict=True)


def test_a_test_case_raises_its_own_exception() -> None:
    class Failed(Exception):
        pass

    class Case(gradcheck.GradcheckMixin, unittest.TestCase):
        failureException = Failed

    with pytest.raises(Failed, match="the gradient of x"):
        Case().assertGradients(Triple(), X)
    assert Case().assertGradients(Double(), X).verdict == "pass"


FILE = """
class {name}:
    def forward(self, x):
        return 3.0 * x

    def backward(self, dout):
        return {factor} * dout
"""


@pytest.mark.parametrize(("factor", "wrong"), [("2.0", True), ("3.0", False)])
def test_a_replay_shows_the_fault_until_it_is_mended(
    tmp_path: Path, factor: str, *, wrong: bool
) -> None:
    path = tmp_path / "layers.py"
    path.write_text(FILE.format(name="Triple", factor=factor))
    findings = gradcheck.replay(
        f"{path}::Triple",
        contract="gradient",
        setting="N=3,D=5",
        inputs={"x": np.full((3, 5), 0.1)},
        upstream=[np.eye(3, 5)],
    )
    assert bool(findings) is wrong


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("no contract", {"contract": "gradeint"}),
        ("no setting", {"setting": "N=4"}),
        (r"shape \(3, 5\)", {"inputs": {"x": [[0.1]]}}),
        ("x is missing", {"inputs": {"y": X}}),
    ],
)
def test_a_replay_of_what_is_not_there_is_refused(tmp_path: Path, word: str, asked) -> None:
    path = tmp_path / "layers.py"
    path.write_text(FILE.format(name="Triple", factor="3.0"))
    arrays = {"inputs": {"x": np.ones((3, 5))}, "upstream": [np.ones((3, 5))]}
    given = {"contract": "gradient", "setting": "N=3,D=5", **arrays, **asked}
    with pytest.raises(gradcheck.UsageError, match=word):
        gradcheck.replay(f"{path}::Triple", **given)


def test_a_plan_names_every_target_contract_and_case(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(FILE.format(name="A", factor="3.0") + FILE.format(name="B", factor="2.0"))
    mark = gradcheck.parametrize(str(path), contracts=["gradient", "shape"]).mark
    names, rows = mark.args
    ids = [row.id for row in rows]
    assert names == "gradcheck"
    assert len(set(ids)) == len(ids)
    assert {i.partition("[")[0] for i in ids} == {f"{n}-{c}" for n in "AB" for c in CONTRACTS}
    assert "A-gradient[N=3,D=5]" in ids


CONTRACTS = ("gradient", "shape")


def test_targets_of_one_name_are_told_apart_in_a_plan(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "layers.py").write_text(FILE.format(name="A", factor="3.0"))
    rows = gradcheck.parametrize(str(tmp_path), contracts=["shape"]).mark.args[1]
    assert len({row.id.partition("-shape")[0] for row in rows}) == 2


def test_a_target_that_cannot_be_built_is_one_failing_item(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(FILE.format(name="A", factor="2.0"))
    (row, *_) = gradcheck.parametrize(str(path), contracts=["gradient"]).mark.args[1]
    (planned,) = row.values
    report = planned.check()
    assert report.verdict == "fail"
    assert report.result.cases == (planned.case,)
    assert planned.skipped(report) == ""
