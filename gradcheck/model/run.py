"""A run: the results of many targets, the only thing that reporters read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .result import Cost, TargetResult
from .verdict import Verdict

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was found and not checked, with the reason."""

    name: str
    """Name of the target or file."""
    reason: str
    """Why it was left out."""


@dataclass(frozen=True, slots=True)
class Run:
    """Results, policy, environment and seed of one run."""

    targets: tuple[TargetResult, ...]
    """One result for each target, in the order of their names."""
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
        counter = Counter(result.verdict for result in self.targets)
        return {verdict: counter.get(verdict, 0) for verdict in Verdict}

    @property
    def cost(self) -> Cost:
        """What all targets spent together."""
        return sum((result.cost for result in self.targets), Cost())
