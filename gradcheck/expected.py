"""Known failures: data with a reason, reported when they are stale."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from gradcheck.model import Finding, LeftOut, Run, Severity, TargetResult, Verdict, mapped


def with_expected(
    run: Run, expected: Mapping[str, str], *, found: Collection[str] | None = None
) -> Run:
    """Return the run with known failures turned into remarks.

    A target that is expected to fail and passes is a failure of its own: the entry is stale. An
    entry that names nothing is listed among what was left out.

    Parameters
    ----------
    found
        Names of all targets of the project; None where only some were looked for, so that
        nothing can be said of the others.
    """
    if not expected:
        return run
    targets = mapped(run.targets, lambda _, each: _judged(each, expected.get(each.target)))
    unknown = [
        LeftOut(name, f"expected to fail ({why}), but not found")
        for name, why in expected.items()
        if found is not None and name not in found
    ]
    left_out = sorted((*run.left_out, *unknown), key=lambda item: item.name)
    return replace(run, targets=targets, left_out=tuple(left_out))


def _judged(result: TargetResult, reason: str | None) -> TargetResult:
    if reason is None or result.verdict is Verdict.INCONCLUSIVE:
        return result  # what is not decided is no proof that it was mended
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
