"""What a checker is to the benchmark: a name, a rule and an opinion on a layer at a point."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any, TypeVar

import numpy as np

from gradcheck.bench.layer import Layer
from gradcheck.bench.opinion import Opinion
from gradcheck.model import Array, Floats

#: A checker's opinion of a layer at a point; it may raise what it likes to reject it.
Judge = Callable[[Layer, Array], Opinion]

_L = TypeVar("_L", bound=Layer)


class Missing(Exception):
    """A checker's package is not installed."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One checker."""

    name: str
    """As it is shown."""
    package: str
    """The package to install, empty where nothing is needed."""
    rule: str
    """When it accepts, and whose thresholds these are."""
    judge: Judge
    """Its opinion; raises Missing where its package is not there."""

    def version(self) -> str | None:
        """Return the version that is imported, None where there is none."""
        if not self.package:
            return ""
        try:
            package(self.package)
        except Missing:
            return None
        return metadata.version(self.package)


def two_valued(accepts: Callable[[Layer, Array], bool]) -> Judge:
    """Return the judge that a yes or no makes."""
    return lambda layer, x: Opinion.ACCEPTS if accepts(layer, x) else Opinion.REJECTS


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


def fresh(layer: _L) -> _L:
    """Return the layer with a memory of its own, as frameworks keep it with each call.

    They differentiate at the first forward pass after others have run; a layer that remembers
    its last input would answer for another point, and be rejected for no fault of its own.
    """
    return copy.copy(layer)


def scalar(layer: Layer, x: Array) -> tuple[Callable[[Floats], float], Floats]:
    """Return a layer's weighted sum as a function of flat x, and its claimed gradient.

    Checkers of scalar functions leave the weights to the user; random ones give them their best
    chance. Backward gets the weights themselves: one that writes into them spoils the sum.
    """
    y = np.asarray(layer.forward(x.copy()))
    v = np.random.default_rng(1).normal(size=y.shape)
    claimed = np.array(layer.backward(v), dtype=np.float64).reshape(-1)

    def value(flat: Floats) -> float:
        return float(np.vdot(v, layer.forward(np.array(flat).reshape(x.shape))))

    return value, claimed
