"""Functions of a module that belong together by their names, as targets."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

from gradcheck.model import Source, Target

from . import layer_class
from .closures import closures
from .function_class import flagged, losses, pairs


def functions_of(module: ModuleType) -> Iterator[tuple[str, type]]:
    """Yield names and classes for the function pairs and losses that a module defines."""
    functions = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }
    found = dict(closures(functions)) | dict(flagged(functions)) | dict(pairs(functions))
    yield from found.items()
    yield from ((name, cls) for name, cls in losses(functions) if name not in found)


def function_targets(name: str, cls: type) -> list[Target]:
    """Return the target of functions, under the convention that they follow.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass.
    """
    target = layer_class.target_of(name, cls)
    return [replace(target, convention=_convention(cls), source=_source(cls))]


def _convention(cls: type) -> str:
    words = {
        "_Pair": "pair of functions",
        "_Derivative": "function and derivative",
        "_Loss": "loss and gradient in one call",
        "Closure": "function that returns its pullback",
    }
    return words[cls.__mro__[1].__name__]


def _source(cls: type) -> Source | None:
    return layer_class.source_of(cls, "source")
