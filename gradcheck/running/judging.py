"""Judge one member, here and now."""

from dataclasses import replace

from gradcheck.discovery import Sighting, targets_of
from gradcheck.errors import EndedError, TargetError
from gradcheck.model import Finding, Judged, LeftOut, TargetResult, verdict_of
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy


def judge(sighting: Sighting, policy: Policy) -> Judged:
    """Return everything that comes of one member."""
    name = sighting.member.name
    try:
        targets = targets_of(sighting)
    except TargetError as error:
        return Judged(name, left_out=(LeftOut(name, error.message),))
    except EndedError as error:
        return Judged(name, (_ended(name, error, policy),))
    return Judged(name, tuple(check_target(target, policy) for target in targets))


def _ended(name: str, error: EndedError, policy: Policy) -> TargetResult:
    """Return the result of a target that ended the first trial that was made of it."""
    finding = Finding("answer", error.kind, policy.severity(error.kind), error.message)
    return TargetResult(name, verdict_of([finding.severity]), findings=(finding,))


def with_output(judged: Judged, printed: str) -> Judged:
    """Return it with what was printed while it came about."""
    if not printed:
        return judged
    targets = tuple(replace(t, output=t.output + printed) for t in judged.targets)
    return replace(judged, targets=targets)
