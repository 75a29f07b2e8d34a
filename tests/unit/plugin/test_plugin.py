"""The pytest plugin: fixture, marker, options, parametrised checks, summary."""

import json
import sys

import pytest

from tests.unit.plugin.conftest import Pytest

X = "np.arange(6.0).reshape(2, 3)"

RIGHT = f"""
def test_right(gradcheck):
    report = gradcheck(Double(), {X})
    assert report.verdict == "pass"
"""

WRONG = f"""
def test_wrong(gradcheck):
    gradcheck(Triple(), {X})
"""

KNOWN = """
@pytest.mark.gradcheck(expect_fail="issue 7")
def test_known(gradcheck):
    gradcheck({layer}(), np.ones((2, 3)))
"""

PLANNED = """
import gradcheck

@gradcheck.parametrize("layers:{name}", contracts=("gradient", "upstream-zero"))
def test_planned(gradcheck):
    gradcheck()
"""


def test_a_right_layer_passes(run_pytest: Pytest) -> None:
    result = run_pytest(RIGHT)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["gradcheck: 1 checks, 1 passed, 0 failed, 0 inconclusive"])


def test_a_wrong_layer_fails_with_the_story_and_without_our_frames(run_pytest: Pytest) -> None:
    result = run_pytest(WRONG)
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    for part in ("FAIL", "the gradient of x", "why:", "0 passed, 1 failed"):
        assert part in text
    for frame in ("pytest_plugin.py", "pipeline.py", "Traceback", "checking.py"):
        assert frame not in text


def test_assert_gradients_shows_no_frame_of_ours(run_pytest: Pytest) -> None:
    result = run_pytest(
        "import gradcheck\n\ndef test_it():\n"
        "    gradcheck.assert_gradients(Triple(), np.ones((2, 3)))\n"
    )
    result.assert_outcomes(failed=1)
    assert "the gradient of x" in result.stdout.str()
    assert "asserting.py" not in result.stdout.str()


def test_a_known_failure_is_expected(run_pytest: Pytest) -> None:
    result = run_pytest(KNOWN.format(layer="Triple"), "-rx")
    result.assert_outcomes(xfailed=1)
    assert "issue 7" in result.stdout.str()


def test_a_known_failure_that_is_mended_fails(run_pytest: Pytest) -> None:
    result = run_pytest(KNOWN.format(layer="Double"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected to fail (issue 7), did not: remove expect_fail*"])


@pytest.mark.parametrize("words", ["expects_fail='x'", "'issue 7'"])
def test_a_marker_with_unknown_words_is_an_error(run_pytest: Pytest, words: str) -> None:
    result = run_pytest(
        f"@pytest.mark.gradcheck({words})\ndef test_it(gradcheck):\n"
        "    gradcheck(Double(), np.ones(3))\n"
    )
    assert result.ret != 0
    assert "the marker gradcheck takes" in result.stdout.str() + result.stderr.str()


def test_the_marker_and_the_option_limit_the_budget(run_pytest: Pytest) -> None:
    text = RIGHT.replace("pass", "inconclusive")
    marked = run_pytest("@pytest.mark.gradcheck(budget=1)" + text)
    marked.assert_outcomes(passed=1)
    marked.stdout.fnmatch_lines(["gradcheck: 1 checks, 0 passed, 0 failed, 1 inconclusive"])
    typed = run_pytest(text, "--gradcheck-budget=1")
    typed.assert_outcomes(passed=1)


def test_the_option_sets_the_seed(run_pytest: Pytest) -> None:
    text = RIGHT.replace('report.verdict == "pass"', "report.run.seed == 5")
    run_pytest(text, "--gradcheck-seed=5").assert_outcomes(passed=1)


def test_strict_makes_remarks_failures(run_pytest: Pytest) -> None:
    text = RIGHT.replace(f"{X})", f"{X}, strict=True, budget=1)")
    run_pytest(text).assert_outcomes(failed=1)


def test_a_session_without_checks_says_nothing(run_pytest: Pytest) -> None:
    result = run_pytest("def test_it():\n    pass\n")
    assert "gradcheck:" not in result.stdout.str()


def test_a_report_of_all_checks_is_written(
    run_pytest: Pytest, pytester: pytest.Pytester
) -> None:
    run_pytest(RIGHT + WRONG, "--gradcheck-report=new/checks.json")
    checks = json.loads((pytester.path / "new" / "checks.json").read_text())["checks"]
    assert [check["verdict"] for check in checks] == ["pass", "fail"]


def test_checks_are_counted_over_processes(
    run_pytest: Pytest, pytester: pytest.Pytester
) -> None:
    pytest.importorskip("xdist")
    text = RIGHT + WRONG + KNOWN.format(layer="Triple") + PLANNED.format(name="Double")
    result = run_pytest(text, "-n2", "--gradcheck-report=checks.json", apart=True)
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes["xfailed"]) == (1, 1)
    checks = json.loads((pytester.path / "checks.json").read_text())["checks"]
    assert len(checks) == outcomes["passed"] + 2
    result.stdout.fnmatch_lines([f"gradcheck: {len(checks)} checks, *2 failed, 0 inconclusive"])


def test_planned_checks_have_ids_that_read_like_claims(run_pytest: Pytest) -> None:
    result = run_pytest(PLANNED.format(name="Double"), "--collect-only", "-q")
    lines = result.stdout.lines
    assert "test_it.py::test_planned[Double-gradient[N=3,D=5]]" in lines
    assert "test_it.py::test_planned[Double-upstream-zero[N=3,D=5-large]]" in lines


def test_planned_checks_pass_and_fail(run_pytest: Pytest) -> None:
    result = run_pytest(PLANNED.format(name="Triple"))
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] >= 4
    assert outcomes["passed"] >= 8
    failed = [line for line in result.stdout.lines if line.startswith("FAILED")]
    assert all("Triple-gradient[" in line for line in failed)


def test_a_planned_check_that_does_not_apply_is_skipped(run_pytest: Pytest) -> None:
    text = PLANNED.format(name="Double").replace('"gradient"', '"dead-branch"')
    result = run_pytest(text, "-k", "dead-branch", "-rs")
    assert result.parseoutcomes().get("failed", 0) == 0
    assert result.parseoutcomes()["skipped"] > 0


def test_the_fixture_without_a_target_says_what_to_do(run_pytest: Pytest) -> None:
    result = run_pytest("def test_it(gradcheck):\n    gradcheck()\n")
    result.assert_outcomes(failed=1)
    assert "give it a target" in result.stdout.str()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("'layers:Tripel'", "nearest are Triple"),
        ("'layer'", "did you mean layers"),
        ("'layers', contracts=['gradeint']", "there is no contract 'gradeint'"),
        ("'json'", "no target in json"),
    ],
)
def test_a_plan_that_names_nothing_is_an_error(
    run_pytest: Pytest, call: str, said: str
) -> None:
    text = f"import gradcheck\n\n@gradcheck.parametrize({call})"
    result = run_pytest(f"{text}\ndef test_it(gradcheck):\n    pass\n")
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()


def test_the_plugin_beside_an_installed_one_is_the_same_plugin(
    run_pytest: Pytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = pytester.mkdir("site") / "gradcheck-0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gradcheck\nVersion: 0.0\n")
    point = "gradcheck.pytest_plugin = gradcheck.pytest_plugin"
    (info / "entry_points.txt").write_text(f"[pytest11]\n{point}\n")
    monkeypatch.setenv("PYTHONPATH", str(info.parent), prepend=":")
    run_pytest(RIGHT, apart=True).assert_outcomes(passed=1)


UNITTEST = """
import unittest
import gradcheck

class TestLayers(gradcheck.GradcheckMixin, unittest.TestCase):
    def test_right(self):
        self.assertEqual(self.assertGradients(Double(), np.ones((2, 3))).verdict, "pass")

    def test_wrong(self):
        self.assertGradients(Triple(), np.ones((2, 3)))
"""


def test_a_test_case_of_unittest_can_check(
    run_pytest: Pytest, pytester: pytest.Pytester
) -> None:
    run_pytest(UNITTEST).assert_outcomes(passed=1, failed=1)
    result = pytester.run(sys.executable, "-m", "unittest", "test_it")
    assert "the gradient of x" in result.stderr.str()
    assert "asserting.py" not in result.stderr.str()
    assert "unittesting.py" not in result.stderr.str()
