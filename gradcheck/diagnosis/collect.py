"""Collect the suspicions of this package: whatever a module defines is found."""

import pkgutil
from functools import cache
from importlib import import_module

from .record import Suspicion


@cache
def all_suspicions() -> tuple[Suspicion, ...]:
    """Return every suspicion of the package, by cause."""
    package = __name__.rpartition(".")[0]
    paths = import_module(package).__path__
    modules = [import_module(f"{package}.{info.name}") for info in pkgutil.iter_modules(paths)]
    found = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Suspicion)
    }
    return tuple(sorted(found.values(), key=lambda s: (s.cause, s.title)))
