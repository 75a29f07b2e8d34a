"""Results of a run in the order of their names, most of them on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, overload

from gradcheck.model import Cost, Judged, LeftOut, TargetResult, Verdict
from gradcheck.reporters.codec import decode

from .sealed import unseal

#: So many bytes of lines are held as records too: usual runs are reported without reading back.
HELD = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands."""

    file: BinaryIO
    """File that it was written to."""
    offset: int
    """Where it begins."""
    length: int
    """Its bytes."""


@dataclass(frozen=True, slots=True)
class _Entry:
    member: str
    nth: int
    verdict: Verdict
    cost: Cost


class Records(Sequence[TargetResult]):
    """Results by the names of their targets; those that are not held are read when asked for.

    In memory stay a name and a place for each target, and the first `held` bytes of records.
    """

    def __init__(self, held: int = HELD) -> None:
        self._room = held
        self._entries: dict[str, _Entry] = {}
        self._places: dict[str, tuple[Place, tuple[str, ...]]] = {}
        self._left_out: dict[str, tuple[LeftOut, ...]] = {}
        self._held: dict[str, Judged] = {}
        self._names: list[str] | None = None
        self._last = Judged("")

    def put(self, judged: Judged, place: Place) -> None:
        """Take a member whose line stands at `place`, instead of an earlier one of its name."""
        member = judged.member
        self.drop(member)
        self._places[member] = place, tuple(result.target for result in judged.targets)
        for nth, result in enumerate(judged.targets):
            self._entries[result.target] = _Entry(member, nth, result.verdict, result.cost)
        if judged.left_out:
            self._left_out[member] = judged.left_out
        if place.length <= self._room:
            self._room -= place.length
            self._held[member] = judged
        self._names = None

    def drop(self, member: str) -> None:
        """Forget a member."""
        _, names = self._places.pop(member, (None, ()))
        for name in names:
            if name in self._entries and self._entries[name].member == member:
                del self._entries[name]
        self._held.pop(member, None)
        self._left_out.pop(member, None)
        self._last, self._names = Judged(""), None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the targets, sorted; nothing is read for them."""
        return tuple(self._sorted())

    @property
    def verdicts(self) -> list[Verdict]:
        """Verdict of each target; nothing is read for them."""
        return [entry.verdict for entry in self._entries.values()]

    @property
    def costs(self) -> list[Cost]:
        """Cost of each target; nothing is read for them."""
        return [self._entries[name].cost for name in self._sorted()]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was seen in the members and not checked, by name."""
        items = {item.name: item for items in self._left_out.values() for item in items}
        return tuple(items[name] for name in sorted(items))

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> TargetResult: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TargetResult]: ...
    def __getitem__(self, index: int | slice) -> TargetResult | Sequence[TargetResult]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        name = self._sorted()[index]
        return self._result(name, self._entries[name])

    def _sorted(self) -> list[str]:
        if self._names is None:
            self._names = sorted(self._entries)
        return self._names

    def _result(self, name: str, entry: _Entry) -> TargetResult:
        judged = self._held.get(entry.member)
        if judged is None and self._last.member != entry.member:
            self._last = self._read(entry.member)
        targets = (judged or self._last).targets
        if entry.nth < len(targets) and targets[entry.nth].target == name:
            return targets[entry.nth]
        note = "its record was damaged on disk while the run went on; only its verdict is left"
        return TargetResult(name, entry.verdict, cost=entry.cost, notes=(note,))

    def _read(self, member: str) -> Judged:
        """Return a member as its line says; without targets where that is damaged."""
        place, _ = self._places[member]
        try:
            place.file.seek(place.offset)
            return judged_of(unseal(place.file.read(place.length)))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Judged(member)


def judged_of(data: Any) -> Judged:
    """Return what a journal's line says of a member; raises where it says none."""
    judged = decode(Judged, data["judged"])
    assert isinstance(judged, Judged)
    return judged
