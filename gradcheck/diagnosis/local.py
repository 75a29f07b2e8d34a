"""Layers that work entry by entry, and losses that are sums over entries: local slopes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.model import Array, Floats

from .alike import TOLERANCE, is_zero, same
from .clues import Clues
from .jacobians import Jacobians


@dataclass(frozen=True, eq=False)
class Local:
    """Claimed and true slopes of an elementwise layer."""

    claimed: Floats
    true: Floats
    x: Floats
    y: Floats

    @cached_property
    def wrong(self) -> Array:
        """Entries whose slopes differ."""
        size = np.abs(self.true).max(initial=0.0)
        return np.asarray(np.abs(self.claimed - self.true) > TOLERANCE * size)


def diagonal(both: Jacobians) -> bool:
    """Return whether the function works entry by entry."""
    square = both.reference.shape[0] == both.reference.shape[1]
    off = both.reference - np.diag(np.diag(both.reference)) if square else both.reference
    return square and is_zero(off, both.reference)


def local(clues: Clues) -> Local | None:
    """Return the slopes of an elementwise layer that claims others."""
    both = clues.jacobians
    if both is None or len(clues.outputs) != 1 or not diagonal(both):
        return None
    claimed, true = np.diag(both.claimed), np.diag(both.reference)
    x, y = clues.x.reshape(-1), clues.outputs[0].reshape(-1)
    if x.shape != y.shape or same(claimed, true):
        return None
    return Local(claimed, true, np.asarray(x, dtype=np.float64), y)


def slopes(clues: Clues) -> tuple[Floats, Floats] | None:
    """Return claimed and true slope of each entry where every entry feeds one output alone.

    So do the entries of an elementwise layer, of row sums and of a loss that is a scalar.
    """
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference):
        return None
    size = np.abs(both.reference).max(initial=0.0)
    fed = np.abs(both.reference) > TOLERANCE * size
    if np.any(fed.sum(axis=0) > 1):
        return None
    stray = np.where(fed | ~fed.any(axis=0), 0.0, both.claimed)
    if not is_zero(stray, both.reference):
        return None
    return both.claimed.sum(axis=0), both.reference.sum(axis=0)
