"""Where a step's gradients are wrong and why: tensor by tensor, and in which part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.contracts import Outcome
from gradcheck.contracts.gradient import doubt_of
from gradcheck.diagnosis import Standing
from gradcheck.errors import BudgetError
from gradcheck.evidence import Exam, Examined, compare_along, compare_leaf, mismatch
from gradcheck.explanation import locate, with_causes
from gradcheck.model import Comparison, Finding, Role, Severity

from .looking import TOGETHER, claims_of, misshapen, proved
from .scene import Scene

#: Forward calls that it may cost to say which tensors of a network are wrong ...
PLACING = 250
#: ... and what is wrong with one part, or with a network none of whose parts is.
EXPLAINING = 1200
#: So many wrong tensors are told of; one wrong line spoils all before it.
_MOST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What is wrong with one network or part."""

    scene: Scene
    """The step."""
    findings: tuple[Finding, ...]
    """Failures first in the order of the tensors, with their causes."""

    @property
    def failed(self) -> bool:
        """Whether anything is wrong."""
        return any(f.severity is Severity.FAIL for f in self.findings)


def placed(
    scene: Scene, exam: Exam, proofs: Sequence[Comparison], *, closely: bool = False
) -> Explained:
    """Return which tensors are wrong, and where.

    Parameters
    ----------
    proofs
        What was proved before: those tensors are looked at first, and told of in case that the
        budget ends before one is met.
    closely
        Look at the entries where that pays, and not along a few directions.
    """
    first = [comparison.tensor for comparison in proofs]
    told = _told(scene, exam, list(_compared(exam, closely=closely, first=first)))
    return told if told.failed else replace(told, findings=tuple(along(exam, proofs)))


def with_why(told: Explained, exam: Exam) -> Explained:
    """Return what is wrong with its causes, searched on the budget of an exam of its own."""
    setting = exam.case.setting
    standing = Standing(failed=(exam.case.id,))
    exams = {exam.case.id: exam}
    target = told.scene.target(setting)
    return replace(
        told, findings=with_causes(target, [setting], exams, told.findings, standing)
    )


def along(exam: Exam, proofs: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield what was proved along a direction, of one tensor or of all together."""
    for comparison in proofs[:1]:
        message = mismatch(comparison, (0,))
        yield replace(
            exam.finding("mismatch", message, tensor=comparison.tensor),
            contract="gradient",
            claimed=float(comparison.claimed[0]),
            reference=float(comparison.reference.value[0]),
            error=float(comparison.reference.error[0]),
        )


def _told(scene: Scene, exam: Exam, looked_at: Sequence[Examined]) -> Explained:
    comparisons = [one.comparison for one in looked_at]
    doubted = [c for c in comparisons if proved(c)]
    findings = list(_doubts(exam, doubted, comparisons))
    data = {x.name for x in exam.case.differentiable if x.role is Role.DATA}
    findings.sort(key=lambda f: (f.severity is not Severity.FAIL, f.tensor in data))
    findings = findings[:_MOST]
    outcome = locate(exam, Outcome(tuple(findings), tuple(looked_at)))
    told = tuple(replace(f, contract=f.contract or "gradient") for f in outcome.findings)
    return Explained(scene, told)


def _doubts(
    exam: Exam, doubted: Sequence[Comparison], comparisons: Sequence[Comparison]
) -> Iterator[Finding]:
    try:
        yield from misshapen(exam)
        for comparison in doubted:
            yield doubt_of(exam, comparison, comparisons)
    except BudgetError:
        return


def _compared(exam: Exam, *, closely: bool, first: Sequence[str] = ()) -> Iterator[Examined]:
    owned = {x.name for x in exam.case.differentiable if x.role is Role.PARAMETER}
    wanted = {*first, *(owned if TOGETHER in first else ())}
    try:
        claims = claims_of(exam)
        for name in sorted(claims, key=lambda n: (n not in wanted, claims[n][0].size)):
            claimed, error = claims[name]
            leaf = next(x for x in exam.case.differentiable if x.name == name)
            if closely:
                yield compare_leaf(exam, leaf, claimed)
            else:
                along = compare_along(exam, name, claimed, error)
                yield Examined(along, "directional", claimed.shape)
    except BudgetError:
        return
