"""A run: the results of many targets, the only thing that reporters read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from .result import Cost, TargetResult
from .verdict import Verdict

SCHEMA_VERSION = "1.0"
#: Reason for leaving out what nothing has changed of since it passed.
UNCHANGED = "unchanged since it passed"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was found and not checked, with the reason."""

    name: str
    """Name of the target or file."""
    reason: str
    """Why it was left out."""


@runtime_checkable
class Tallied(Protocol):
    """Results that know their verdicts and costs without being looked at one by one."""

    @property
    def verdicts(self) -> Iterable[Verdict]:
        """One for each result."""

    @property
    def costs(self) -> Iterable[Cost]:
        """One for each result."""


@dataclass(frozen=True, slots=True)
class Run:
    """Results, policy, environment and seed of one run."""

    targets: Sequence[TargetResult]
    """One result for each target, in the order of their names; not all need be in memory."""
    seed: int
    """Seed of the run."""
    policy: Mapping[str, object] = field(default_factory=dict)
    """Options that were in force."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions of what the numbers depend on."""
    left_out: tuple[LeftOut, ...] = ()
    """What was found and not checked."""
    seconds: float = 0.0
    """Wall time."""
    interrupted: bool = False
    """The run was ended before its last target."""

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Number of targets by verdict."""
        told = self.targets.verdicts if isinstance(self.targets, Tallied) else None
        counter = Counter(told or (result.verdict for result in self.targets))
        return {verdict: counter.get(verdict, 0) for verdict in Verdict}

    @property
    def cost(self) -> Cost:
        """What all targets spent together."""
        told = self.targets.costs if isinstance(self.targets, Tallied) else None
        return sum(told or (result.cost for result in self.targets), Cost())
