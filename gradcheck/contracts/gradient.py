"""The contract on values: the gradient matches its finite differences."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.compare import FAIL, INCONCLUSIVE
from gradcheck.evidence import (
    Exam,
    Examined,
    compare_leaf,
    coverage,
    explained_by_epsilon,
    kinks_told,
    mismatch,
)
from gradcheck.model import Comparison, Finding, Floats, Leaf, Point, Verdict

from .record import Outcome, contract
from .ties import tie_findings


def _finite_forward(exam: Exam) -> str:
    finite = all(bool(np.all(np.isfinite(y))) for y in exam.reference.centre)
    return "" if finite else "the forward pass is not finite at this point"


@contract("gradient", applies=_finite_forward)
def matches_finite_differences(exam: Exam) -> Outcome:
    """The gradient matches its finite differences, or is a subgradient at a kink."""
    looked_at: list[Examined] = []
    for leaf in exam.case.differentiable:
        claimed = exam.gradient(leaf)
        if claimed is None or not np.all(np.isfinite(claimed)):
            continue  # the contracts on the form of the answer say so
        looked_at.append(_examined(exam, leaf, claimed))
    comparisons = [examined.comparison for examined in looked_at]
    doubted = [c for c in comparisons if c.verdict is not Verdict.PASS]
    findings = [doubt_of(exam, c, comparisons) for c in doubted]
    if not findings:
        findings += tie_findings(exam, comparisons)
    notes = [n for e in looked_at for n in (e.plan, coverage(e), kinks_told(e.comparison))]
    return Outcome(tuple(findings), tuple(looked_at), tuple(filter(None, notes)))


def _examined(exam: Exam, leaf: Leaf, claimed: Floats) -> Examined:
    before = exam.reference.calls
    found = compare_leaf(exam, leaf, claimed)
    precision = str(exam.case.inputs[leaf.name].dtype)
    return replace(found, precision=precision, calls=exam.reference.calls - before)


def doubt_of(exam: Exam, comparison: Comparison, others: Sequence[Comparison]) -> Finding:
    """Return the finding about a comparison that did not pass.

    Parameters
    ----------
    others
        The comparisons of all tensors, for what explains several at once.
    """
    failed = comparison.verdict is Verdict.FAIL
    worst = comparison.worst or ()
    code = FAIL if failed else INCONCLUSIVE
    alone = not comparison.direction
    kind, message = _kind(exam, comparison, worst, others)
    return exam.finding(
        kind,
        message,
        tensor=comparison.tensor,
        index=worst if alone else None,
        claimed=float(comparison.claimed[worst]),
        reference=float(comparison.reference.value[worst]),
        error=float(comparison.reference.error[worst]),
        wrong=int(np.count_nonzero(comparison.verdicts == code)) if alone else None,
        size=int(comparison.claimed.size) if alone else None,
    )


def _kind(
    exam: Exam,
    comparison: Comparison,
    worst: tuple[int, ...],
    others: Sequence[Comparison],
) -> tuple[str, str]:
    """Return the kind of a finding and its message."""
    leaf = next(x for x in exam.case.differentiable if x.name == comparison.tensor)
    habit = explained_by_epsilon(exam, leaf, comparison, others)
    if habit:
        return "epsilon", habit
    if comparison.verdict is not Verdict.FAIL:
        return "unresolved", _doubt(comparison, worst)
    return "mismatch", mismatch(comparison, worst)


def _doubt(comparison: Comparison, worst: tuple[int, ...]) -> str:
    reference = comparison.reference
    point = Point(int(reference.point[worst])).word
    return (
        f"the gradient of {comparison.tensor} cannot be decided: claimed "
        f"{comparison.claimed[worst]:.6g}, reference {reference.value[worst]:.6g} "
        f"± {reference.error[worst]:.1g} ({point}; noise of the forward pass "
        f"{reference.noise:.1g})"
    )
