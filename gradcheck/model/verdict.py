"""Verdicts on a claim and the severity of a finding."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a claim after judging it."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Severity(StrEnum):
    """What one finding does to the verdict of its target."""

    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    REMARK = "remark"


def verdict_of(severities: Iterable[Severity]) -> Verdict:
    """Return the verdict that findings of these severities add up to: the worst decides."""
    seen = set(severities)
    if Severity.FAIL in seen:
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if Severity.INCONCLUSIVE in seen else Verdict.PASS


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts, pass where there are none."""
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in seen else Verdict.PASS
