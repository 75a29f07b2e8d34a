"""Results: everything that is known of a target after it was judged, as plain data."""

from dataclasses import dataclass, field

from .finding import Finding
from .graph import Graph
from .target import Source
from .verdict import Severity, Verdict


@dataclass(frozen=True, slots=True)
class Cost:
    """What a check spent."""

    forward: int = 0
    """Forward calls for the verdict and for the place of an error."""
    backward: int = 0
    """Backward calls in all."""
    seconds: float = 0.0
    """Wall time in all."""
    target_seconds: float = 0.0
    """Wall time inside the target's forward and backward passes."""
    explaining: int = 0
    """Further forward calls, for the causes of an error and its smallest case."""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.forward + other.forward,
            self.backward + other.backward,
            self.seconds + other.seconds,
            self.target_seconds + other.target_seconds,
            self.explaining + other.explaining,
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one tensor of one case compared, reduced to what a report shows."""

    case: str
    """Id of the case."""
    tensor: str
    """Name of the leaf."""
    shape: tuple[int, ...]
    """Shape of the leaf."""
    verdict: Verdict
    """Verdict on this tensor."""
    digits: float
    """Digits of agreement of the worst entry or direction."""
    resolution: float
    """Largest relative error that could have been missed."""
    strategy: str
    """How the reference was taken: dense, coloured, directional."""
    precision: str = "float64"
    """Dtype that the target computed in."""
    points: tuple[str, ...] = ()
    """Kinds of points met besides smooth ones."""
    claimed: tuple[float, ...] = ()
    """Claimed values (a sample, in the order of `reference`)."""
    reference: tuple[float, ...] = ()
    """Reference values."""
    error: tuple[float, ...] = ()
    """Error bars of the reference values."""
    rungs: tuple[tuple[float, float, float], ...] = ()
    """Step, value and round-off of the ladder of the worst entry."""
    verdicts: str = ""
    """Verdict of each sampled entry, a digit each: 0 pass, 1 inconclusive, 2 fail."""


@dataclass(frozen=True, slots=True)
class ContractResult:
    """One contract on all cases of a target."""

    contract: str
    """Id of the contract."""
    claim: str
    """The claim, in words."""
    verdict: Verdict
    """Worst verdict over the cases."""
    cases: int = 0
    """Cases on which it ran."""
    skipped: str = ""
    """Why it did not run, where it did not."""


@dataclass(frozen=True, slots=True)
class TargetResult:
    """Everything that is known of one target."""

    target: str
    """Name of the target."""
    verdict: Verdict
    """pass, fail or inconclusive."""
    convention: str = ""
    """Calling convention that was recognised."""
    signature: str = ""
    """What the target looks like to its author."""
    source: Source | None = None
    """File and line of its backward pass."""
    cases: tuple[str, ...] = ()
    """Ids of the cases that ran."""
    contracts: tuple[ContractResult, ...] = ()
    """One entry for each contract."""
    findings: tuple[Finding, ...] = ()
    """What is wrong, doubtful or remarkable."""
    agreements: tuple[Agreement, ...] = ()
    """How every tensor compared."""
    cost: Cost = field(default_factory=Cost)
    """What the check spent."""
    notes: tuple[str, ...] = ()
    """What was guessed, planned and covered."""
    output: str = ""
    """What the target printed."""
    graph: Graph | None = None
    """Its computational graph, where it offers ``nodes()``."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Findings that make the target fail."""
        return tuple(f for f in self.findings if f.severity is Severity.FAIL)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """Findings that are worth knowing and no faults."""
        return tuple(f for f in self.findings if f.severity is Severity.REMARK)

    @property
    def digits(self) -> float | None:
        """Worst agreement over tensors and cases; None where nothing was compared."""
        return min((a.digits for a in self._widest), default=None)

    @property
    def resolution(self) -> float | None:
        """Worst resolution over tensors and cases; None where nothing was compared."""
        return max((a.resolution for a in self._widest), default=None)

    @property
    def _widest(self) -> tuple[Agreement, ...]:
        """Cases in float64, where there are any: float32 cannot agree to more than 7 digits."""
        wide = tuple(a for a in self.agreements if a.precision == "float64")
        return wide or self.agreements
