"""What code keeps outside its objects: in classes, modules, defaults and closures.

A copy of an object shares all of it with the original.
"""

import inspect
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from .paths import instances

GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)
#: Values that cannot change in place: binding the name again restores them.
_PLAIN = (bool, int, float, complex, str, bytes, tuple, frozenset, type(None), np.generic)


def parts_of(root: object) -> list[object]:
    """Return an object and everything inside it."""
    return [root, *instances(root, (object,))]


def spaces_of(parts: Iterable[object]) -> list[Any]:
    """Return the classes of objects, with their bases, and the modules that define them."""
    kinds = dict.fromkeys(type(part) for part in parts)
    every = dict.fromkeys(base for kind in kinds for base in kind.__mro__)
    classes = [cls for cls in every if not _is_general(cls)]
    modules = dict.fromkeys(cls.__module__ for cls in classes)
    return [*classes, *(sys.modules[name] for name in modules if name in sys.modules)]


def _is_general(cls: type) -> bool:
    """Whether a class keeps nothing of its users: NumPy's and those of the language."""
    top = cls.__module__.partition(".")[0]
    return top == "numpy" or (top in sys.stdlib_module_names and top != "__main__")


def shared_generators(parts: Iterable[object]) -> Iterator[object]:
    """Yield the random generators in the classes and modules of objects."""
    for space in spaces_of(parts):
        yield from (x for x in list(vars(space).values()) if isinstance(x, GENERATORS))


def caught_generators(parts: Iterable[object]) -> Iterator[object]:
    """Yield the random generators that functions around objects hold on to."""
    for space in spaces_of(parts):
        for value in list(vars(space).values()):
            yield from (x for x in _caught(value) if isinstance(x, GENERATORS))


def _caught(value: object) -> Iterator[object]:
    """Yield the defaults of a function and the variables around it."""
    function = inspect.unwrap(value) if callable(value) else value
    if not isinstance(function, FunctionType):
        return
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    yield from cells(function)


def cells(function: FunctionType) -> Iterator[object]:
    """Yield the variables around a function, as far as they are bound."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not bound yet
            continue


def plain_values(space: Any) -> Mapping[str, object]:
    """Return the names of a class or module that hold what cannot change in place."""
    return {
        name: value
        for name, value in vars(space).items()
        if isinstance(value, _PLAIN) and not name.startswith("__")
    }
