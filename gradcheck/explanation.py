"""Explain what failed: where, and why."""

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.contracts import Outcome
from gradcheck.evidence import Exam, Examined, compare_entry, mismatch
from gradcheck.locate import Wrong, corner, describe, from_entries
from gradcheck.model import Comparison, Finding, Leaf, Verdict


def explain(exam: Exam, outcome: Outcome) -> Outcome:
    """Return the outcome with its mismatches located."""
    if not any(finding.kind == "mismatch" for finding in outcome.findings):
        return outcome
    findings = tuple(_explained(exam, outcome.comparisons, f) for f in outcome.findings)
    return replace(outcome, findings=findings)


def _explained(exam: Exam, looked_at: Sequence[Examined], finding: Finding) -> Finding:
    comparison = _failed(looked_at, finding)
    leaf = next((x for x in exam.case.differentiable if x.name == finding.tensor), None)
    if finding.kind != "mismatch" or comparison is None or leaf is None:
        return finding
    wrong = _located(exam, leaf, comparison)
    if wrong is None:
        return finding
    return _placed(exam, leaf, finding, wrong, comparison)


def _failed(looked_at: Sequence[Examined], finding: Finding) -> Comparison | None:
    for examined in looked_at:
        comparison = examined.comparison
        if comparison.tensor == finding.tensor and comparison.verdict is Verdict.FAIL:
            return comparison
    return None


def _located(exam: Exam, leaf: Leaf, comparison: Comparison) -> Wrong | None:
    if not comparison.direction:
        return from_entries(comparison)
    claimed = exam.gradient(leaf)
    worst = comparison.worst or (0,)
    return (
        None
        if claimed is None
        else corner(exam, leaf.name, claimed, float(comparison.excess[worst]))
    )


def _placed(
    exam: Exam, leaf: Leaf, finding: Finding, wrong: Wrong, comparison: Comparison
) -> Finding:
    pattern = describe(wrong, leaf, exam.case.inputs)
    claimed = exam.gradient(leaf)
    if not comparison.direction or claimed is None:
        return replace(finding, pattern=pattern)
    single = compare_entry(exam, leaf.name, claimed, wrong.first)
    at = wrong.first
    message = mismatch(single, (0,)).replace("at [0]", f"at {list(at)}")
    return replace(
        finding,
        message=f"{message}; wrong is {pattern}",
        index=at,
        claimed=float(single.claimed[0]),
        reference=float(single.reference.value[0]),
        error=float(single.reference.error[0]),
        pattern=pattern,
        wrong=1 if wrong.single else None,
        size=int(claimed.size),
    )
