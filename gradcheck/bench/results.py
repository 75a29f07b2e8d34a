"""Everything one run of the benchmark measured, as plain data."""

from dataclasses import asdict, dataclass
from typing import Any

from gradcheck.environment import environment

from .batching import Batching, batching
from .growth import SIZES, Spent, growth
from .overhead import Share, shares
from .peers import all_peers
from .power import Verdicts, verdicts
from .right import right_rows
from .smallest_error import Seen, smallest_errors
from .wrong import wrong_rows

#: Wrong layers with more entries than this take minutes in checkers of every entry.
_QUICK = 100


@dataclass(frozen=True, slots=True)
class Results:
    """One run."""

    peers: tuple[str, ...]
    """Names of the checkers."""
    verdicts: list[Verdicts]
    """Power and false alarms."""
    seen: list[Seen]
    """Smallest errors."""
    spent: list[Spent]
    """Forward calls and wall time by size."""
    shares: list[Share]
    """Time outside forward and backward."""
    batching: Batching | None
    """A batch against its examples."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, with the environment it was measured in."""
        return {"environment": environment(), **asdict(self)}


def measure(*, quick: bool, seed: int) -> Results:
    """Run the whole benchmark, or only what takes seconds."""
    peers = all_peers()
    wrong = [r for r in wrong_rows(seed) if not quick or r.x.size <= _QUICK]
    right = [r for r in right_rows(seed) if not quick or r.x.size <= _QUICK]
    return Results(
        peers=tuple(peer.name for peer in peers),
        verdicts=[*verdicts(wrong, peers, wrong=True), *verdicts(right, peers, wrong=False)],
        seen=smallest_errors(peers),
        spent=growth(peers, SIZES[:2] if quick else SIZES),
        shares=[] if quick else shares(),
        batching=batching(),
    )
