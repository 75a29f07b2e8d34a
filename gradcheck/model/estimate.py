"""A reference derivative: a number that never travels without its error."""

from dataclasses import dataclass
from enum import IntEnum

from .arrays import Array, Floats


class Point(IntEnum):
    """What the function looks like at the point of differentiation."""

    SMOOTH = 0
    KINK = 1
    NEAR_KINK = 2
    JUMP = 3
    CUSP = 4
    EDGE = 5
    PLATEAU = 6
    NOISE = 7
    ALIASED = 8
    UNDEFINED = 9

    @property
    def word(self) -> str:
        """The name as it is printed."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """One step of the ladder that led to an estimate, kept for the reports."""

    step: float
    """Size of the step."""
    value: float
    """Central difference at this step."""
    error: float
    """Its round-off part."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Derivative values with error bars, all arrays of one shape.

    Where `point` is a kink, `left` and `right` are the one-sided derivatives and every value
    between them is a subgradient (Clarke).
    """

    value: Floats
    """Derivative; at a kink the midpoint of the one-sided derivatives."""
    error: Floats
    """Half-width of the error bar: truncation plus round-off."""
    point: Array
    """Codes of `Point`."""
    left: Floats
    """Derivative from the left, equal to `value` at a smooth point."""
    right: Floats
    """Derivative from the right."""
    calls: int
    """Forward calls that were spent."""
    method: str = "ladder"
    """What made it: ``look``, ``ladder``, ``complex step``, ``extended precision``."""
    noise: float = 0.0
    """Measured noise of the function, one standard deviation (largest component)."""
    distance: Floats | None = None
    """Distance to a kink nearby, NaN where there is none."""
    rungs: tuple[Rung, ...] = ()
    """Ladder of the worst component, for the plot."""
