"""How one tensor compared, and how it was looked at."""

from dataclasses import dataclass

from gradcheck.model import Comparison


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """One tensor's comparison with the strategy that was chosen for it."""

    comparison: Comparison
    """Entries or directions, judged."""
    strategy: str
    """dense, coloured, directional or empty."""
    shape: tuple[int, ...]
    """Shape of the tensor."""
    precision: str = "float64"
    """Dtype of the tensor that the target was fed."""
    plan: str = ""
    """What was planned, in words."""
    calls: int = 0
    """Forward calls that the comparison took, its planning included."""
