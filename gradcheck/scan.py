"""Find what the modules of a package define."""

import pkgutil
from importlib import import_module
from typing import TypeVar

T = TypeVar("T")


def defined_in(package: str, kind: type[T]) -> list[T]:
    """Return every object of a kind that a module of the package defines, each once.

    Parameters
    ----------
    package
        Dotted name of the package; its modules are imported, those of its packages are not.
    kind
        Class of what is wanted.
    """
    paths = import_module(package).__path__
    modules = [import_module(f"{package}.{info.name}") for info in pkgutil.iter_modules(paths)]
    values = (value for module in modules for value in vars(module).values())
    return list({id(value): value for value in values if isinstance(value, kind)}.values())
