"""Which layers each checker accepts: power on wrong ones, false alarms on right ones."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from .layer import Row
from .peers import Missing, Peer

ACCEPTED, REJECTED, MISSING = "accepted", "rejected", "not installed"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One layer and what every checker said of it."""

    row: str
    """Name of the layer."""
    wrong: bool
    """Whether the backward pass is wrong."""
    said: dict[str, str]
    """accepted, rejected or not installed, by checker."""

    def mistaken(self, peer: str) -> bool:
        """Return whether a checker accepted a wrong layer or rejected a right one."""
        return self.said[peer] == (ACCEPTED if self.wrong else REJECTED)


def verdicts(rows: Sequence[Row], peers: Sequence[Peer], *, wrong: bool) -> list[Verdicts]:
    """Return the verdicts of every checker on every row, each on a fresh instance."""
    return [
        Verdicts(row.name, wrong, {peer.name: said(peer, row) for peer in peers})
        for row in rows
    ]


def said(peer: Peer, row: Row) -> str:
    """Return one verdict; a checker that raises has rejected the layer in its own way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ACCEPTED if peer.accepts(row.make(), row.x.copy()) else REJECTED
        except Missing:
            return MISSING
        except Exception:
            return REJECTED
