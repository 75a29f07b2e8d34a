"""The pytest plugin: options, a fixture, a marker, parametrised checks and a summary line.

pytest imports this module at every start in an environment that has the package, so nothing
heavy is imported until a check runs.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.api import Report

_KEY = "gradcheck"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    group = parser.getgroup("gradcheck", "gradient checks")
    group.addoption("--gradcheck-seed", type=int, default=None, help="seed of every check")
    group.addoption(
        "--gradcheck-budget",
        type=int,
        default=None,
        help="at most so many forward calls a check",
    )
    group.addoption(
        "--gradcheck-report", default=None, metavar="FILE", help="write a report of all checks"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers knows it."""
    config.addinivalue_line(
        "markers",
        "gradcheck(budget=None, expect_fail=None): limits of a gradient check; expect_fail is "
        "the reason why it must fail, and the test fails once it passes",
    )


class Checker:
    """What the `gradcheck` fixture gives: call it like `gradcheck.check`; it asserts."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def __call__(self, *target_and_arrays: Any, **options: Any) -> "Report":
        """Check a target and fail the test with the finding where it is wrong.

        Without arguments it checks what `gradcheck.parametrize` planned for this test.
        """
        __tracebackhide__ = True
        if not target_and_arrays:
            return self._planned()
        from gradcheck.api import check

        report = check(*target_and_arrays, **{**self._defaults(), **options})
        settle_report(self._request.node, report)
        return report

    def _planned(self) -> "Report":
        __tracebackhide__ = True
        planned = getattr(self._request, "param", None)
        if planned is None:
            pytest.fail(
                "gradcheck() checks what @gradcheck.parametrize plans; in other tests give it "
                "a target: gradcheck(layer, x)",
                pytrace=False,
            )
        report: Report = planned.check(self._defaults()["budget"])
        reason = planned.skipped(report)
        if reason:
            pytest.skip(reason)
        settle_report(self._request.node, report)
        return report

    def _defaults(self) -> dict[str, Any]:
        config, limits = self._request.config, _limits(self._request.node)
        budget = limits.get("budget")
        return {
            "seed": config.getoption("--gradcheck-seed") or 0,
            "budget": config.getoption("--gradcheck-budget") if budget is None else budget,
        }


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Checker:
    """Check gradients in a test: ``gradcheck(layer, x)``."""
    return Checker(request)


def _limits(node: pytest.Item) -> Mapping[str, Any]:
    """Return what the marker of a test says; a word that it does not know is an error."""
    marker = node.get_closest_marker(_KEY)
    if marker is None:
        return {}
    unknown = [*map(repr, marker.args), *(set(marker.kwargs) - {"budget", "expect_fail"})]
    if unknown:
        raise pytest.UsageError(
            f"the marker gradcheck takes budget=... and expect_fail=..., got {unknown[0]}"
        )
    return marker.kwargs


def settle_report(node: pytest.Item, report: "Report") -> None:
    """Keep a report for the summary and fail the test where it is not what was expected."""
    __tracebackhide__ = True
    row = {"target": report.result.target, "verdict": report.verdict}
    node.user_properties.append((_KEY, json.dumps(row)))
    expected = _limits(node).get("expect_fail")
    if expected is not None:
        if report.verdict != "fail":
            pytest.fail(
                f"expected to fail ({expected}), did not: remove expect_fail", pytrace=False
            )
        pytest.xfail(str(expected))
    if report.verdict == "fail":
        pytest.fail(f"\n{report}", pytrace=False)


def pytest_terminal_summary(
    terminalreporter: Any, exitstatus: int, config: pytest.Config
) -> None:
    """Count the checks of the session in one line."""
    rows = list(_rows(terminalreporter))
    if not rows:
        return
    failed = sum(row["verdict"] == "fail" for row in rows)
    unsure = sum(row["verdict"] == "inconclusive" for row in rows)
    terminalreporter.write_line(
        f"gradcheck: {len(rows)} checks, {len(rows) - failed - unsure} passed, "
        f"{failed} failed, {unsure} inconclusive"
    )
    path = config.getoption("--gradcheck-report")
    if path:
        _write(path, rows)


def _rows(terminalreporter: Any) -> Iterator[dict[str, str]]:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for key, value in getattr(report, "user_properties", ()):
                    if key == _KEY:
                        yield json.loads(value)


def _write(path: str, rows: list[dict[str, str]]) -> None:
    from pathlib import Path

    from gradcheck.reporters import write_whole

    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_whole(Path(path), json.dumps({"checks": rows}, indent=2) + "\n")
