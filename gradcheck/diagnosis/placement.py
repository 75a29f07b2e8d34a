"""Causes that put right numbers into wrong places."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from gradcheck.model import Array, Floats

from .alike import TOLERANCE, same
from .clues import Clues
from .jacobians import Jacobians
from .record import Hit, suspicion
from .transposed import reorders
from .windows import reversed_windows


@suspicion("shifted-index")
def shifted_index(clues: Clues) -> Hit | None:
    """Entries are shifted along an axis: an index is off by some places."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    for shift in _shifts(reference):
        if _shifted(claimed, reference, shift):
            told = " and ".join(f"{s} along axis {axis}" for axis, s in enumerate(shift) if s)
            return Hit(
                0.93,
                f"the claimed gradient is the true one shifted by {told}",
                "check the start of the slice, the padding that is cut off, or the step index",
            )
    return _same_numbers_elsewhere(clues)


def _shifts(reference: Floats) -> list[tuple[int, ...]]:
    """Return shifts by axis, the shortest and those along fewest axes first."""
    ranges = [range(-min(n - 1, 3), min(n - 1, 3) + 1) for n in reference.shape]
    every = [shift for shift in product(*ranges) if 0 < np.count_nonzero(shift) <= 2]
    return sorted(every, key=lambda s: (np.count_nonzero(s), sum(map(abs, s))))


def _shifted(claimed: Floats, reference: Floats, shift: tuple[int, ...]) -> bool:
    if same(claimed, reference) or not np.any(reference):
        return False
    if same(claimed, np.roll(reference, shift, tuple(range(len(shift))))):
        return True
    ahead = tuple(slice(s, None) if s > 0 else slice(None, s or None) for s in shift)
    behind = tuple(slice(None, -s) if s > 0 else slice(-s, None) for s in shift)
    behind = tuple(part if s else slice(None) for part, s in zip(behind, shift, strict=True))
    new, old = claimed[ahead], reference[behind]
    kept = all(n - abs(s) >= 2 for n, s in zip(claimed.shape, shift, strict=True) if s)
    return kept and bool(np.any(old)) and same(new, old)


def _same_numbers_elsewhere(clues: Clues) -> Hit | None:
    """The Jacobian holds the right numbers in the wrong places."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference):
        return None
    sorted_rows = np.sort(np.abs(both.claimed), axis=1), np.sort(np.abs(both.reference), axis=1)
    distinct = len(np.unique(np.round(np.abs(both.reference), 9))) > 2
    if (not distinct and not _single(both)) or not same(*sorted_rows):
        return None
    if clues.leaf is not None and reversed_windows(both, clues.leaf.shape):
        return None
    return Hit(
        0.6,
        "for every output the Jacobian's row has the right numbers in the wrong places",
        "check which window or index each upstream entry is sent back to, and whether the "
        "kernel must be flipped",
    )


def _single(both: Jacobians) -> bool:
    """Whether every output is one entry in the claim as in truth: entries that move about."""
    said, true = (np.abs(j) > TOLERANCE for j in (both.claimed, both.reference))
    alone = (bool(np.all(places.sum(axis=1) == 1)) for places in (said, true))
    return all(alone) and not np.array_equal(said, true)


@suspicion("permuted")
def permuted_entries(clues: Clues) -> Hit | None:
    """The right entries come in another order: reversed, or joined in another order."""
    if clues.pair is None or clues.pair[0].size < 3:
        return None
    claimed, reference = clues.pair
    if same(claimed, reference):
        return None
    for axis in range(reference.ndim):
        if reference.shape[axis] > 1 and same(claimed, np.flip(reference, axis)):
            return Hit(
                0.92,
                f"the claimed gradient is the true one reversed along axis {axis}",
                "undo in backward what forward did to the order: reverse it again",
            )
    if not same(np.sort(claimed, axis=None), np.sort(reference, axis=None)):
        return None
    both = clues.jacobians
    again = (
        both is not None and reorders(both.reference) and same(both.claimed, both.reference.T)
    )
    return Hit(
        0.9 if again else 0.88,
        "forward's reordering is applied once more instead of being undone"
        if again
        else "the claimed gradient has the right numbers in another order",
        "apply the inverse permutation in backward (argsort of the order), and split where "
        "forward joined",
    )


@suspicion("shifted-index", dear=True)
def label_beside(clues: Clues) -> Hit | None:
    """Labels or indices are off by one."""
    if clues.pair is None or same(*clues.pair):
        return None
    for leaf in clues.exam.case.setting.leaves:
        value = clues.exam.case.inputs[leaf.name]
        if leaf.bound is None or value.dtype.kind not in "iu":
            continue
        for step in (-1, 1):
            there = clues.again({leaf.name: (value + step) % leaf.bound})
            if there.pair is not None and same(clues.pair[0], there.pair[1]):
                return Hit(
                    0.95,
                    f"the claimed gradient is the true one for {leaf.name} {step:+d}",
                    f"use {leaf.name} as it comes: counts from zero and from one do not mix",
                )
    return None


@suspicion("swapped-inputs")
def swapped_inputs(clues: Clues) -> Hit | None:
    """The gradients of two inputs are exchanged."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    for name, (_, other) in clues.pairs.items():
        mine = clues.finding.tensor
        if name == mine or same(reference, other) or not np.any(other):
            continue
        if same(claimed, other):
            return Hit(
                0.79 if same(*clues.pairs[name]) else 0.94,
                f"the claimed gradient of {mine} is the true gradient of {name}",
                f"return the gradients in the order of forward's arguments: {mine}, {name}",
            )
    return None


@suspicion("broadcast-sum", "shape", "mismatch")
def missing_broadcast_sum(clues: Clues) -> Hit | None:
    """The gradient of a broadcast operand is not summed, or summed over the wrong axes."""
    if clues.leaf is None or clues.raw is None or clues.raw.dtype.kind != "f":
        return None
    raw = np.asarray(clues.raw, dtype=np.float64)
    reference = clues.reference_of(clues.leaf)
    if reference is None or raw.size == 0 or reference.size == 0:
        return None
    return _unsummed(raw, reference) or _over_summed(raw, reference) or _wrong_axis(clues, raw)


def _unsummed(raw: Array, reference: Floats) -> Hit | None:
    if raw.size <= reference.size:
        return None
    for axes in _subsets(raw.ndim):
        if _equal_but_dress(raw.sum(axis=axes), reference):
            return Hit(
                0.97,
                f"the gradient has shape {raw.shape}; summed over axes {list(axes)} it fits",
                f"sum over the axes that forward broadcast: .sum(axis={axes}), with the shape "
                f"{reference.shape} of the operand",
            )
    return Hit(
        0.7,
        f"the gradient has shape {raw.shape} where the operand has {reference.shape}",
        "sum over the axes that forward broadcast",
    )


def _over_summed(raw: Array, reference: Floats) -> Hit | None:
    constant = raw.size > 0 and np.ptp(raw) <= TOLERANCE * abs(float(raw.flat[0]))
    whole = float(reference.sum())
    alike = abs(float(raw.flat[0]) - whole) <= TOLERANCE * max(abs(whole), 1e-300)
    if not constant or not alike or reference.size < 2 or np.ptp(reference) == 0:
        return None
    return Hit(
        0.9,
        "every entry is the sum of all true entries",
        "sum over the broadcast axes only, not over all of them",
    )


def _wrong_axis(clues: Clues, raw: Array) -> Hit | None:
    """Compare with sums of the unreduced gradient over other axes of the same length."""
    assert clues.leaf is not None  # the caller has it
    outputs = clues.outputs
    if len(outputs) != 1 or raw.shape != clues.leaf.shape or outputs[0].ndim < 2:
        return None
    upstream = np.asarray(clues.upstream[0])
    for axes in _subsets(upstream.ndim):
        if same(np.asarray(upstream.sum(axis=axes)), raw) and clues.pair is not None:
            right = same(*clues.pair)
            return (
                None
                if right
                else Hit(
                    0.8,
                    f"it is the upstream gradient summed over axes {list(axes)}",
                    "sum over the axes along which the operand was repeated",
                )
            )
    return None


def _subsets(ndim: int) -> Iterator[tuple[int, ...]]:
    for mask in range(1, 2**ndim):
        yield tuple(axis for axis in range(ndim) if mask >> axis & 1)


def _equal_but_dress(summed: Array, reference: Floats) -> bool:
    values = np.asarray(summed, dtype=np.float64).reshape(-1)
    return values.size == reference.size and same(values, reference.reshape(-1))
