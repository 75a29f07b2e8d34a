"""Paths to the arrays inside somebody's object: read, replaced and listed by name."""

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

_ABSENT = (AttributeError, KeyError, IndexError, TypeError)
_DEPTH = 5
_MOST = 4000
_LEAVES = (str, bytes, int, complex, np.generic, ModuleType, FunctionType, type)
_RANDOM = (np.random.Generator, np.random.RandomState, np.random.BitGenerator)
# Properties are computed, so only those are read whose name says that they are containers.
CONTAINERS = ("params", "grads", "parameters", "gradients")


@dataclass(frozen=True, slots=True)
class Attr:
    """A step by attribute."""

    name: str

    def get(self, owner: Any) -> Any:
        """Return the attribute of `owner`."""
        return getattr(owner, self.name)

    def put(self, owner: Any, value: object) -> None:
        """Replace the attribute of `owner`."""
        setattr(owner, self.name, value)


@dataclass(frozen=True, slots=True)
class Item:
    """A step by key or position."""

    name: Any

    def get(self, owner: Any) -> Any:
        """Return the entry of `owner`."""
        return owner[self.name]

    def put(self, owner: Any, value: object) -> None:
        """Replace the entry of `owner`."""
        owner[self.name] = value


Step = Attr | Item
Path = tuple[Step, ...]


def get(root: object, path: Path) -> Any:
    """Return what stands at `path`."""
    for step in path:
        root = step.get(root)
    return root


def put(root: object, path: Path, value: object) -> None:
    """Replace what stands at `path`."""
    path[-1].put(get(root, path[:-1]), value)


def holds(root: object, path: Path) -> bool:
    """Whether there is anything at `path` now."""
    try:
        return get(root, path) is not None
    except _ABSENT:
        return False


def numbers(root: object) -> Iterator[tuple[Path, Any]]:
    """Yield every floating array or number inside `root` with its path, outermost first."""
    for path, value in _walk(root):
        if _is_number(value):
            yield path, value


def instances(root: object, kinds: tuple[type, ...]) -> Iterator[object]:
    """Yield every object of one of `kinds` inside `root`."""
    yield from (value for _, value in _walk(root) if isinstance(value, kinds))


def placed(root: object) -> Iterator[tuple[Path, Any]]:
    """Yield everything inside `root` with its path, outermost first."""
    yield from _walk(root)


def _is_number(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fc"
    return isinstance(value, float | np.floating) and not isinstance(value, bool)


def _walk(root: object) -> Iterator[tuple[Path, Any]]:
    """Breadth first, each container once, arrays as often as they are referred to."""
    queue: list[tuple[Path, Any]] = [((), root)]
    seen = {id(root)}
    for count, (path, owner) in enumerate(queue):
        if count > _MOST:
            return
        for step, value in _children(owner):
            yield (*path, step), value
            if len(path) < _DEPTH and _is_container(value) and id(value) not in seen:
                seen.add(id(value))
                queue.append(((*path, step), value))


def _is_container(value: object) -> bool:
    if value is None or isinstance(value, (np.ndarray, float, *_LEAVES, *_RANDOM)):
        return False
    return isinstance(value, list | tuple | Mapping) or hasattr(value, "__dict__")


def _children(owner: Any) -> Iterator[tuple[Step, Any]]:
    if isinstance(owner, Mapping):
        yield from ((Item(key), value) for key, value in list(owner.items()))
    elif isinstance(owner, list | tuple):
        yield from ((Item(index), value) for index, value in enumerate(owner))
    else:
        yield from ((Attr(name), value) for name, value in _attributes(owner))


def _attributes(owner: Any) -> Iterator[tuple[str, Any]]:
    cls = type(owner)
    for name in CONTAINERS:
        if isinstance(getattr(cls, name, None), property):
            yield from _read(owner, name)
    yield from list(getattr(owner, "__dict__", {}).items())
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            yield from _read(owner, name)


def _read(owner: Any, name: str) -> Iterator[tuple[str, Any]]:
    # A property or an empty slot may raise anything; then there is nothing to see.
    try:
        yield name, getattr(owner, name)
    except Exception:
        return


def home(root: object, path: Path, known: dict[Path, Any]) -> Any:
    """Return the container of what stands at `path`, None where nothing does.

    Parameters
    ----------
    known
        Containers that were looked up before: reading one may be dear (a property that gathers
        the parameters of a whole network).
    """
    way = path[:-1]
    try:
        if way not in known:
            known[way] = get(root, way)
        return known[way] if path[-1].get(known[way]) is not None else None
    except _ABSENT:
        return None


def takes(owner: Any, step: Step) -> bool:
    """Whether a container takes assignments at `step`."""
    if isinstance(step, Item):
        return isinstance(owner, list | MutableMapping)
    member = getattr(type(owner), step.name, None)
    return not isinstance(member, property) or member.fset is not None
