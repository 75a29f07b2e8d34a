"""Measure the noise of a function instead of assuming it.

After Moré & Wild, "Estimating Computational Noise", SIAM J. Sci. Comput. 33(3), 2011: on a
tiny line a smooth function is a polynomial of low degree, and what a fit of one leaves over is
noise. They take k-th differences on equal spacing;
here the points are uneven and the polynomial is
fitted, since rounding on an even grid can repeat itself and then looks smooth (a float32 sine
does, at a spacing of 5.48 units in the last place).
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Floats, Outputs

from .blocks import runs
from .line import Line
from .weights import Weights, difference

#: Uneven multiples of the spacing (golden-ratio jitter), the centre first. Nine points and a
#: polynomial of degree four leave four degrees of freedom.
_OFFSETS = np.arange(9) + np.concatenate(
    [[0.0], 0.9 * ((np.arange(1, 9) * 0.6180339887498949) % 1.0 - 0.5)]
)
_DEGREE = 4
#: First spacing: the line spans about ten float32 units in the last place of |x| = scale, which
#: shows a float32 cast, and is short enough to cross few kinks of a wide ReLU network.
_SPACING = 1.37 * 2.0**-24
_WIDEN = 8.0
_WIDEST = 2.0**-7
#: Noise that the arithmetic alone explains stays well below this multiple of the floor.
FOREIGN = 64.0
#: Where the first line looks noisy, a line this far away is measured too: a kink or a branch
#: point near the first one is no noise.
_AWAY = 2.0**-9
#: ... and one so many times finer, which counts where it changes at every point: what
#: varies fast is no polynomial on the first line, and a float32 value stands still on this one.
_FINER = 2.0**-10
#: A line on which values change in fewer places than this is widened: one jump of a quantised
#: function alone is met on one line and missed on the next, and then looks like no noise.
_OFTEN = 3.0
#: ... twice, which makes sixteen places of one; a true jump stays alone and costs no more.
_WIDENED = 2
#: Noise of two lines that differ by less than this factor is the same noise: a standard
#: deviation from four degrees of freedom is good to 35 %, so four covers both tails.
_ALIKE = 4.0
#: Noise of a component that kept still, as a part of the median relative noise of the others.
_PART = 1.0
#: Outputs of more entries than this are weighed at once and not kept.
_KEEP = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """Values on one or more tiny lines, from which the noise of any weighted sum is read."""

    total: Weights
    """The weights of a directional derivative."""
    centre: Outputs
    """Outputs at the point."""
    lines: tuple[tuple[Outputs, ...], ...]
    """Differences to the first point of each line, whole outputs or already weighed."""

    def of(self, weights: Weights) -> Floats:
        """Return the noise of the weighted outputs, one standard deviation a component."""
        floor = weights.floor(self.centre)
        kept = self.lines[0][0][0].shape == self.centre[0].shape
        chosen = weights if kept else None
        sigmas = [_residual(np.stack([_weigh(y, chosen) for y in line])) for line in self.lines]
        sigma = np.nan_to_num(_calmest(np.stack(sigmas)), nan=0.0, posinf=0.0)
        return np.asarray(np.fmax(_shared(sigma, floor), floor))


def _calmest(sigmas: Floats) -> Floats:
    """Return the smallest noise, or the mean square of all where they are of one size.

    Lines that differ show structure and no noise; lines that agree are samples of one noise,
    the smallest of which would be too small (0.65 sigma for three lines).
    """
    low, high = np.fmin.reduce(sigmas), np.fmax.reduce(sigmas)
    known = ~np.isnan(sigmas)
    squares = np.sum(np.where(known, sigmas, 0.0) ** 2, axis=0)
    together = np.sqrt(squares / np.fmax(known.sum(axis=0), 1))
    return np.asarray(np.where(high <= _ALIKE * low, together, low))


def _shared(sigma: Floats, floor: Floats) -> Floats:
    """Return the noise with the components that kept still raised to what the others show.

    A float32 value need not change over the whole line; its neighbours in the same output tell
    that the function rounds so coarsely.
    """
    told = (sigma > 0) & (floor > 0)
    if not np.any(told):
        return sigma
    ratio = float(np.median(sigma[told] / floor[told]))
    return sigma if ratio <= FOREIGN else np.fmax(sigma, _PART * ratio * floor)


def _weigh(outputs: Outputs, weights: Weights | None) -> Floats:
    return np.asarray(outputs[0]) if weights is None else weights.sum(outputs)


def measure(line: Line, total: Weights, centre: Outputs) -> Noise:
    """Sample the noise near the start of `line`.

    The line starts at the point and runs to one side, so that a kink at the point is not taken
    for noise; where it looks noisy, a line to the other side and one further off are measured
    and the calmest of the three counts. The spacing is widened until values change (a float16
    cast, an offset of 1e12).
    """
    large = sum(y.size for y in centre) > _KEEP
    keep = (lambda y: (total.sum(y),)) if large else (lambda y: y)
    spacing = _spacing(line, centre)
    first = Noise(total, centre, (_values(line, 0.0, spacing, keep),))
    if np.all(first.of(total) <= FOREIGN * total.floor(centre)):
        return first
    for _ in range(_WIDENED):
        if spacing > _WIDEST / _WIDEN or not _resting(first.lines[0]):
            break
        spacing *= _WIDEN
        first = Noise(total, centre, (_values(line, 0.0, spacing, keep),))
    others = [_values(line, *at, keep) for at in ((0.0, -spacing), (_AWAY, spacing))]
    finer = _values(line, 0.0, spacing * _FINER, keep)
    others += [finer] if _moving(finer) else []
    return Noise(total, centre, (*first.lines, *others))


def _moving(values: tuple[Outputs, ...]) -> bool:
    """Return whether most entries change from each point to the next."""
    steps = [difference(b, a) for a, b in itertools.pairwise(values)]
    return all(np.mean([np.mean(part != 0) for part in step]) > 0.5 for step in steps)


def _resting(values: tuple[Outputs, ...]) -> bool:
    """Return whether what changes at all does so in a few places and rests between them."""
    steps = [difference(b, a) for a, b in itertools.pairwise(values)]
    counts = [
        np.sum([part != 0 for part in parts], axis=0) for parts in zip(*steps, strict=True)
    ]
    changing = np.concatenate([count[count > 0].reshape(-1) for count in counts])
    return bool(changing.size) and float(changing.mean()) < _OFTEN


def _spacing(line: Line, centre: Outputs) -> float:
    """Return a spacing at which values change, several times over if the first is short."""
    spacing = _SPACING
    while spacing < _WIDEST and not _changes(difference(line.at(8 * spacing), centre)):
        spacing *= _WIDEN
    return spacing if spacing == _SPACING else spacing * _WIDEN


def _changes(delta: Outputs) -> bool:
    return any(bool(np.any(part)) for part in delta)


def _values(
    line: Line, start: float, spacing: float, keep: Callable[[Outputs], Outputs]
) -> tuple[Outputs, ...]:
    points = [line.at(start + spacing * float(offset)) for offset in _OFFSETS]
    return tuple(keep(difference(y, points[0])) for y in points)


def _residual(values: Floats) -> Floats:
    """Return the root mean square of what a polynomial fit leaves of each column."""
    basis, _ = np.linalg.qr(np.vander(_OFFSETS / _OFFSETS[-1], _DEGREE + 1))
    flats = values.reshape(len(_OFFSETS), -1)
    squares = np.empty(flats.shape[1])
    with np.errstate(invalid="ignore", over="ignore"):
        for total, *columns in runs(squares, *flats):
            residual = np.stack(columns)
            residual -= basis @ (basis.T @ residual)
            np.sum(np.square(residual, out=residual), axis=0, out=total)
    freedom = len(_OFFSETS) - _DEGREE - 1
    return np.sqrt(squares / freedom).reshape(values.shape[1:])
