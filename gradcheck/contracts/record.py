"""What a contract is: a claim about a target that can be seen to hold or to break."""

from collections.abc import Callable
from dataclasses import dataclass

from gradcheck.evidence import Exam, Examined
from gradcheck.model import Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contract saw on one case."""

    findings: tuple[Finding, ...] = ()
    """Broken claims and remarks."""
    comparisons: tuple[Examined, ...] = ()
    """Gradients that were compared."""
    notes: tuple[str, ...] = ()
    """What was planned and covered."""


def always(exam: Exam) -> str:
    """Apply to every case."""
    return ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A claim with the function that examines it."""

    id: str
    """Short name, used to select it and in reports."""
    claim: str
    """The claim in words: first line of the function's docstring."""
    examine: Callable[[Exam], Outcome]
    """Look at one case."""
    applies: Callable[[Exam], str] = always
    """Return why the contract does not apply to a case, the empty string where it does."""


def contract(
    contract_id: str, *, applies: Callable[[Exam], str] = always
) -> Callable[[Callable[[Exam], Outcome]], Contract]:
    """Make a contract of a function whose docstring is the claim."""

    def make(examine: Callable[[Exam], Outcome]) -> Contract:
        claim = (examine.__doc__ or "").strip().splitlines()[0]
        return Contract(contract_id, claim, examine, applies)

    return make
