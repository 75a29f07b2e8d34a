"""Which layers each checker accepts: power on wrong ones, false alarms on right ones."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .layer import Row
from .opinion import Opinion
from .peers import Missing, Peer


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One layer and what every checker said of it."""

    row: str
    """Name of the layer."""
    wrong: bool
    """Whether the backward pass is wrong."""
    said: Mapping[str, Opinion]
    """By checker."""

    def mistaken(self, peer: str) -> bool:
        """Return whether a checker accepted a wrong layer or rejected a right one."""
        return self.said[peer] is (Opinion.ACCEPTS if self.wrong else Opinion.REJECTS)


def verdicts(
    rows: Sequence[Row], peers: Sequence[Peer], *, wrong: bool
) -> tuple[Verdicts, ...]:
    """Return the opinions of every checker on every row, each on a fresh instance."""
    return tuple(
        Verdicts(row.name, wrong, {peer.name: said(peer, row) for peer in peers})
        for row in rows
    )


def said(peer: Peer, row: Row) -> Opinion:
    """Return one opinion; a checker that raises has rejected the layer in its own way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return peer.judge(row.make(), row.x.copy())
        except Missing:
            return Opinion.MISSING
        except Exception:
            return Opinion.REJECTS
