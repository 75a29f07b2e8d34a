"""A finding: one thing that is wrong, doubtful or worth a remark, in plain data."""

from dataclasses import dataclass

from .verdict import Severity


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A named cause with what speaks for it."""

    cause: str
    """Key of the cause: ``scale``, ``sign``, ``broadcast-sum``, ..."""
    title: str
    """The cause in a few words."""
    confidence: float
    """Between 0 and 1, for the ranking."""
    evidence: str
    """What was seen."""
    cure: str
    """What to look for in the code and what a right line would do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken claim: what was expected, what came, where, and what to do."""

    contract: str
    """Id of the contract."""
    kind: str
    """Key of the severity table: ``mismatch``, ``shape``, ``raised``, ..."""
    severity: Severity
    """What it does to the verdict."""
    message: str
    """One or two sentences for a person."""
    case: str = ""
    """Id of the case."""
    tensor: str | None = None
    """Leaf or output concerned."""
    index: tuple[int, ...] | None = None
    """Worst entry."""
    claimed: float | None = None
    """The backward pass's value there."""
    reference: float | None = None
    """The finite difference's value there."""
    error: float | None = None
    """Error bar of the reference."""
    advice: str = ""
    """What to do about it."""
    pattern: str = ""
    """Which entries are wrong, in words."""
    wrong: int | None = None
    """How many entries are wrong."""
    size: int | None = None
    """How many entries the tensor has."""
    causes: tuple[Diagnosis, ...] = ()
    """Named causes, best first."""
    reproduce: str = ""
    """A command that runs just this again."""
    smallest: str = ""
    """The smallest case that still fails for the same reason, as arrays to be read aloud."""
    test: str = ""
    """A test file that shows that case."""
