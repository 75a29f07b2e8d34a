"""What a checker is to the benchmark: a name and a verdict on a layer at a point."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.model import Array, Floats

#: Whether a checker accepts a layer at a point; it may raise what it likes to reject it.
Judge = Callable[[Layer, Array], bool]


class Missing(Exception):
    """A checker's package is not installed."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One checker with its defaults."""

    name: str
    """As it is shown."""
    accepts: Judge
    """Its verdict; raises Missing where its package is not there."""


def package(name: str) -> Any:
    """Import a package that may be missing.

    Raises
    ------
    Missing
        Where it is.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise Missing(f"{name.partition('.')[0]} is not installed") from error


def scalar(layer: Layer, x: Array) -> tuple[Callable[[Floats], float], Floats]:
    """Return a layer's weighted sum as a function of flat x, and its claimed gradient.

    Checkers of scalar functions leave the weights to the user; random ones give them their best
    chance.
    """
    y = np.asarray(layer.forward(x.copy()))
    v = np.random.default_rng(1).normal(size=y.shape)
    claimed = np.asarray(layer.backward(v.copy()), dtype=np.float64).reshape(-1)

    def value(flat: Floats) -> float:
        return float(np.vdot(v, layer.forward(np.array(flat).reshape(x.shape))))

    return value, claimed
