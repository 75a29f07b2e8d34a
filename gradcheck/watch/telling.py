"""What is said of a wrong step, and whether it has been said before."""

from collections.abc import Iterator

from gradcheck.model import Finding, Severity, TargetResult

#: Findings that are told in full; the others are counted.
_TOLD = 3


def faults_of(result: TargetResult) -> frozenset[str]:
    """Return the faults of a step: each tensor that is wrong, of a wrong part if there is one.

    Causes are no part of a fault: the same one may look different at the next batch.
    """
    return frozenset(f"{finding.kind} {finding.tensor}" for finding in _own(result))


def _own(result: TargetResult) -> list[Finding]:
    """Return the findings of the wrong parts, or those of the network where none is wrong.

    Where nothing is wrong, what kept the check from being made.
    """
    failures = list(result.failures)
    inner = [f for f in failures if f.message.startswith("in ")]
    return inner or failures or [f for f in result.findings if f.kind == "not-built"]


def told(result: TargetResult, again: str) -> str:
    """Return the warning about a step.

    Parameters
    ----------
    again
        How to see it once more.
    """
    return "\n".join(_lines(result, again))


def _lines(result: TargetResult, again: str) -> Iterator[str]:
    yield f"a wrong gradient in {result.target} of the training"
    failures = [f for f in result.findings if f.severity is Severity.FAIL]
    for finding in failures[:_TOLD]:
        yield f"  {finding.message}"
        if finding.pattern:
            yield f"    where: {finding.pattern}"
        for cause in finding.causes[:1]:
            yield f"    why: {cause.title}"
            yield f"    saw: {cause.evidence}"
            yield f"    cure: {cause.cure}"
        if finding.advice and not finding.causes:
            yield f"    advice: {finding.advice}"
    if len(failures) > _TOLD:
        yield f"  and {len(failures) - _TOLD} more, in watch.results[-1].findings"
    if result.source is not None:
        yield f"  backward: {result.source.file}:{result.source.line}"
    yield f"  again: {again}"
