"""What a live layer keeps: its options, and the arrays that it saved for backward."""

import inspect
from collections.abc import Iterator, Mapping
from itertools import islice
from types import ModuleType

import numpy as np

from gradcheck.model import Array, Session

#: A session holds a layer, which holds a dictionary, which holds arrays.
_DEEP = 4
#: A container with more parts than this is data of another kind.
_MANY = 64
#: Nothing more is held by these.
_PLAIN = (type, ModuleType, str, bytes, int, float, complex, np.ndarray, np.generic)


def kept_options(session: Session) -> Mapping[str, float]:
    """Return the numbers that a constructor takes and keeps under the same name."""
    found: dict[str, float] = {}
    for owner in _objects(session, _DEEP):
        kept = _attributes(owner)
        for name in _arguments(type(owner)) if kept else ():
            value = kept.get(name)
            if isinstance(value, float):
                found.setdefault(name, value)
    return found


def saved_arrays(session: Session) -> list[Array]:
    """Return the arrays that a session can reach, each once."""
    found = [v for owner in _objects(session, _DEEP) for v in _parts(owner)]
    arrays = {id(value): value for value in found if isinstance(value, np.ndarray)}
    return list(arrays.values())


def _arguments(kind: type) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(kind).parameters)
    except (TypeError, ValueError):
        return ()  # built in, or with a signature of its own making


def _objects(owner: object, depth: int) -> Iterator[object]:
    """Return an object and what it holds, containers and instances of plain classes alike."""
    yield owner
    for value in _parts(owner) if depth else ():
        if not isinstance(value, _PLAIN) and not inspect.isroutine(value):
            yield from _objects(value, depth - 1)


def _parts(owner: object) -> list[object]:
    if isinstance(owner, dict):
        return list(islice(owner.values(), _MANY))
    if isinstance(owner, list | tuple):
        return list(owner[:_MANY])
    return list(_attributes(owner).values())


def _attributes(owner: object) -> dict[str, object]:
    slots = [name for kind in type(owner).__mro__ for name in getattr(kind, "__slots__", ())]
    held = {name: getattr(owner, name) for name in slots if hasattr(owner, name)}
    return held | dict(getattr(owner, "__dict__", {}))
