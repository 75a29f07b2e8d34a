"""Causes in masks: inverted, or taken from another variable than forward's."""

import numpy as np

from gradcheck.model import Array, Floats

from .alike import TOLERANCE, factor, same
from .clues import Clues
from .local import Local, diagonal, local
from .record import Hit, suspicion
from .rows import Rows, depends_on_values, rows_of, rows_of_outputs

_CURE = "take the mask from the very values by which forward decided: save it there"


def _verdicts(clues: Clues) -> Rows | None:
    """What became of each output; of each entry where there is a single output."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference):
        return None
    if len(both.reference) > 1:
        return rows_of_outputs(both)
    if _reordered(both.claimed, both.reference):
        return None
    return rows_of(both.claimed.T, both.reference.T)


def _reordered(claimed: Floats, reference: Floats) -> bool:
    return same(np.sort(claimed, axis=None), np.sort(reference, axis=None))


@suspicion("mask-inverted", common=True)
def inverted_mask(clues: Clues) -> Hit | None:
    """A mask is inverted: gradients pass where they should stop."""
    seen = _verdicts(clues)
    if seen is None or np.any(seen.common) or not np.any(seen.lost) or not np.any(seen.opened):
        return _chosen_otherwise(clues)
    both = clues.jacobians
    assert both is not None  # there are verdicts
    by_place = len(both.reference) > 1 and not diagonal(both)
    if by_place and not depends_on_values(clues, seen.lost):
        return None  # another part of the outputs, as of operands that were exchanged
    return Hit(
        0.96,
        "the claimed gradient is zero just where the true one is not, and the reverse",
        "in dx[mask] = 0 the mask names the blocked entries; in dout * mask the open ones",
    )


def _chosen_otherwise(clues: Clues) -> Hit | None:
    """Of some entries that an output may be, it is one; the claim pays all but that one."""
    both = clues.jacobians
    if both is None or len(both.reference) < 2 or not _choices(both.reference, both.claimed):
        return None
    there = clues.otherwise
    other = None if there is None else there.jacobians
    if other is None or not _choices(other.reference, other.claimed):
        return None
    if np.array_equal(other.reference != 0.0, both.reference != 0.0):
        return None  # it does not choose by value
    return Hit(
        0.956,
        "every output is one of some entries; the claim is zero for that one and pays others "
        "in its place",
        "compare the mask, or argmin and argmax, with what forward chose",
    )


def _choices(true: Floats, said: Floats) -> bool:
    """Whether entries feed one output or none, and the claim pays just those that feed none."""
    fed, paid = (np.abs(j) > TOLERANCE * np.abs(j).max(initial=0.0) for j in (true, said))
    single = np.all(fed.sum(axis=0) <= 1) and np.all(fed.sum(axis=1) == 1)
    other = np.all(fed.any(axis=0) != paid.any(axis=0)) and bool(np.any(paid))
    return bool(single and other)


@suspicion("mask-wrong-variable", common=True)
def mask_from_the_wrong_variable(clues: Clues) -> Hit | None:
    """A mask is taken from the wrong variable: upstream, output, another input, a new draw."""
    return _branch_by_output(clues) or _by_upstream(clues) or _another_mask(clues)


def _branch_by_output(clues: Clues) -> Hit | None:
    """A few constant slopes, chosen by the sign of the output where the input's counts."""
    here = local(clues)
    if here is None:
        return None
    above, below = _constant(here.true, here.x > 0), _constant(here.true, here.x < 0)
    if above is None or below is None or np.array_equal(here.x > 0, here.y > 0):
        return None
    if not same(here.claimed, np.asarray(np.where(here.y > 0, above, below), dtype=np.float64)):
        return None
    sure = 0.92 if np.all(here.y > 0) else 0.97  # one slope for all may be anything
    return Hit(sure, "the branch is chosen by the sign of the output, not of the input", _CURE)


def _constant(values: Floats, mask: Array) -> float | None:
    part = values[mask]
    return float(part[0]) if part.size and np.ptp(part) < TOLERANCE else None


def _by_upstream(clues: Clues) -> Hit | None:
    """Where the layer passes or blocks, the claim passes by the sign of the upstream gradient.

    A rectified upstream gradient would still be blocked where the layer blocks.
    """
    if clues.pair is None or len(clues.outputs) != 1:
        return None
    claimed, reference = clues.pair
    upstream = np.asarray(clues.upstream[0])
    if claimed.shape != upstream.shape or same(claimed, reference):
        return None
    passes = claimed != 0
    blocked_by_layer = np.any((np.abs(reference) <= TOLERANCE * np.abs(upstream)) & passes)
    whole = factor(claimed[passes], upstream[passes]) if np.any(passes) else None
    if whole is None or np.all(passes):
        return None
    by_sign = blocked_by_layer and _divides(passes, upstream)
    if not by_sign and not _divides(passes, np.abs(upstream)):
        return None
    return Hit(
        0.975,
        "gradients pass where the upstream gradient is of some sign or size, not where the "
        "input is",
        _CURE,
    )


def _divides(passes: Array, values: Floats) -> bool:
    """Whether one threshold tells the values that pass from those that do not."""
    inside, outside = values[passes], values[~passes]
    return bool(inside.min() > outside.max() or inside.max() < outside.min())


def _another_mask(clues: Clues) -> Hit | None:
    seen = _verdicts(clues)
    if seen is None or not seen.alike or not np.any(seen.lost):
        return None
    what = f"{int(seen.lost.sum())} that count are blocked"
    if np.any(seen.opened):
        told = f"{what} and {int(seen.opened.sum())} that do not count pass; the rest agree"
        return Hit(0.95, "by another mask than forward's: of the outputs " + told, _CURE)
    here = local(clues)
    outputs = sum(y.size for y in clues.outputs)
    by_value = here is None and outputs > 1 and depends_on_values(clues, seen.lost)
    return (
        Hit(0.93, f"of the outputs {what}, others at another point", _CURE)
        if by_value
        else None
    )


def is_a_region(here: Local) -> bool:
    """Return whether the entries that are wrong lie on one side of a point, or about one."""
    order = np.argsort(here.x)
    wrong = here.wrong[order].astype(np.int8)
    changes = np.count_nonzero(np.diff(wrong))
    return bool(0 < changes <= 2 and min(wrong.sum(), (1 - wrong).sum()) >= 3)
