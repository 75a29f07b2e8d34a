"""The smallest error that each checker sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from gradcheck.model import Array

from .layer import Formula, Row
from .opinion import Opinion
from .peers import Peer
from .power import said

_EXPONENTS = range(-1, -15, -1)


@dataclass(frozen=True, slots=True)
class Seen:
    """The smallest relative error that a checker saw, in all entries and in one of them."""

    peer: str
    """The checker."""
    unspoilt: Opinion
    """What it says without an error; where it does not accept, nothing can be measured."""
    everywhere: float | None
    """Every entry is off by this part; None where not even a tenth was seen."""
    single: float | None
    """One entry of a hundred is off by this part of itself."""


def smallest_errors(peers: Sequence[Peer]) -> tuple[Seen, ...]:
    """Return for each checker how far down in decades every error was rejected."""
    return tuple(_seen(peer) for peer in peers)


def _seen(peer: Peer) -> Seen:
    unspoilt = said(peer, _row(0.0, slice(None)))
    if unspoilt is not Opinion.ACCEPTS:
        return Seen(peer.name, unspoilt, None, None)
    return Seen(peer.name, unspoilt, _smallest(peer, slice(None)), _smallest(peer, slice(7, 8)))


def _smallest(peer: Peer, where: slice) -> float | None:
    seen = None
    for exponent in _EXPONENTS:
        if said(peer, _row(10.0**exponent, where)) is not Opinion.REJECTS:
            break
        seen = 10.0**exponent
    return seen


def _row(error: float, where: slice) -> Row:
    x = np.random.default_rng(2).normal(size=100)
    return Row(f"{error:.0e}", partial(Formula, np.tanh, partial(_spoilt, error, where)), x)


def _spoilt(error: float, where: slice, x: Array, dout: Array) -> Array:
    dx = dout / np.cosh(x) ** 2
    dx[where] *= 1 + error
    return np.asarray(dx)
