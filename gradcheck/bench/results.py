"""Everything one run of the benchmark measured, as plain data."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from gradcheck.environment import environment
from gradcheck.reporters.codec import decode, encode

from .growth import SIZES, Spent, growth
from .layer import Row
from .memory import Footprint, footprints
from .overhead import Share, shares
from .peers import Peer, all_peers
from .power import Verdicts, verdicts
from .right import right_rows
from .smallest_error import Seen, smallest_errors
from .wrong import wrong_rows

#: Layers with more entries than this take minutes in checkers of every entry.
_QUICK = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A checker as it took part."""

    name: str
    """As it is shown."""
    version: str | None
    """Version of its package, empty where it has none of its own; None: not installed."""
    rule: str
    """When it accepts, and whose thresholds these are."""


@dataclass(frozen=True, slots=True)
class Results:
    """One run."""

    environment: Mapping[str, str]
    """Versions and platform."""
    seed: int
    """Seed of the points, and of checkers that draw from NumPy's global generator."""
    quick: bool
    """Whether large layers, overhead and memory were left out."""
    peers: tuple[Standing, ...]
    """The checkers, ours first."""
    verdicts: tuple[Verdicts, ...]
    """Power and false alarms."""
    seen: tuple[Seen, ...]
    """Smallest errors."""
    spent: tuple[Spent, ...]
    """Forward calls and wall time by size."""
    shares: tuple[Share, ...]
    """Time outside forward and backward."""
    footprints: tuple[Footprint, ...]
    """Memory above the layer's own."""


def dumps(results: Results) -> str:
    """Return the run as JSON that every reader accepts; NaN is a string, as in reports."""
    return json.dumps(encode(results), indent=1, allow_nan=False) + "\n"


def loads(text: str) -> Results:
    """Read what `dumps` wrote."""
    results: Results = decode(Results, json.loads(text))
    return results


def measure(
    *, quick: bool, seed: int, notify: Callable[[str], None] = lambda stage: None
) -> Results:
    """Run the whole benchmark, or only what takes seconds; `notify` hears of each stage.

    BLAS has one thread, for all checkers alike.
    """
    with threadpool_limits(1), _seeded(seed):
        return _measured(quick=quick, seed=seed, notify=notify)


def _measured(*, quick: bool, seed: int, notify: Callable[[str], None]) -> Results:
    peers = all_peers()
    notify("wrong layers")
    wrong = verdicts(_kept(wrong_rows(seed), quick=quick), peers, wrong=True)
    notify("right layers")
    right = verdicts(_kept(right_rows(seed), quick=quick), peers, wrong=False)
    notify("smallest errors")
    seen = smallest_errors(peers)
    notify("growth")
    spent = growth(peers, SIZES[:2] if quick else SIZES)
    notify("overhead and memory")
    return Results(
        environment=environment(),
        seed=seed,
        quick=quick,
        peers=tuple(_standing(peer) for peer in peers),
        verdicts=(*wrong, *right),
        seen=seen,
        spent=spent,
        shares=() if quick else shares(),
        footprints=() if quick else footprints(),
    )


def _kept(rows: Sequence[Row], *, quick: bool) -> list[Row]:
    return [row for row in rows if not quick or row.x.size <= _QUICK]


def _standing(peer: Peer) -> Standing:
    return Standing(peer.name, peer.version(), peer.rule)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed NumPy's global generator, from which others draw, and put back what was there."""
    before = np.random.get_state()  # noqa: NPY002 - it is theirs
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002
