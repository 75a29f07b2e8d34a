"""Known failures: data with a reason, reported when they are stale."""

from collections.abc import Mapping
from dataclasses import replace

from gradcheck.model import Finding, LeftOut, Run, Severity, TargetResult, Verdict


def with_expected(run: Run, expected: Mapping[str, str]) -> Run:
    """Return the run with known failures turned into remarks.

    A target that is expected to fail and passes is a failure of its own: the entry is stale. An
    entry that names no target of the run is listed among what was left out.
    """
    if not expected:
        return run
    targets = tuple(_judged(result, expected.get(result.target)) for result in run.targets)
    known = {result.target for result in run.targets}
    unknown = [
        LeftOut(name, f"expected to fail ({why}), but not found")
        for name, why in expected.items()
        if name not in known
    ]
    return replace(run, targets=targets, left_out=(*run.left_out, *unknown))


def _judged(result: TargetResult, reason: str | None) -> TargetResult:
    if reason is None:
        return result
    if result.verdict is Verdict.FAIL:
        note = Finding("expected", "convention", Severity.REMARK, f"expected to fail: {reason}")
        softened = [
            replace(f, severity=Severity.REMARK) if f.severity is Severity.FAIL else f
            for f in result.findings
        ]
        return replace(result, verdict=Verdict.PASS, findings=(note, *softened))
    stale = Finding(
        "expected",
        "raised",
        Severity.FAIL,
        f"expected to fail ({reason}), and it does not: remove it from expected_failures",
    )
    return replace(result, verdict=Verdict.FAIL, findings=(*result.findings, stale))
