"""Which members passed, with which fingerprint, and which failed when they were judged last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gradcheck.model import Judged, Verdict

from .folder import Folder
from .sealed import seal, unseal

_FILE = "verdicts.json"


class Outcome(StrEnum):
    """What became of a member."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    """Undecided, or not all of it could be checked."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What is remembered of members by name."""

    passed: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint of each member that passed when it was judged last."""
    failed: frozenset[str] = frozenset()
    """Members that failed and have not passed since."""

    def unchanged(self, fingerprints: Mapping[str, str]) -> frozenset[str]:
        """Return those that have the fingerprint with which they passed; none where empty."""
        same = (name for name, now in fingerprints.items() if now == self.passed.get(name))
        return frozenset(name for name in same if fingerprints[name])


def outcome_of(judged: Judged) -> Outcome:
    """Return what became of a member: it passed where all that was seen in it did."""
    verdicts = {result.verdict for result in judged.targets}
    if Verdict.FAIL in verdicts:
        return Outcome.FAILED
    clean = verdicts == {Verdict.PASS} and not judged.left_out
    return Outcome.PASSED if clean else Outcome.OPEN


def recall(folder: Folder) -> tuple[Verdicts, str]:
    """Return what is remembered, and what is to be said where that was damaged."""
    content = folder.read(_FILE)
    if content is None:
        return Verdicts(), ""
    try:
        return _verdicts(unseal(content)), ""
    except (ValueError, TypeError, KeyError, AttributeError):
        said = f"{folder.path.name}/{_FILE} is damaged: it is ignored and written anew"
        return Verdicts(), said


def remember(folder: Folder, news: Iterable[tuple[str, Outcome, str]]) -> None:
    """Add what became of members, with their fingerprints, to what is remembered."""
    news = list(news)
    if not news:
        return
    with folder.locked():
        before, _ = recall(folder)
        passed, failed = dict(before.passed), set(before.failed)
        for name, outcome, fingerprint in news:
            passed.pop(name, None)
            if outcome is Outcome.PASSED:
                passed[name] = fingerprint
                failed.discard(name)
            elif outcome is Outcome.FAILED:
                failed.add(name)
        folder.write(_FILE, seal({"passed": {**passed}, "failed": [*sorted(failed)]}))


def _verdicts(data: Any) -> Verdicts:
    passed = {str(name): str(known) for name, known in data["passed"].items()}
    return Verdicts(passed, frozenset(map(str, data["failed"])))
