"""One axis of a plot: numbers to pixels, and the ticks a reader expects."""

import math
import sys
from dataclasses import dataclass
from typing import Protocol

#: The largest number, and one below which numbers lose their digits.
_MOST, _LEAST = sys.float_info.max, 1e-300
#: No power of ten beyond is a number.
_DECADES = sys.float_info.max_10_exp


class Axis(Protocol):
    """What a plot needs to know of an axis."""

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        ...

    def ticks(self) -> list[tuple[float, str]]:
        """Return pixels with their labels."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """An even axis."""

    low: float
    """Value at `start`."""
    high: float
    """Value at `end`."""
    start: float
    """Pixel of the low end."""
    end: float
    """Pixel of the high end."""

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Return three or more round values."""
        step = _round_step((self.high - self.low) / 3)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [(self.at(i * step), f"{i * step:.4g}") for i in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Log:
    """An axis of decades between powers of ten; zero and less go to the low end."""

    low: int
    """Exponent at `start`."""
    high: int
    """Exponent at `end`."""
    start: float
    """Pixel of the low end."""
    end: float
    """Pixel of the high end."""

    def at(self, value: float) -> float:
        """Return the pixel of a value, kept within the axis."""
        exponent = math.log10(value) if value > 0 else -math.inf
        inside = min(max(exponent, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (
            self.end - self.start
        )

    def ticks(self) -> list[tuple[float, str]]:
        """Return at most six decades."""
        every = max(1, math.ceil((self.high - self.low) / 5))
        exponents = range(self.low, self.high + 1, every)
        return [(self.at(10.0**e), f"1e{e}" if e else "1") for e in exponents]


def linear(low: float, high: float, start: float, end: float) -> Linear:
    """Return an axis that holds both values with a margin, also where they are equal."""
    size, wide = max(abs(low), abs(high)), not high - low <= 1e308
    if wide or high - low <= max(1e-12 * size, _LEAST):
        room = 1e308 if wide else max(size, _LEAST)
        low, high = max(low - room, -8e307), min(high + room, 8e307)
    margin = 0.05 * (high - low)
    return Linear(max(low - margin, -_MOST), min(high + margin, _MOST), start, end)


def log(values: list[float], start: float, end: float) -> Log:
    """Return an axis of whole decades around the positive values."""
    found = [math.log10(v) for v in values if v > 0 and math.isfinite(v)] or [0.0]
    low = min(math.floor(min(found)), _DECADES - 1)
    high = max(min(math.ceil(max(found)), _DECADES), low + 1)
    return Log(low, high, start, end)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (10, 5, 2, 1) if m * power <= rough * 1.001)
