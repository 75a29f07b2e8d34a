"""Copies of a network that share nothing with it."""

import copy
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import numpy as np

from gradcheck.adapters.surroundings import cells, parts_of
from gradcheck.errors import UsageError


def demand_copies(network: object) -> None:
    """Refuse a network whose copies are no copies.

    Raises
    ------
    UsageError
        Where it cannot be copied, or a copy would call the original.
    """
    name = type(network).__name__
    try:
        copy.deepcopy(network)
    except Exception as error:  # foreign __deepcopy__ and __reduce__ may raise anything
        raise UsageError(
            f"{name} cannot be watched: copy.deepcopy raises {type(error).__name__}: {error}. "
            "A check needs a copy of the network, so that the training is left alone; keep "
            "files, locks and modules out of it, or give it a __deepcopy__"
        ) from error
    parts = parts_of(network)
    own = {id(part) for part in parts if hasattr(part, "__dict__") or isinstance(part, list)}
    for part in parts:
        if isinstance(part, FunctionType) and any(id(x) in own for x in cells(part)):
            raise UsageError(
                f"{name} cannot be watched: it keeps the function {part.__qualname__}, which "
                "holds on to the network, so that a copy would still call the original; make "
                "it a method"
            )


def value_copied(value: Any) -> Any:
    """Return a copy of what a method is called with: of its arrays, the rest as it is."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if type(value) in (list, tuple):
        return type(value)(value_copied(each) for each in value)
    if type(value) is dict:
        return {key: value_copied(each) for key, each in value.items()}
    return value


def unequal(now: Any, before: Any) -> bool:
    """Whether an array or an array in a list has changed since it was copied."""
    if isinstance(before, np.ndarray):
        return not np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, list | tuple):
        return any(unequal(a, b) for a, b in zip(now, before, strict=False))
    if isinstance(before, Mapping):
        return any(unequal(now.get(key), value) for key, value in before.items())
    return False
