"""Ask every convention whether it knows an object."""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from gradcheck.errors import UsageError
from gradcheck.model import Target

from . import factory, frameworks, layer_class, layer_object, scalar_gradient
from .functions import PairedFunctions


def recognised(value: object) -> bool:
    """Return whether some convention knows this member of a module."""
    return (
        isinstance(value, Target)
        or frameworks.framework_of(value) is not None
        or layer_class.recognises(value)
        or factory.recognises(value)
    )


def targets_of(name: str, value: Any) -> Sequence[Target]:
    """Return the targets for a member that is recognised.

    Raises
    ------
    TargetError
        Where it could not be built or fed.
    """
    if isinstance(value, Target):
        return [value]
    if frameworks.framework_of(value) is not None:
        return [frameworks.tried_target(name, value)]
    if layer_class.recognises(value):
        return [layer_class.target_of(name, value)]
    return factory.targets_of(name, value)


def from_object(value: object, *arrays: npt.ArrayLike) -> Target:
    """Return the target for an object in code and the arrays it is to be checked on.

    Raises
    ------
    UsageError
        Where no convention knows the object.
    """
    if isinstance(value, Target):
        return value
    if frameworks.framework_of(value) is not None:
        return _of_framework(value, arrays)
    if isinstance(value, tuple) and len(value) == 2 and all(callable(f) for f in value):
        if arrays and scalar_gradient.recognises(value):
            return scalar_gradient.target_of(value, arrays)
        name = getattr(value[0], "__name__", "function")
        make = lambda seed: (PairedFunctions(*value), arrays)  # noqa: E731 - read at once
        return layer_object.target_of(name, make)
    if layer_object.recognises(value) and arrays:
        return layer_object.target_of(type(value).__name__, layer_object.copier(value, arrays))
    if not arrays and (factory.recognises(value) or inspect.isfunction(value)):
        return factory.targets_of(getattr(value, "__name__", "make"), value)[0]
    if inspect.isclass(value) and layer_class.recognises(value) and not arrays:
        return layer_class.target_of(value.__name__, value)
    raise UsageError(
        f"{value!r} is nothing that can be checked: give an object with forward and backward "
        "and its arrays, a pair (forward, backward) and its arrays, or a function make(rng) "
        "that returns a layer and its arrays"
    )


def _of_framework(value: Any, arrays: Sequence[npt.ArrayLike]) -> Target:
    if arrays:
        return frameworks.given_target(value, arrays)
    name = getattr(value, "__name__", None) or type(value).__name__
    return frameworks.tried_target(name, value)
