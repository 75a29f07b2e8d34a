"""What the epochs of a training came to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the data."""

    loss: float
    """Mean loss of its steps, each before its own change of the parameters."""
    validation: float = math.nan
    """Loss after it on examples kept back; NaN where there are none."""


def stalled(history: Sequence[Epoch], patience: int) -> bool:
    """Whether the last `patience` epochs were all no better than the best before them."""
    losses = [epoch.validation for epoch in history]
    if len(losses) <= patience:
        return False
    return min(losses[-patience:]) >= min(losses[:-patience])
