"""Checks that leave no trace: whatever copies share with the training is put back."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.adapters import kept_generators
from gradcheck.adapters.calls import silent
from gradcheck.adapters.randomness import Restore, rewinding
from gradcheck.adapters.surroundings import (
    caught_generators,
    parts_of,
    plain_values,
    shared_generators,
    spaces_of,
)
from gradcheck.cases import quiet


@dataclass(frozen=True, slots=True, eq=False)
class _Bound:
    """The names that a class or a module binds."""

    space: Any
    names: frozenset[str]
    values: dict[str, object]

    def restore(self) -> None:
        now = plain_values(self.space)
        for name in now.keys() - self.names:
            delattr(self.space, name)
        for name, value in self.values.items():
            if vars(self.space).get(name) is not value:
                setattr(self.space, name, value)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a network's code finds outside of it: random generators, and names with a value.

    The generators are NumPy's and Python's global ones and those in the classes, modules,
    defaults and closures of its parts; the names those of its classes and modules.
    """

    numpy: Any
    """State of NumPy's global generator."""
    python: Any
    """State of Python's."""
    generators: tuple[Restore, ...]
    """Give the other generators their states back."""
    bound: tuple[_Bound, ...]
    """Names of classes and modules."""

    @classmethod
    def of(cls, network: object) -> "Surroundings":
        """Return how things stand now."""
        parts = parts_of(network)
        return cls(
            np.random.get_state(),  # noqa: NPY002
            random.getstate(),
            rewinding((*shared_generators(parts), *caught_generators(parts))),
            tuple(
                _Bound(space, frozenset(vars(space)), dict(plain_values(space)))
                for space in spaces_of(parts)
            ),
        )

    def restore(self) -> None:
        """Put everything back."""
        np.random.set_state(self.numpy)  # noqa: NPY002
        random.setstate(self.python)
        for restore in self.generators:
            restore()
        for bound in self.bound:
            bound.restore()


@contextlib.contextmanager
def isolated(network: object) -> Iterator[None]:
    """Give the surroundings of a network their own values back after it.

    Warnings, NumPy's error state and what the network prints are kept in as well.
    """
    surroundings = Surroundings.of(network)
    with kept_generators(), quiet(), silent():
        try:
            yield
        finally:
            surroundings.restore()
