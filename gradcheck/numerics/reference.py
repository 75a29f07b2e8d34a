"""The reference for one case: probes along lines, with what they share measured once."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import EllipsisType

import numpy as np

from gradcheck.model import Array, Arrays, Estimate, Floats, Index, Outputs

from .blocks import flat, laid_out, runs, shaped
from .extrapolation import NOISE_FACTOR
from .ladder import Samples, merge, sample
from .line import Direction, Function, Line
from .noise import Noise, measure
from .point import estimate
from .random_words import random_words
from .steps import scale_of
from .weights import Weights

#: Speeds of a random direction are a random sign times uniform in [1, 2]: no coordinate is
#: missed for being small, and a pair of errors (+d, -d) does not cancel as under plain signs.
#: The bits of a float32 are drawn, sign and fraction; the exponent of 1 goes between them.
_SIGN_AND_FRACTION = np.uint32(0x807FFFFF)
_EXPONENT_OF_ONE = np.uint32(0x3F800000)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A first look: a difference quotient whose truncation is not known yet."""

    value: Floats
    """One value a component."""
    roundoff: Floats
    """Its round-off, from the size of the outputs alone."""
    bend: Floats | None = None
    """How far the one-sided quotients lie apart at the finest step, where that is known."""


class Reference:
    """Reference derivatives of a function at one point, for one upstream gradient.

    Parameters
    ----------
    f
        The function of all named inputs; returns a tuple of float64 arrays of its own.
    inputs
        The point, float64.
    upstream
        Weights of the outputs.
    rng
        Draws the directions.
    """

    def __init__(
        self, f: Function, inputs: Arrays, upstream: Outputs, rng: np.random.Generator
    ) -> None:
        self._f = f
        self._rng = rng
        self._noise: Noise | None = None
        self._sigma: tuple[Weights, Floats] | None = None
        self.calls = 0
        self.preferred_look = 0  # the look that served the last probe is tried first
        self.inputs = inputs
        self.centre = self.value(inputs)
        self.upstream = tuple(map(laid_out, upstream, self.centre))
        self.total = Weights(self.upstream)

    def value(self, inputs: Arrays) -> Outputs:
        """Return the outputs at `inputs`: one forward call."""
        self.calls += 1
        return self._f(inputs)

    def noise(self, names: Sequence[str]) -> Noise:
        """Return the noise near the point, measured at the first request."""
        if self._noise is None:
            speed = {name: self.draw_direction(name) for name in names}
            line = Line(self.value, self.inputs, Direction(speed))
            self._noise = measure(line, self.total, self.centre)
        return self._noise

    def sigma(self, names: Sequence[str], weights: Weights) -> Floats:
        """Return the noise of the weighted outputs, worked out once while the weights stay."""
        if self._sigma is None or self._sigma[0] is not weights:
            self._sigma = (weights, self.noise(names).of(weights))
        return self._sigma[1]

    def draw_direction(
        self, name: str, *beside: Array, each: Callable[..., None] | None = None
    ) -> Floats:
        """Return random speeds for every entry of an input, scaled to each entry.

        Parameters
        ----------
        beside
            Arrays of the input's shape.
        each
            Shown every run of speeds with those of the arrays beside it, fresh in the cache.
        """
        x = self.inputs[name]
        bits = random_words(self._rng, x.size).reshape(x.shape)
        speed = np.empty(x.size)
        for out, entries, signs, *others in runs(speed, *flat(x, bits, *beside)):
            signs &= _SIGN_AND_FRACTION
            signs |= _EXPONENT_OF_ONE
            np.multiply(scale_of(entries, out), signs.view(np.float32), out=out)
            if each is not None:
                each(out, *others)
        return shaped(speed, x)

    def directional(self, speed: Mapping[str, Floats]) -> "Probe":
        """Return a probe along a direction through whole inputs."""
        line = Line(self.value, self.inputs, Direction(speed))
        return Probe(self, line, self.total, unit=True)

    def entries(self, name: str, where: Index, weights: Weights) -> "Probe":
        """Return a probe that steps the entries ``where`` of one input, one component each."""
        speed = scale_of(np.asarray(self.inputs[name][where]))
        direction = Direction({name: speed}, {name: where})
        line = Line(self.value, self.inputs, direction)
        return Probe(self, line, weights, unit=False)

    def entry(self, name: str, index: Index, inputs: Arrays | None = None) -> Line:
        """Return the line along one entry of an input, from the point or from other inputs."""
        start = self.inputs if inputs is None else inputs
        speed = np.ones_like(start[name][index])
        return Line(self.value, start, Direction({name: speed}, {name: index}))

    def like(self, probe: "Probe") -> "Probe":
        """Return a probe of this reference along the line of another reference's probe."""
        line = Line(self.value, self.inputs, probe.line.direction)
        weights = Weights(self.upstream, probe.weights.axes, probe.weights.shape)
        return Probe(self, line, weights, unit=probe.unit)


@dataclass(eq=False)
class Probe:
    """One line of a reference, sampled only as far as it was asked to."""

    reference: Reference
    """What it shares with the other probes of the case."""
    line: Line
    """Where it steps."""
    weights: Weights
    """How output differences become components."""
    unit: bool
    """A directional derivative and not entries."""
    sampled: tuple[Samples, ...] = field(default=())
    """Rungs so far, in the order in which they were asked for: wide ones are dear to join."""
    chosen: Array | EllipsisType = ...
    """Components that are still asked for."""

    @property
    def samples(self) -> Samples:
        """All rungs so far, coarse steps first."""
        return functools.reduce(merge, self.sampled)

    @functools.cached_property
    def reach(self) -> Floats:
        """Size of the entry that moves (of the unit of a direction), for each component."""
        return self.line.direction.reach(self.line.inputs, unit=self.unit)

    def narrow(self, chosen: Array) -> None:
        """Forget all components but these, once: a ladder is dear in memory and time."""
        self.sampled = tuple(part.pick(chosen) for part in self.sampled)
        self.chosen = chosen

    def climb(self, exponents: Sequence[int]) -> None:
        """Sample the rungs ``2**-e`` that were not sampled yet."""
        known = {e for part in self.sampled for e in part.exponents}
        missing = [e for e in exponents if e not in known]
        if not missing:
            return
        new = sample(
            self.line,
            self.weights,
            self.reference.centre,
            missing,
            unit=self.unit,
            chosen=self.chosen,
        )
        self.sampled = (*self.sampled, new)

    def look(self, exponents: Sequence[int]) -> Look:
        """Return a cheap value: one central difference, or two extrapolated once."""
        self.climb(exponents)
        coarse, fine = (self._rung(e) for e in (exponents[0], exponents[-1]))
        value = fine.central[0]
        if len(exponents) == 2:
            ratio = (coarse.up[0] / fine.up[0]) ** 2
            value = value + (value - coarse.central[0]) / (ratio - 1.0)
        bend = np.abs(fine.right[0] - fine.left[0])
        return Look(value, NOISE_FACTOR * fine.floor[0] / fine.up[0], bend)

    def _rung(self, exponent: int) -> Samples:
        part = next(part for part in self.sampled if exponent in part.exponents)
        row = part.exponents.index(exponent)
        return part if len(part.exponents) == 1 else part.rung(row)

    def measured(self, exponents: Sequence[int], names: Sequence[str]) -> Look:
        """Return a look with the measured noise in its round-off."""
        look = self.look(exponents)
        step = self._rung(exponents[-1]).up[0]
        sigma = self.reference.sigma(names, self.weights)[self.chosen]
        roundoff = np.maximum(look.roundoff, NOISE_FACTOR * sigma / step)
        return replace(look, roundoff=roundoff)

    def estimate(self, exponents: Sequence[int], names: Sequence[str]) -> Estimate:
        """Return value, error and kind of point from all rungs, after sampling `exponents`.

        Parameters
        ----------
        names
            The inputs that are differentiated, for the noise measurement.
        """
        self.climb(exponents)
        sigma = self.reference.sigma(names, self.weights)[self.chosen]
        return estimate(
            self.samples, sigma, self.reach[self.chosen], calls=self.reference.calls
        )
