"""Learning rates that change: each is called with the number of steps done, from 0 on."""

import math
from dataclasses import dataclass
from typing import Protocol


class Rate(Protocol):
    """The learning rate of a step, for example of `optimizer.lr = rate(optimizer.steps)`."""

    def __call__(self, step: int) -> float:
        """The rate after this many steps."""


@dataclass(frozen=True, slots=True)
class Constant:
    """lr at every step (Robbins and Monro, "A stochastic approximation method", 1951)."""

    lr: float
    """The rate."""

    def __post_init__(self) -> None:
        _require(self, "lr", self.lr, fits=self.lr > 0)

    def __call__(self, step: int) -> float:
        """Return lr."""
        return self.lr


@dataclass(frozen=True, slots=True)
class StepDecay:
    """lr * factor ** (step // every): a fall at regular intervals.

    (He et al., "Deep residual learning for image recognition", 2016, 4.2.)
    """

    lr: float
    """Rate at the start."""
    every: int
    """Steps from one fall to the next."""
    factor: float = 0.1
    """What is left at each fall."""

    def __post_init__(self) -> None:
        _require(self, "lr", self.lr, fits=self.lr > 0)
        _require(self, "every", self.every, fits=self.every >= 1)
        _require(self, "factor", self.factor, fits=self.factor > 0)

    def __call__(self, step: int) -> float:
        """Return the rate after this many steps."""
        return float(self.lr * self.factor ** (step // self.every))


@dataclass(frozen=True, slots=True)
class ExponentialDecay:
    """lr * factor ** step (Senior et al., "An empirical study of learning rates", 2013)."""

    lr: float
    """Rate at the start."""
    factor: float
    """What is left after each step."""

    def __post_init__(self) -> None:
        _require(self, "lr", self.lr, fits=self.lr > 0)
        _require(self, "factor", self.factor, fits=self.factor > 0)

    def __call__(self, step: int) -> float:
        """Return the rate after this many steps."""
        return float(self.lr * self.factor**step)


@dataclass(frozen=True, slots=True)
class CosineDecay:
    """least + (lr - least) * (1 + cos(pi * step / steps)) / 2; after `steps` it stays `least`.

    (Loshchilov and Hutter, "SGDR", 2017, eq. 5, without restarts.)
    """

    lr: float
    """Rate at the start."""
    steps: int
    """Steps until the rate is least."""
    least: float = 0.0
    """Rate at the end."""

    def __post_init__(self) -> None:
        _require(self, "lr", self.lr, fits=self.lr > 0)
        _require(self, "steps", self.steps, fits=self.steps >= 1)
        if not 0 <= self.least <= self.lr:
            raise ValueError(
                f"CosineDecay: least must lie between 0 and lr={self.lr}, got {self.least}"
            )

    def __call__(self, step: int) -> float:
        """Return the rate after this many steps."""
        done = min(step / self.steps, 1)
        return self.least + (self.lr - self.least) * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True, slots=True)
class WarmUp:
    """rate(step) * min((step + 1) / steps, 1): a straight line up to another rate.

    (Goyal et al., "Accurate, large minibatch SGD", 2017, 2.2.)
    """

    rate: Rate
    """The rate to warm up to."""
    steps: int
    """Steps until it holds in full."""

    def __post_init__(self) -> None:
        _require(self, "steps", self.steps, fits=self.steps >= 1)

    def __call__(self, step: int) -> float:
        """Return the rate after this many steps."""
        return self.rate(step) * min((step + 1) / self.steps, 1)


def _require(owner: object, name: str, value: float, *, fits: bool) -> None:
    if not (fits and math.isfinite(value)):
        raise ValueError(
            f"{type(owner).__name__}: {name} must be positive and finite, got {value}"
        )
