"""What a live layer keeps: its options, and the arrays that it saved for backward."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
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


def held_options(session: Session) -> list[tuple[str, object, Callable[[object], None]]]:
    """Return what a fresh instance holds of numbers and switches: name, value, how to set it.

    Attributes, those of its class included, and entries of its dictionaries; the order is the
    same for every fresh instance.
    """
    found: list[tuple[str, object, Callable[[object], None]]] = []
    for owner in _objects(session, _DEEP):
        if isinstance(owner, dict):
            entries = [(k, v) for k, v in islice(owner.items(), _MANY) if isinstance(k, str)]
            found += [(k, v, partial(owner.__setitem__, k)) for k, v in entries if _plain(v)]
        elif not isinstance(owner, list | tuple):
            kept = _of_class(owner) | _attributes(owner)
            found += [(k, v, partial(setattr, owner, k)) for k, v in kept.items() if _plain(v)]
    return found


def default_options(session: Session) -> dict[str, object]:
    """Return the defaults of the constructors of whatever a session holds, by argument."""
    found: dict[str, object] = {}
    for owner in _objects(session, _DEEP):
        for call in (type(owner), getattr(owner, "forward", None)):
            found |= _defaults(call)
    return found


def _defaults(call: object) -> dict[str, object]:
    if not callable(call) or (isinstance(call, type) and call.__module__ == "builtins"):
        return {}
    try:
        given = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {p.name: p.default for p in given if _plain(p.default)}


def _of_class(owner: object) -> dict[str, object]:
    held: dict[str, object] = {}
    for kind in reversed(type(owner).__mro__):
        held |= {k: v for k, v in vars(kind).items() if not k.startswith("__")}
    return {k: v for k, v in held.items() if isinstance(v, bool | int | float)}


def _plain(value: object) -> bool:
    """Whether a value is a number, a switch, or a short row of floats."""
    if isinstance(value, tuple | list):
        return 0 < len(value) <= _MANY and all(isinstance(v, float) for v in value)
    return isinstance(value, bool | int | float)


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
