"""Forward calls and wall time of each checker as a right layer grows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from .layer import Counted, Formula, Row
from .opinion import Opinion
from .peers import Peer
from .power import said

SIZES = (10, 100, 1000)
#: A checker that took so many seconds is not asked for ten times the size.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What one check cost."""

    peer: str
    """The checker."""
    size: int
    """Entries of x; the layer is a full matrix and a tanh."""
    opinion: Opinion | None
    """What it said; None where it was not asked, since a smaller one took too long."""
    calls: int | None
    """Forward calls; None where there was no check."""
    seconds: float | None
    """Wall time."""


def growth(peers: Sequence[Peer], sizes: Sequence[int] = SIZES) -> tuple[Spent, ...]:
    """Return what every checker spends on every size."""
    return tuple(spent for peer in peers for spent in _grown(peer, sizes))


def _grown(peer: Peer, sizes: Sequence[int]) -> list[Spent]:
    rows: list[Spent] = []
    for size in sizes:
        tired = any(row.opinion is None or (row.seconds or 0.0) > _PATIENCE for row in rows)
        rows.append(Spent(peer.name, size, None, None, None) if tired else _spent(peer, size))
    return rows


def _spent(peer: Peer, size: int) -> Spent:
    matrix = np.random.default_rng(size).normal(size=(size, size)) / np.sqrt(size)
    counted = Counted(lambda x: np.asarray(np.tanh(matrix @ x)))
    make = partial(Formula, counted, lambda x, d: matrix.T @ (d / np.cosh(matrix @ x) ** 2))
    start = time.perf_counter()
    opinion = said(peer, Row(str(size), make, np.linspace(-1, 1, size)))
    seconds = time.perf_counter() - start
    if opinion is Opinion.MISSING:
        return Spent(peer.name, size, opinion, None, None)
    return Spent(peer.name, size, opinion, counted.calls.count, seconds)
