"""What is asked of a run, and the one table that says how grave each kind of finding is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType

from .model import Severity

SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {
        # Wrong for any use: values, state, or an answer that is none.
        "mismatch": Severity.FAIL,
        "raised": Severity.FAIL,
        "missing": Severity.FAIL,
        "non-finite": Severity.FAIL,
        "shape": Severity.FAIL,
        "type": Severity.FAIL,
        "input-changed": Severity.FAIL,
        "parameter-changed": Severity.FAIL,
        "label-changed": Severity.FAIL,
        "non-linear": Severity.FAIL,
        "repeat": Severity.FAIL,
        "stale": Severity.FAIL,
        "shared-memory": Severity.FAIL,
        "layout": Severity.FAIL,
        "batch": Severity.FAIL,
        # It had to be stopped, or took its process with it.
        "time-limit": Severity.FAIL,
        "memory-limit": Severity.FAIL,
        "ended": Severity.FAIL,
        "checker-fault": Severity.INCONCLUSIVE,
        "no-floating-input": Severity.INCONCLUSIVE,
        "non-finite-input": Severity.INCONCLUSIVE,
        "not-built": Severity.INCONCLUSIVE,
        "unresolved": Severity.INCONCLUSIVE,
        # Right values in an unusual dress: said, and a failure under --strict only.
        "upstream-written": Severity.REMARK,
        "shape-dress": Severity.REMARK,
        "alias": Severity.REMARK,
        "dtype": Severity.REMARK,
        "read-only": Severity.REMARK,
        "downcast": Severity.REMARK,
        "convention": Severity.REMARK,
        "surroundings": Severity.REMARK,
        "empty-refused": Severity.REMARK,
        "overflow-warning": Severity.REMARK,
        "epsilon": Severity.REMARK,
        "zero-gradient": Severity.REMARK,
        "subgradient": Severity.REMARK,
        "outside-domain": Severity.REMARK,
    }
)


class Strategy(StrEnum):
    """How the entries of a tensor are reached."""

    AUTO = "auto"
    ENTRIES = "entries"
    DIRECTIONS = "directions"


@dataclass(frozen=True, slots=True)
class Policy:
    """Options of a run, narrowed on the way down and never read from a global."""

    seed: int = 0
    """Seed of every random choice."""
    cases: int | None = None
    """At most so many cases a target; None for all that the generators offer."""
    budget: int | None = None
    """At most so many forward calls a target; None for no limit."""
    strategy: Strategy = Strategy.AUTO
    """Every entry, random directions, or whatever the planner finds cheaper."""
    strict: bool = False
    """Remarks and inconclusive verdicts count as failures."""
    contracts: tuple[str, ...] = ()
    """Ids of the contracts to run; empty for all that apply."""
    shrink: bool = False
    """Look for the smallest case of the first failure of a target."""
    case: str | None = None
    """Only the case of this id, to reproduce one finding."""

    def selects(self, case_id: str) -> bool:
        """Return whether a case is to be examined."""
        return self.case is None or self.case == case_id

    def to_dict(self) -> dict[str, object]:
        """Return the options as plain data, for the record of a run."""
        return asdict(self)

    def severity(self, kind: str) -> Severity:
        """Return how grave a finding of this kind is under this policy."""
        severity = SEVERITY[kind]
        quiet = (
            kind == "subgradient"
        )  # which subgradient was chosen is information, never a fault
        return Severity.FAIL if self.strict and not quiet else severity
