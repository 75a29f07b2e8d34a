"""Factories: plain functions that make a layer and its inputs from a random generator."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.errors import TargetError
from gradcheck.model import Target

from .calls import call, silent
from .functions import PairedFunctions
from .given import is_given
from .layer_object import target_of as object_target
from .methods import pair_of, parameters


def recognises(value: object) -> bool:
    """Return whether this is a function of a generator alone, or one marked by its author."""
    if not inspect.isfunction(value):
        return False
    if is_given(value):
        return True
    found = parameters(value)
    needed = [p for p in found if p.default is p.empty]
    return len(needed) == 1 and _is_generator(needed[0])


def _is_generator(parameter: inspect.Parameter) -> bool:
    return parameter.name == "rng" or "Generator" in str(parameter.annotation)


def targets_of(name: str, function: Any) -> list[Target]:
    """Return a target for each pair of layer and inputs that a function makes.

    Raises
    ------
    TargetError
        Where it makes something else.
    """
    with silent():
        count = len(_made(function, 0))
    if count == 1:
        return [object_target(name, _nth(function, 0))]
    return [object_target(f"{name}[{i}]", _nth(function, i)) for i in range(count)]


def _nth(function: Any, number: int) -> Callable[[int], tuple[object, Sequence[npt.ArrayLike]]]:
    return lambda seed: _made(function, seed)[number]


def _made(function: Any, seed: int) -> list[tuple[object, Sequence[npt.ArrayLike]]]:
    arguments = [np.random.default_rng(seed)] if parameters(function) else []
    result = call("build", function, *arguments)
    items = [result] if isinstance(result, tuple) else list(result)
    return [_case(item) for item in items]


def _case(item: Any) -> tuple[object, Sequence[npt.ArrayLike]]:
    layer, arrays = item if isinstance(item, tuple) and len(item) == 2 else (None, None)
    if isinstance(layer, tuple) and len(layer) == 2 and all(callable(f) for f in layer):
        layer = PairedFunctions(*layer)
    if layer is None or pair_of(layer) is None:
        raise TargetError(
            "build",
            "expected (layer, (x, ...)) with a layer that has forward and backward",
            kind="not-built",
        )
    return layer, arrays if isinstance(arrays, tuple | list) else (arrays,)
