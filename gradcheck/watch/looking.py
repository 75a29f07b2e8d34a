"""Compare the gradients of a step with finite differences, as far as the budget reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.contracts import all_contracts
from gradcheck.errors import BudgetError
from gradcheck.evidence import Exam, Examined, compare_along, compare_together, round_off
from gradcheck.model import Comparison, Finding, Floats, Point, Role, Severity, Verdict

#: What all parameters are called together.
TOGETHER = "all parameters"
#: Two directions, one after the other: each is kept when the budget ends.
_DIRECTIONS = 2
#: A claim that is a multiple of the measured one to so many digits is that multiple.
_CLOSE = 1e-4

#: The contracts on the form of an answer whose breach is a fault.
_FORM = ("shape", "finite")

#: A part of the largest gradient's typical entry that round-off never reaches, in float32.
_PLAIN = 1e-3
_TINY = np.finfo(np.float64).tiny

Claims = Mapping[str, tuple[Floats, Floats]]


@dataclass(slots=True, eq=False)
class Looked:
    """What was compared."""

    examined: list[Examined] = field(default_factory=list)
    """Comparisons, of all parameters together first."""
    malformed: list[Finding] = field(default_factory=list)
    """Gradients that cannot be compared."""
    spent: str = ""
    """What the budget left undecided."""

    @property
    def comparisons(self) -> list[Comparison]:
        """The comparisons alone."""
        return [one.comparison for one in self.examined]

    @property
    def failed(self) -> bool:
        """Whether a claim was proved wrong."""
        return bool(self.proofs)

    @property
    def proofs(self) -> list[Comparison]:
        """The comparisons that prove a claim wrong."""
        return [c for c in self.comparisons if proved(c)]

    @property
    def suspect(self) -> bool:
        """Whether something was proved wrong, or nothing could be said in time."""
        undecided = bool(self.spent) and not self.examined
        return self.failed or bool(self.malformed) or undecided

    @property
    def passed(self) -> bool:
        """Whether every tensor was seen to be right, together or alone."""
        return any(c.verdict is Verdict.PASS for c in self.comparisons) and not self.failed


def claims_of(exam: Exam) -> Claims:
    """Return the claimed gradients that can be compared, each with its round-off."""
    found = {}
    for leaf in exam.case.differentiable:
        claimed = exam.gradient(leaf)
        if claimed is not None and claimed.size and np.all(np.isfinite(claimed)):
            found[leaf.name] = (claimed, round_off(exam, leaf, claimed))
    return found


def proved(comparison: Comparison) -> bool:
    """Return whether a claim was proved wrong, where the function is smooth.

    The data of a training sit on kinks (ties in the background of an image), and there a valid
    subgradient need not lie between the one-sided derivatives along a line through several.
    """
    place = comparison.worst
    if comparison.verdict is not Verdict.FAIL or place is None:
        return False
    return int(comparison.reference.point[place]) in (Point.SMOOTH, Point.NEAR_KINK)


def misshapen(exam: Exam) -> list[Finding]:
    """Return the gradients that cannot be compared: of another shape, or not finite."""
    found: list[Finding] = []
    for one in all_contracts():
        if one.id in _FORM and not one.applies(exam):
            found += (replace(f, contract=one.id) for f in one.examine(exam).findings)
    return [f for f in found if f.severity is Severity.FAIL]


def look(exam: Exam) -> Looked:
    """Compare all parameters together, and then one tensor after the other.

    Together they cost a few calls, however many there are; alone each is seen more sharply. The
    order changes from step to step, so that each has its turn where not all are reached.
    """
    looked = Looked()
    try:
        looked.malformed += misshapen(exam)
        for one in _comparisons(exam):
            looked.examined.append(one)
            if looked.failed:
                break
    except BudgetError as error:
        looked.spent = str(error)
    return looked


def _comparisons(exam: Exam) -> Iterator[Examined]:
    claims = claims_of(exam)
    owned = {x.name for x in exam.case.differentiable if x.role is Role.PARAMETER}
    together = {name: claim for name, claim in claims.items() if name in owned}
    for _ in range(_DIRECTIONS if len(together) > 1 else 0):
        size = sum(claimed.size for claimed, _ in together.values())
        comparison = compare_together(exam, together, name=TOGETHER, directions=1)
        yield Examined(comparison, "directional", (size,))
    names = list(claims)
    exam.generator("order").shuffle(names)
    for name in names:
        claimed, error = claims[name]
        comparison = compare_along(exam, name, claimed, error, directions=1)
        yield Examined(comparison, "directional", claimed.shape)


def is_plain(exam: Exam, looked: Looked) -> bool:
    """Return whether what was proved is no matter of round-off among large terms.

    An upstream gradient of a training may cancel to nothing: what a normalisation hands back
    adds up to zero over the batch, and so does the gradient of a bias before it.
    """

    def size(comparison: Comparison) -> float:
        return exam.largest_claim * float(np.sqrt(comparison.claimed.size))

    excess = [float(c.excess[c.worst or ()]) / max(size(c), _TINY) for c in looked.proofs]
    return bool(looked.malformed) or max(excess, default=0.0) > _PLAIN


def averaged(exam: Exam, looked: Looked) -> tuple[str, int] | None:
    """Return the array and the axis that count the examples, where claims are 1/N of the true.

    That all parameter gradients are divided by the batch size is a convention and no error.
    """
    failed = next(iter(looked.proofs), None)
    owned = {x.name for x in exam.case.differentiable if x.role is Role.PARAMETER}
    if failed is None or failed.tensor not in owned | {TOGETHER}:
        return None
    ratio = float(failed.claimed[0] / failed.reference.value[0])
    for leaf in exam.case.setting.leaves:
        for axis, count in enumerate(() if leaf.role is Role.PARAMETER else leaf.shape):
            if count > 1 and abs(ratio * count - 1) < _CLOSE:
                return leaf.name, axis
    return None
