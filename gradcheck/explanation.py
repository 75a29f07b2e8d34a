"""Explain what failed: where, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.contracts import Outcome
from gradcheck.diagnosis import Clues, Standing, diagnose, explains
from gradcheck.errors import BudgetError, TargetError
from gradcheck.evidence import Exam, Examined, compare_entry, mismatch
from gradcheck.locate import Wrong, corner, describe, from_entries, output_of
from gradcheck.model import (
    Comparison,
    Diagnosis,
    Finding,
    Leaf,
    Setting,
    Severity,
    Target,
    Verdict,
)

#: A target with more different findings than this has one cause that explains them all.
_MOST = 8
#: Directions along which an entry is searched.
_TRIES = 3


def locate(exam: Exam, outcome: Outcome) -> Outcome:
    """Return the outcome with its mismatches located."""
    if not any(finding.kind == "mismatch" for finding in outcome.findings):
        return outcome
    findings = tuple(_located(exam, outcome.comparisons, f) for f in outcome.findings)
    return replace(outcome, findings=findings)


def with_causes(
    target: Target,
    settings: Sequence[Setting],
    exams: Mapping[str, Exam],
    findings: Sequence[Finding],
    standing: Standing,
) -> tuple[Finding, ...]:
    """Return the findings with their causes; alike findings of several cases share one look.

    Parameters
    ----------
    exams
        The exam of each case by its id; findings of a case without one stay as they are.
    """
    known: dict[tuple[str, str | None], tuple[Diagnosis, ...]] = {}
    clues: dict[str, Clues] = {}
    explained = []
    for finding in findings:
        key = (finding.kind, finding.tensor)
        exam = exams.get(finding.case)
        wanted = exam is not None and (finding.severity is Severity.FAIL or _named(finding))
        if wanted and exam is not None and key not in known and len(known) < _MOST:
            first = Clues(target, exam, finding, settings, standing)
            known[key] = diagnose(clues.setdefault(finding.case, first).about(finding))
        explained.append(replace(finding, causes=known.get(key, ())) if wanted else finding)
    return tuple(explained)


def _named(finding: Finding) -> bool:
    """Whether a remark is about something that some suspicion knows by its kind."""
    return finding.severity is Severity.REMARK and explains(finding.kind)


def _located(exam: Exam, looked_at: Sequence[Examined], finding: Finding) -> Finding:
    comparison = _failed(looked_at, finding)
    leaf = next((x for x in exam.case.differentiable if x.name == finding.tensor), None)
    if finding.kind != "mismatch" or comparison is None or leaf is None:
        return finding
    if comparison.direction:
        try:
            return _cornered(exam, leaf, finding, comparison)
        except BudgetError:
            return finding  # proved wrong, and no call is left to find out where
    return replace(finding, pattern=_pattern(exam, leaf, from_entries(comparison)))


def _pattern(exam: Exam, leaf: Leaf, wrong: Wrong) -> str:
    """Return the pattern of what is wrong, a single entry with the output behind it."""
    told = describe(wrong, leaf, exam.case.inputs)
    try:
        behind = output_of(exam, leaf.name, wrong.first) if wrong.single else None
    except (BudgetError, TargetError):
        return told  # a target that refuses another upstream gradient has failed already
    if behind is None:
        return told
    position, index = behind
    several = len(exam.case.upstream) > 1
    return f"{told}, by way of output {f'{position} ' if several else ''}{list(index)}"


def _failed(looked_at: Sequence[Examined], finding: Finding) -> Comparison | None:
    for examined in looked_at:
        comparison = examined.comparison
        if comparison.tensor == finding.tensor and comparison.verdict is Verdict.FAIL:
            return comparison
    return None


def _cornered(exam: Exam, leaf: Leaf, finding: Finding, comparison: Comparison) -> Finding:
    """Corner what is wrong; a single entry that turns out right was a miss, so try again.

    Kinks between two halves of a direction can point the search to the wrong one; another
    direction crosses other kinks.
    """
    claimed = exam.gradient(leaf)
    apart = float(comparison.excess[comparison.worst or (0,)])
    for _ in range(_TRIES if claimed is not None else 0):
        assert claimed is not None  # the loop runs for nothing else
        wrong = corner(exam, leaf.name, claimed, apart)
        if wrong is None:
            continue
        single = compare_entry(exam, leaf.name, claimed, wrong.first)
        if single.verdict is Verdict.FAIL or not wrong.single:
            return _placed(exam, leaf, finding, wrong, single)
    return finding


def _placed(
    exam: Exam, leaf: Leaf, finding: Finding, wrong: Wrong, single: Comparison
) -> Finding:
    at = wrong.first
    return replace(
        finding,
        message=mismatch(single, (0,)).replace("at [0]", f"at {list(at)}"),
        index=at,
        claimed=float(single.claimed[0]),
        reference=float(single.reference.value[0]),
        error=float(single.reference.error[0]),
        pattern=_pattern(exam, leaf, wrong),
        wrong=1 if wrong.single else None,
        size=int(np.prod(leaf.shape)),
    )
