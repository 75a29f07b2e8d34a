"""The entries of a tensor that are wrong."""

from dataclasses import dataclass

import numpy as np

from gradcheck.compare import FAIL
from gradcheck.model import Array, Comparison


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """Which entries are wrong: a mask, or the slices that hold them where more is not known."""

    shape: tuple[int, ...]
    """Shape of the tensor."""
    slices: tuple[tuple[int, ...], ...]
    """For each axis the indices under which something is wrong."""
    mask: Array | None = None
    """The wrong entries themselves, where each one was looked at."""

    @property
    def first(self) -> tuple[int, ...]:
        """Index of the first wrong entry."""
        if self.mask is not None and self.mask.any():
            return tuple(int(i) for i in np.argwhere(self.mask)[0])
        return tuple(axis[0] for axis in self.slices if axis)

    @property
    def single(self) -> bool:
        """Whether exactly one entry is wrong."""
        if self.mask is not None:
            return int(self.mask.sum()) == 1
        return all(len(axis) == 1 for axis in self.slices)


def from_entries(comparison: Comparison) -> Wrong:
    """Return the wrong entries of a comparison that looked at each one."""
    mask = np.asarray(comparison.verdicts == FAIL)
    slices = tuple(
        tuple(int(i) for i in np.flatnonzero(mask.any(axis=_others(mask.ndim, axis))))
        for axis in range(mask.ndim)
    )
    return Wrong(mask.shape, slices, mask)


def _others(ndim: int, axis: int) -> tuple[int, ...]:
    return tuple(a for a in range(ndim) if a != axis)
