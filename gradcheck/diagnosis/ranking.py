"""Ask every suspicion and rank what hits."""

from collections.abc import Iterator

from gradcheck.errors import BudgetError, TargetError
from gradcheck.model import Diagnosis

from .clues import Clues
from .collect import all_suspicions
from .record import Suspicion

#: More causes than this help nobody.
_SHOWN = 5


def diagnose(clues: Clues) -> tuple[Diagnosis, ...]:
    """Return the causes that fit a finding, best first, one entry a cause."""
    best: dict[str, Diagnosis] = {}
    for diagnosis in _hits(clues):
        known = best.get(diagnosis.cause)
        if known is None or diagnosis.confidence > known.confidence:
            best[diagnosis.cause] = diagnosis
    ranked = sorted(best.values(), key=lambda d: (-d.confidence, d.cause))
    return tuple(ranked[:_SHOWN])


def _hits(clues: Clues) -> Iterator[Diagnosis]:
    for one in all_suspicions():
        if clues.finding.kind not in one.kinds:
            continue
        diagnosis = _asked(one, clues)
        if diagnosis is not None:
            yield diagnosis


def _asked(one: Suspicion, clues: Clues) -> Diagnosis | None:
    try:
        hit = one.look(clues)
    except (TargetError, BudgetError):
        return None  # a target that refuses to be asked again gives no evidence
    if hit is None:
        return None
    return Diagnosis(one.cause, one.title, hit.confidence, hit.evidence, hit.cure)
