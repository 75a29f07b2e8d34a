"""Causes inside a layer: a local derivative that is wrong on the way to an input."""

import numpy as np

from .clues import Clues
from .local import local
from .record import Hit, suspicion
from .rows import rows_of_outputs, slabs_of

_CURE = "derive that function once more and evaluate at the values that forward saved"


@suspicion("wrong-derivative", common=True)
def factor_of_each_output(clues: Clues) -> Hit | None:
    """The local derivative at the output is wrong: every output has a factor of its own."""
    both = clues.jacobians
    if both is None or local(clues) is not None or len(both.reference) < 4:
        return None
    seen = rows_of_outputs(both)
    if (
        seen is None
        or np.any(seen.opened)
        or np.any(seen.lost)
        or not _many(seen.factors[seen.common])
    ):
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


def rows_of_outputs_fit(clues: Clues) -> bool:
    """Return whether each output has one factor for the whole parameter."""
    both = clues.jacobians
    return both is not None and rows_of_outputs(both) is not None


def _many(factors: np.ndarray) -> bool:
    """Whether factors differ with the values: a constant, or two, would be another cause."""
    return len(np.unique(np.round(factors, 5))) >= max(4, len(factors) // 2)
