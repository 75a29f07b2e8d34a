"""Sample a line on a ladder of steps, both ways."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import EllipsisType

import numpy as np

from gradcheck.model import Array, Floats, Outputs

from .line import Line
from .weights import Weights

_FIELDS = ("up", "down", "both", "plus", "minus", "floor")


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Weighted differences at every rung, shape (rungs, components), coarse steps first."""

    exponents: tuple[int, ...]
    """Rung r takes the step ``2**-exponents[r]``."""
    up: Floats
    """Step really taken upwards."""
    down: Floats
    """Step really taken downwards, positive."""
    both: Floats
    """f(x + h) - f(x - h)."""
    plus: Floats
    """f(x + h) - f(x)."""
    minus: Floats
    """f(x) - f(x - h)."""
    floor: Floats
    """Round-off of storing the outputs at this rung, one standard deviation."""

    @property
    def central(self) -> Floats:
        """Central differences."""
        return self.both / (self.up + self.down)

    @property
    def right(self) -> Floats:
        """One-sided differences from the right."""
        return self.plus / self.up

    @property
    def left(self) -> Floats:
        """One-sided differences from the left."""
        return self.minus / self.down

    def pick(self, components: Array | slice) -> "Samples":
        """Return the samples of some components."""
        chosen = {name: getattr(self, name)[:, components] for name in _FIELDS}
        return replace(self, **chosen)

    def rung(self, row: int) -> "Samples":
        """Return the samples of one rung."""
        chosen = {name: getattr(self, name)[row : row + 1] for name in _FIELDS}
        return Samples(self.exponents[row : row + 1], **chosen)


def sample(
    line: Line,
    weights: Weights,
    centre: Outputs,
    exponents: Iterable[int],
    *,
    unit: bool,
    chosen: Array | EllipsisType = ...,
) -> Samples:
    """Sample `line` at the steps ``2**-e``; two forward calls each.

    Parameters
    ----------
    unit
        The components share the parameter of the line (a directional derivative); otherwise
        each component is one moving entry and is divided by the step that entry really took.
    chosen
        The components that are kept.
    """
    ordered = tuple(sorted(exponents))
    rows = [
        [part[chosen] for part in _rung(line, weights, centre, e, unit=unit)] for e in ordered
    ]
    columns = [_stacked(column) for column in zip(*rows, strict=True)]
    return Samples(ordered, *columns)


def _stacked(rows: tuple[Floats, ...]) -> Floats:
    """Return rows as one array; the single row of a first look is not copied."""
    return rows[0][None] if len(rows) == 1 else np.stack(rows)


def _rung(
    line: Line, weights: Weights, centre: Outputs, exponent: int, *, unit: bool
) -> tuple[Floats, ...]:
    t = float(np.ldexp(1.0, -exponent))
    above, below = line.ends(t)
    up = np.asarray([t]) if unit else line.direction.step(line.inputs, t)
    down = np.asarray([t]) if unit else -line.direction.step(line.inputs, -t)
    with np.errstate(invalid="ignore", over="ignore"):
        return (up, down, *weights.rung(above, below, centre))


def merge(first: Samples, second: Samples) -> Samples:
    """Return the rungs of both, coarse steps first."""
    exponents = first.exponents + second.exponents
    order = np.argsort(exponents, kind="stable")
    rows = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])[order]
        for name in _FIELDS
    }
    return Samples(tuple(exponents[i] for i in order), **rows)


def join(parts: Iterable[Samples]) -> Samples:
    """Return samples of many lines side by side, one after the other in the components."""
    items = list(parts)
    columns = {
        name: np.concatenate([getattr(item, name) for item in items], axis=1)
        for name in _FIELDS
    }
    return Samples(items[0].exponents, **columns)
