"""What changed between two runs: what got worse, what got better, what is new, what is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gradcheck.model import Run, TargetResult, Verdict

_RANK = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL)
#: Digits of agreement vary a little between runs of other seeds and machines.
_LOST = 2.0
#: Agreement beyond so many digits is round-off: losing some of it says nothing.
_ENOUGH = 9.0


class Kind(StrEnum):
    """What became of a target."""

    WORSE = "worse"
    BETTER = "better"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One target that is not as it was."""

    kind: Kind
    """What became of it."""
    target: str
    """Its name."""
    said: str
    """How it was and how it is."""
    bad: bool = False
    """It got worse, or is new and wrong."""


def changes(old: Run, new: Run) -> list[Change]:
    """Return what changed, what got worse first."""
    order = list(Kind)
    return sorted(_changes(old, new), key=lambda c: (order.index(c.kind), c.target))


def _changes(old: Run, new: Run) -> Iterator[Change]:
    before = {result.target: result for result in old.targets}
    after = {result.target: result for result in new.targets}
    for name, result in after.items():
        if name in before:
            yield from _compared(before[name], result)
        else:
            wrong = result.verdict is Verdict.FAIL
            yield Change(Kind.NEW, name, str(result.verdict), wrong)
    for name in before.keys() - after.keys():
        yield Change(Kind.GONE, name, f"was {before[name].verdict}")


def _compared(old: TargetResult, new: TargetResult) -> Iterator[Change]:
    was, now = _RANK.index(old.verdict), _RANK.index(new.verdict)
    broken, mended = _failing(new) - _failing(old), _failing(old) - _failing(new)
    said = f"{old.verdict} -> {new.verdict}" if was != now else str(new.verdict)
    if now > was or (now == was and broken):
        named = f": {', '.join(sorted(broken))}" if broken else ""
        yield Change(Kind.WORSE, new.target, said + named, bad=True)
    elif now < was or mended:
        named = f": {', '.join(sorted(mended))}" if mended else ""
        yield Change(Kind.BETTER, new.target, said + named)
    elif _lost(old.digits, new.digits):
        digits = f"{old.digits:.1f} -> {new.digits:.1f} digits"
        yield Change(Kind.WORSE, new.target, digits, bad=True)


def _failing(result: TargetResult) -> set[str]:
    return {finding.contract for finding in result.failures}


def _lost(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return False
    return new < _ENOUGH and old - new > _LOST
