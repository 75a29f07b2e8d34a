"""Rows of a claimed Jacobian as multiples of the true ones: what happened to each output."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.model import Array, Floats, Role

from .alike import TOLERANCE
from .clues import Clues
from .jacobians import Jacobians

#: Difference quotients of small rows are noisy beside their own size.
_ROW = 1e-5
_NOISE = 1e-8


@dataclass(frozen=True, eq=False)
class Rows:
    """Each row of the claim is the true row times a factor, or one of the two is zero."""

    factors: Floats
    """Claimed / true for rows that both have, zero elsewhere."""
    lost: Array
    """The output matters, the claim has nothing of it."""
    opened: Array
    """The output does not answer to the leaf here, the claim says that it does."""
    common: Array
    """Rows that both have."""

    @cached_property
    def alike(self) -> bool:
        """Whether the rows that both have are off by one common factor, or right."""
        kept = self.factors[self.common]
        return kept.size > 0 and bool(np.ptp(kept) <= _ROW * abs(float(kept[0])))

    @cached_property
    def right(self) -> bool:
        """Whether the rows that both have are the same."""
        return self.alike and bool(abs(self.factors[self.common][0] - 1.0) <= _ROW)


def rows_of(claimed: Floats, reference: Floats) -> Rows | None:
    """Return what became of each row, None where some row is no multiple of the true one."""
    size = np.abs(reference).max(initial=0.0)
    needed = np.abs(reference).max(axis=1, initial=0.0) > TOLERANCE * size
    given = np.abs(claimed).max(axis=1, initial=0.0) > TOLERANCE * size
    common = needed & given
    square = np.where(common, (reference**2).sum(axis=1), 1.0)
    factors = np.where(common, (claimed * reference).sum(axis=1) / square, 0.0)
    rest = np.abs(claimed - factors[:, None] * reference)[common]
    allowed = _ROW * np.abs(claimed)[common].max(axis=1, initial=0.0) + _NOISE * size
    if np.any(rest.max(axis=1, initial=0.0) > allowed):
        return None
    return Rows(factors, needed & ~given, given & ~needed, common)


def rows_of_outputs(both: Jacobians) -> Rows | None:
    """Return what became of each output; None where the claim mixes them otherwise."""
    return rows_of(both.claimed, both.reference)


@dataclass(frozen=True, eq=False)
class Slabs:
    """What became of each output within each slice of a parameter."""

    axis: int
    """Axis of the parameter that numbers the slices."""
    rows: Rows
    """One entry an output and slice."""
    shape: tuple[int, int]
    """Outputs and slices."""


def slabs_of(clues: Clues) -> Slabs | None:
    """Return factors by output and slice of a parameter, None where there are no such."""
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or leaf.role is not Role.PARAMETER or len(leaf.shape) < 2:
        return None
    for axis, length in enumerate(leaf.shape):
        if int(np.prod(leaf.shape)) == length:
            continue
        claimed, reference = (
            _sliced(j, leaf.shape, axis) for j in (both.claimed, both.reference)
        )
        rows = rows_of(claimed, reference)
        several = np.count_nonzero(np.abs(reference) > _NOISE * np.abs(reference).max(), axis=1)
        if rows is not None and np.any(rows.common) and np.all(several[rows.common] > 1):
            return Slabs(axis, rows, (len(both.claimed), length))
    return None


def _sliced(jacobian: Floats, shape: tuple[int, ...], axis: int) -> Floats:
    whole = jacobian.reshape(len(jacobian), *shape)
    return np.moveaxis(whole, axis + 1, 1).reshape(len(jacobian) * shape[axis], -1)


def unheard(both: Jacobians) -> tuple[Array, Array]:
    """Return outputs that have no say in the claim, and those that should have one."""
    size = np.abs(both.reference).max(initial=0.0)
    silent = np.abs(both.claimed).max(axis=1) < TOLERANCE * size
    needed = np.asarray(np.abs(both.reference).max(axis=1) > TOLERANCE * size)
    return np.asarray(silent & needed), needed


def unheard_slices(clues: Clues, both: Jacobians) -> str:
    """Return in words which slices of the outputs have no say; empty where it is no such."""
    lost, needed = unheard(both)
    if not np.any(lost) or np.all(lost[needed]):
        return ""
    parts = np.split(
        np.where(needed, lost, -1), np.cumsum([y.size for y in clues.outputs])[:-1]
    )
    if len(parts) > 1:
        whole = all(_all_or_none(part) for part in parts)
        return ": whole outputs are forgotten" if whole else ""
    shape = clues.outputs[0].shape
    for axis in range(len(shape)) if len(shape) > 1 else ():
        slices = np.moveaxis(parts[0].reshape(shape), axis, 0)
        heard = [i for i, part in enumerate(slices) if 0 in part]
        if len(heard) == 1 and all(_all_or_none(part) for part in slices):
            return f": only those at {heard[0]} along axis {axis} are heard"
    return ""


def _all_or_none(part: Array) -> bool:
    """Whether all that counts is lost, or nothing of it."""
    return not (0 in part and 1 in part)


def depends_on_values(clues: Clues, chosen: Array) -> bool:
    """Return whether outputs that the claim leaves out here are heard at another point.

    An index that was forgotten is forgotten everywhere; a mask follows the values.
    """
    other = clues.otherwise
    if other is None:
        return False
    units = np.split(chosen.astype(np.float64), np.cumsum([y.size for y in clues.outputs])[:-1])
    alone = tuple(u.reshape(y.shape) for u, y in zip(units, clues.outputs, strict=True))
    claimed = other.claimed(alone)
    return claimed is not None and bool(np.any(claimed))
