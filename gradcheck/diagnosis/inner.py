"""Causes inside a layer: a local derivative that is wrong on the way to an input."""

import numpy as np

from .alike import TOLERANCE, close, same
from .clues import Clues
from .local import local
from .record import Hit, suspicion
from .rows import Rows, rows_of_outputs, slabs_of

_CURE = "derive that function once more and evaluate at the values that forward saved"


@suspicion("wrong-derivative", common=True)
def factor_of_each_output(clues: Clues) -> Hit | None:
    """The local derivative at the output is wrong: every output has a factor of its own."""
    both = clues.jacobians
    if both is None or local(clues) is not None or len(both.reference) < 4:
        return None
    seen = rows_of_outputs(both)
    if seen is None or np.any(seen.opened) or np.any(seen.lost):
        return None
    if len(np.unique(np.round(seen.factors[seen.common], 5))) < 4 or _by_one_axis(clues, seen):
        return None
    return Hit(
        0.84,
        "the claim is right but for a factor of each output, from "
        f"{seen.factors[seen.common].min():.4g} to {seen.factors[seen.common].max():.4g}",
        _CURE,
    )


@suspicion("wrong-derivative", common=True)
def factor_within_a_parameter(clues: Clues) -> Hit | None:
    """The local derivative of one unit or gate inside the layer is wrong."""
    slabs = slabs_of(clues)
    if slabs is None or np.any(slabs.rows.opened):
        return None
    factors = slabs.rows.factors.reshape(slabs.shape)
    known = slabs.rows.common.reshape(slabs.shape)
    wrong = known & (np.abs(factors - 1.0) > 1e-5)
    units = wrong.any(axis=0)
    if not units.any() or (units.all() and rows_of_outputs_fit(clues)):
        return None
    if not _many(factors[wrong]):
        return None
    places = ", ".join(map(str, np.flatnonzero(units)[:6]))
    return Hit(
        0.86,
        f"right but for a factor of each output at {places} along axis {slabs.axis}, and "
        "right elsewhere"
        if not units.all()
        else "each unit and output has a factor of its own",
        _CURE,
    )


@suspicion("wrong-derivative", common=True)
def mask_not_applied(clues: Clues) -> Hit | None:
    """The local derivative is taken for one where the output does not answer."""
    both = clues.jacobians
    if both is None or local(clues) is not None or len(both.reference) < 2:
        return None
    seen = rows_of_outputs(both)
    if seen is None or not seen.right or np.any(seen.lost) or not np.any(seen.opened):
        return None
    return Hit(
        0.86,
        f"{int(seen.opened.sum())} outputs that do not answer to the input here pass their "
        "gradient on; the others are right",
        "multiply by the mask that forward applied",
    )


@suspicion("wrong-derivative", common=True)
def claimed_where_nothing_is(clues: Clues) -> Hit | None:
    """A mask or a limit inside the layer is not applied in backward."""
    both = clues.jacobians
    if both is None or same(*both) or local(clues) is not None:
        return None
    wrong = ~close(*both)
    blocked = np.abs(both.reference) <= TOLERANCE * np.abs(both.reference).max(initial=0.0)
    if np.any(wrong & ~blocked) or np.all(blocked):
        return None
    return Hit(
        0.6,
        f"{int(wrong.sum())} entries of the Jacobian are claimed and are zero; the others are "
        "right",
        "multiply by the mask that forward applied",
    )


@suspicion("wrong-derivative", common=True)
def wrong_somewhere_inside(clues: Clues) -> Hit | None:
    """A local derivative inside the layer is wrong."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference) or local(clues) is not None:
        return None
    size = np.abs(both.reference).max(initial=0.0)
    said, true = (np.abs(j) > TOLERANCE * size for j in (both.claimed, both.reference))
    if not np.array_equal(said, true) or not np.any(true):
        return None
    return Hit(
        0.5,
        "every entry answers to the outputs that it should, with other numbers: no path is "
        "missing, and no constant factor explains it",
        "derive the functions along the way once more, and check what backward saved",
    )


def rows_of_outputs_fit(clues: Clues) -> bool:
    """Return whether each output has one factor for the whole parameter."""
    both = clues.jacobians
    return both is not None and rows_of_outputs(both) is not None


def _by_one_axis(clues: Clues, seen: Rows) -> bool:
    """Whether the factors go with one axis that counts no examples, as those of gamma do."""
    if len(clues.outputs) != 1 or clues.outputs[0].ndim < 2 or not np.all(seen.common):
        return False
    factors = seen.factors.reshape(clues.outputs[0].shape)
    for axis in range(1, factors.ndim):
        others = tuple(a for a in range(factors.ndim) if a != axis)
        if np.all(np.ptp(factors, axis=others) <= 1e-5 * np.abs(factors).max()):
            return True
    return False


def _many(factors: np.ndarray) -> bool:
    """Whether factors differ with the values: a constant, or two, would be another cause."""
    return len(np.unique(np.round(factors, 5))) >= max(4, len(factors) // 2)
