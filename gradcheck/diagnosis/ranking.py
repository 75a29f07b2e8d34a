"""Ask the suspicions, the cheap ones first, and rank what hits."""

from collections.abc import Iterator

from gradcheck.errors import BudgetError, TargetError
from gradcheck.model import Diagnosis, UpstreamUse
from gradcheck.tape import Broken

from .clues import Clues
from .collect import all_suspicions
from .record import Hit, Suspicion

#: More causes than this help nobody.
_SHOWN = 5
#: A hit of this confidence explains every number that was looked at: nothing dear is asked.
_EXPLAINED = 0.9
#: Below this a hit says where and not why, and a better look at another tensor counts more.
_VAGUE = 0.6
#: What a hit for another tensor of the same case is worth for this one.
_BORROWED = 0.9


def explains(kind: str) -> bool:
    """Return whether some suspicion looks at findings of this kind."""
    return next(_asked_of(kind), None) is not None


def diagnose(clues: Clues) -> tuple[Diagnosis, ...]:
    """Return the causes that fit a finding, best first, one entry a cause."""
    best: dict[str, Diagnosis] = {}
    for stage in (_cheap, _dear, _of_other_tensors):
        for diagnosis in stage(clues, _surest(best)):
            known = best.get(diagnosis.cause)
            if known is None or diagnosis.confidence > known.confidence:
                best[diagnosis.cause] = diagnosis
    ranked = sorted(best.values(), key=lambda d: (-d.confidence, d.cause))
    sure = _surest(best) >= _EXPLAINED
    told = [d for d in ranked if not sure or d.confidence >= _VAGUE]
    return tuple(told[:_SHOWN])


def _surest(best: dict[str, Diagnosis]) -> float:
    return max((diagnosis.confidence for diagnosis in best.values()), default=0.0)


def _cheap(clues: Clues, surest: float) -> Iterator[Diagnosis]:
    return _hits(clues, dear=False)


def _dear(clues: Clues, surest: float) -> Iterator[Diagnosis]:
    return _hits(clues, dear=True) if surest < _EXPLAINED else iter(())


def _of_other_tensors(clues: Clues, surest: float) -> Iterator[Diagnosis]:
    """One wrong line spoils every gradient that flows through it; one may show it best."""
    if surest >= _VAGUE or clues.finding.kind != "mismatch":
        return
    for leaf in clues.exam.case.differentiable:
        if leaf.name == clues.finding.tensor:
            continue
        for one in _asked_of("mismatch", common=True):
            diagnosis = _asked(one, clues.of(leaf), f"as {leaf.name} shows: ", _BORROWED)
            if diagnosis is not None:
                yield diagnosis


def _hits(clues: Clues, *, dear: bool) -> Iterator[Diagnosis]:
    for one in _asked_of(clues.finding.kind):
        diagnosis = _asked(one, clues) if one.dear is dear else None
        if diagnosis is not None:
            yield diagnosis


def _asked_of(kind: str, *, common: bool = False) -> Iterator[Suspicion]:
    for one in all_suspicions():
        if kind in one.kinds and (one.common or not common):
            yield one


def _asked(
    one: Suspicion, clues: Clues, whence: str = "", worth: float = 1.0
) -> Diagnosis | None:
    hit = _hit(one, clues)
    if hit is None:
        return None
    return Diagnosis(
        one.cause, one.title, worth * hit.confidence, whence + hit.evidence, hit.cure
    )


def _hit(one: Suspicion, clues: Clues) -> Hit | None:
    if one.upstream and clues.exam.case.facts.upstream is not UpstreamUse.HONOURED:
        return None  # a loss that takes none is no worse for it
    try:
        return one.look(clues)
    except (TargetError, BudgetError, Broken):
        return None  # a target that refuses to be asked again gives no evidence
