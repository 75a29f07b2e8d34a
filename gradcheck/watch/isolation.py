"""Checks that leave no trace: whatever copies share with the training is put back."""

import contextlib
from collections.abc import Iterator
from typing import Any

from gradcheck.adapters import kept_generators
from gradcheck.adapters.calls import silent
from gradcheck.adapters.randomness import rewinding
from gradcheck.adapters.surroundings import (
    caught_generators,
    parts_of,
    plain_values,
    shared_generators,
    spaces_of,
)
from gradcheck.cases import quiet


@contextlib.contextmanager
def isolated(network: object) -> Iterator[None]:
    """Give generators, class attributes and module variables their own values back after it.

    Warnings, NumPy's error state and what the network prints are kept in as well.
    """
    parts = parts_of(network)
    rewind = rewinding((*shared_generators(parts), *caught_generators(parts)))
    bound = [(space, dict(vars(space)), plain_values(space)) for space in spaces_of(parts)]
    with kept_generators(), quiet(), silent():
        try:
            yield
        finally:
            for restore in rewind:
                restore()
            for space, names, values in bound:
                _bind(space, names, values)


def _bind(space: Any, names: dict[str, Any], values: Any) -> None:
    now = plain_values(space)
    for name in now.keys() - names.keys():
        delattr(space, name)
    for name, value in values.items():
        if vars(space).get(name) is not value:
            setattr(space, name, value)
