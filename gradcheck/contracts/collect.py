"""Collect the contracts of this package: whatever a module defines is found."""

import pkgutil
from functools import cache
from importlib import import_module

from .record import Contract


@cache
def all_contracts() -> tuple[Contract, ...]:
    """Return every contract of the package, in the order in which they are reported.

    Raises
    ------
    RuntimeError
        Where two contracts share an id.
    """
    package = __name__.rpartition(".")[0]
    paths = import_module(package).__path__
    modules = [import_module(f"{package}.{info.name}") for info in pkgutil.iter_modules(paths)]
    found = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Contract)
    }
    contracts = sorted(found.values(), key=lambda c: (_ORDER.get(c.id, len(_ORDER)), c.id))
    ids = [c.id for c in contracts]
    if len(set(ids)) < len(ids):
        raise RuntimeError(f"two contracts share an id: {ids}")
    return tuple(contracts)


_FIRST = ("input", "answer", "shape", "dtype", "finite", "gradient")
#: The form of the answer comes before its values; the rest follows by name.
_ORDER = {name: rank for rank, name in enumerate(_FIRST)}
