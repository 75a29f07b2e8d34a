"""The sampled entries of an agreement, one by one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gradcheck.model import Agreement, Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One number with what it should be."""

    place: int
    """Position in the sample."""
    claimed: float
    """What the backward pass says."""
    reference: float
    """What the finite differences say."""
    error: float
    """Error bar of the reference."""
    wrong: bool
    """Whether the difference was proved."""
    name: str
    """Its index, or its number where the sample holds no longer every entry of the tensor."""

    @property
    def gap(self) -> float:
        """Distance between the two; infinite where one is no number."""
        gap = abs(self.claimed - self.reference)
        return gap if math.isfinite(gap) else math.inf


def entries(agreement: Agreement) -> list[Entry]:
    """Return the sampled entries in their order."""
    size = scale(agreement)
    return list(_entries(agreement, size))


def _entries(agreement: Agreement, size: float) -> Iterator[Entry]:
    rows = zip(agreement.claimed, agreement.reference, agreement.error, strict=False)
    judged = agreement.verdicts
    for place, (claimed, reference, error) in enumerate(rows):
        if judged:
            wrong = judged[place : place + 1] == "2"
        else:  # a report of an older release: what is far outside of the error bar
            apart = not abs(claimed - reference) <= 10 * error + 1e-6 * size
            wrong = apart and agreement.verdict is Verdict.FAIL
        yield Entry(place, claimed, reference, error, wrong, _name(agreement, place))


def _name(agreement: Agreement, place: int) -> str:
    """Return the index of a sampled entry.

    Directions are no entries, and of a tensor that was thinned out only the order is known.
    """
    whole = math.prod(agreement.shape) == len(agreement.claimed)
    if not whole or agreement.strategy == "directional":
        return f"no. {place}"
    index = []
    for length in reversed(agreement.shape):
        place, at = divmod(place, length)
        index.append(at)
    return str(index[::-1])


def scale(agreement: Agreement) -> float:
    """Return the root mean square of the reference, 1 where it is all zero."""
    finite = [v for v in agreement.reference if math.isfinite(v)]
    largest = max((abs(v) for v in finite), default=0.0)
    if largest == 0.0:
        return 1.0
    return largest * math.sqrt(sum((v / largest) ** 2 for v in finite) / len(finite))


def digits(entry: Entry, size: float) -> float:
    """Return the decimal digits to which an entry agrees, between 0 and 17."""
    if not math.isfinite(entry.gap):
        return 0.0
    return (
        17.0
        if entry.gap <= 1e-17 * size
        else min(17.0, max(0.0, -math.log10(entry.gap / size)))
    )


def thinned(items: Sequence[T], most: int) -> Sequence[T]:
    """Return at most so many items, evenly spread."""
    return items[:: max(1, -(-len(items) // most))] if most else ()
