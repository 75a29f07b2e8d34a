"""Parameters whose gradients are kept nowhere: returned, or seen in an update alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.model import Array

from .naming import label, readings
from .parameters import Slot
from .paths import Attr, Item, Path, numbers


def arrays_of(owner: object) -> dict[int, tuple[Array, list[Path]]]:
    """Return the floating arrays inside an object with all their places, by identity."""
    found: dict[int, tuple[Array, list[Path]]] = {}
    for path, value in numbers(owner):
        if isinstance(value, np.ndarray):
            found.setdefault(id(value), (value, []))[1].append(path)
    return found


def slots_for_result(owner: object, result: Any, data: int) -> list[Slot]:
    """Return the parameters that a returned mapping names, or that a returned row fits.

    Parameters
    ----------
    data
        So many inputs are differentiated: their gradients stand first in a row.
    """
    if isinstance(result, Mapping):
        return _named(owner, result)
    parts = next((part for part in _parts(result) if isinstance(part, Mapping)), None)
    if parts is not None:
        return _named(owner, parts)
    return _fitting(owner, [g for g in _flat(result)[data:] if isinstance(g, np.ndarray)])


def _parts(result: Any) -> Sequence[Any]:
    return result if isinstance(result, tuple | list) else ()


def _flat(result: Any) -> list[Any]:
    if not isinstance(result, tuple | list):
        return []
    return [y for x in result for y in (_flat(x) if isinstance(x, tuple | list) else [x])]


def _named(owner: object, result: Mapping[Any, Any]) -> list[Slot]:
    stems = {key: {r.stem for r in readings((Item(str(key)),))} for key in result}
    slots = []
    for _, places in arrays_of(owner).values():
        own = {readings((Attr(str(p[-1].name)),))[0].stem for p in places}
        whole = {label(p) for p in places}
        if any(own & stem for stem in stems.values()) or whole & set(result):
            slots.append(_slot(places))
    return slots


def _fitting(owner: object, gradients: Sequence[Array]) -> list[Slot]:
    """Match a row of gradients with arrays of their shapes, in the order of the attributes."""
    free = list(arrays_of(owner).values())
    slots = []
    for gradient in gradients:
        like = [entry for entry in free if entry[0].shape == gradient.shape]
        if like:
            free = [entry for entry in free if entry is not like[0]]
            slots.append(_slot(like[0][1]))
    return slots


def _slot(places: Sequence[Path]) -> Slot:
    best = min(places, key=lambda p: (isinstance(p[-1].name, int), len(p)))
    return Slot(label(best), tuple(places), None)


def updated_slots(owner: object, update: Callable[[], object]) -> list[Slot]:
    """Return the parameters that a backward pass with a learning rate changes itself."""
    places = [entry[1] for entry in arrays_of(owner).values()]
    before = [np.array(_slot(p).value(owner)) for p in places]
    update()
    return [_slot(p) for p, old in zip(places, before, strict=True) if _moved(owner, p, old)]


def _moved(owner: object, places: Sequence[Path], old: Array) -> bool:
    new = _slot(places).value(owner)
    return new.shape == old.shape and not np.array_equal(new, old)
