"""Find an object's parameters and where it keeps their gradients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.model import Array

from .naming import Name, label, matches, readings
from .paths import Path, get, holds, home, numbers, takes


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter: every place that refers to its array, and where its gradient is kept."""

    name: str
    """Name for reports."""
    places: tuple[Path, ...]
    """Paths to the same array; all are replaced together."""
    gradient: Path | None
    """Path to its gradient; None where backward returns it, or it is not kept."""
    shares: tuple[Path, ...] = ()
    """Paths to further gradients of it: it is tied, and each place has one of its own."""

    def value(self, owner: object) -> Array:
        """Return the parameter's array."""
        present = next(path for path in self.places if holds(owner, path))
        return np.asarray(get(owner, present))

    def install(
        self, owner: object, value: Array, known: dict[Path, Any] | None = None
    ) -> None:
        """Put a new array into every place, or into the old array where none takes one.

        Parameters
        ----------
        known
            Containers that several parameters share, looked up once.
        """
        known = {} if known is None else known
        homes = [(home(owner, path, known), path[-1]) for path in self.places]
        present = [(place, step) for place, step in homes if place is not None]
        replaceable = [(place, step) for place, step in present if takes(place, step)]
        for place, step in replaceable:
            step.put(place, value)
        if not replaceable:
            place, step = present[0]
            step.get(place)[...] = value

    def exists(self, owner: object, known: dict[Path, Any]) -> bool:
        """Return whether the parameter has been created."""
        return any(home(owner, path, known) is not None for path in self.places)

    def read_gradient(self, owner: object) -> Array | None:
        """Return the stored gradient, None where there is none."""
        if self.gradient is None or not holds(owner, self.gradient):
            return None
        found = get(owner, self.gradient)
        if found is None or not self.shares:
            return None if found is None else np.asarray(found)
        every = [get(owner, path) for path in (self.gradient, *self.shares)]
        return np.asarray(np.sum(every, axis=0))


def paired_slots(owner: object) -> list[Slot]:
    """Return parameters with a gradient of a fitting name beside them, after a backward.

    The outermost pair of containers wins; an array under several names is one parameter.
    """
    entries = [(path, value) for path, value in numbers(owner) if isinstance(value, np.ndarray)]
    named = {path: readings(path) for path, _ in entries}
    places: dict[int, list[Path]] = {}
    for path, value in entries:
        places.setdefault(id(value), []).append(path)
    arrays = {id(value): value for _, value in entries}
    slots: list[Slot] = []
    taken: set[int] = set()
    for key, paths in places.items():
        gradient = _gradient_for(arrays[key], paths, entries, named, taken | {key})
        if gradient is not None and key not in taken:
            shares = _shares(paths, gradient, entries, named)
            taken |= {id(get(owner, path)) for path in (gradient, *shares)}
            slots.append(Slot(label(_shown(paths)), tuple(paths), gradient, shares))
    return _distinct(slots)


def _gradient_for(
    value: Array,
    paths: Sequence[Path],
    entries: Sequence[tuple[Path, Array]],
    named: Mapping[Path, Sequence[Name]],
    taken: set[int],
) -> Path | None:
    best: tuple[int, int, Path] | None = None
    for path, candidate in entries:
        if id(candidate) in taken:
            continue
        fit = max(matches(named[p], named[path]) for p in paths)
        if fit < 2 and _squeezed(candidate) != _squeezed(value):
            continue  # a gradient of another shape is a bug to be seen, where its name is sure
        rank = (-fit, len(path) + _MISFIT * (_squeezed(candidate) != _squeezed(value)))
        if fit and (best is None or rank < best[:2]):
            best = (*rank, path)
    return None if best is None else best[2]


def _shares(
    paths: Sequence[Path],
    gradient: Path,
    entries: Sequence[tuple[Path, Array]],
    named: Mapping[Path, Sequence[Name]],
) -> tuple[Path, ...]:
    """Return the other gradients of an array that stands at several positions of one list."""
    listed = [p for p in paths if isinstance(p[-1].name, int)]
    beside = {path: g for path, g in entries if path[:-1] == gradient[:-1]}
    if len(listed) < 2 or not isinstance(gradient[-1].name, int):
        return ()
    fitting = [
        q for q in beside for p in listed if p[-1] == q[-1] and matches(named[p], named[q]) == 2
    ]
    distinct = {id(beside[q]): q for q in reversed(fitting)}
    distinct.pop(id(beside[gradient]), None)
    return tuple(sorted(distinct.values(), key=lambda path: str(path)))


#: A candidate of the right shape goes before one of another shape, however deep it lies.
_MISFIT = 100


def _squeezed(value: Array) -> tuple[int, ...]:
    return tuple(n for n in value.shape if n != 1)


def _shown(paths: Sequence[Path]) -> Path:
    """Prefer a path with a word of the author's over a position in a list."""
    return min(paths, key=lambda p: (isinstance(p[-1].name, int), len(p)))


def _distinct(slots: Sequence[Slot]) -> list[Slot]:
    """Give slots of the same name their number."""
    seen: dict[str, int] = {}
    result = []
    for slot in slots:
        count = seen.get(slot.name, 0)
        seen[slot.name] = count + 1
        name = slot.name if not count else f"{slot.name}.{count}"
        result.append(replace(slot, name=name))
    return result


def confirmed(
    slots: Sequence[Slot], owner: object, outputs: Callable[[], Sequence[Array]]
) -> list[Slot]:
    """Return the slots whose change changes the output: the others are caches or buffers.

    Parameters
    ----------
    outputs
        Runs the forward pass once more on the same inputs.
    """
    kept = []
    for slot in slots:
        before = np.array(slot.value(owner))
        base = [np.array(y) for y in outputs()]
        if not np.array_equal(slot.value(owner), before):
            continue  # forward writes it anew: a cache
        slot.install(owner, _moved(before))
        moved = outputs()
        slot.install(owner, before)
        if any(
            not np.array_equal(a, b, equal_nan=True) for a, b in zip(base, moved, strict=True)
        ):
            kept.append(slot)
    return kept


def _moved(value: Array) -> Array:
    steps = 0.37 + 0.11 * np.arange(value.size).reshape(value.shape)
    return np.asarray(value + steps, dtype=value.dtype)
