"""Causes in options, told by turning them: the claim is right for another value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Floats
from gradcheck.tape import Broken, Edge, Tape, slope_of, trace

from .alike import factor
from .clues import Clues
from .inside import default_options, held_options
from .modes import MODE_CURE, MODES
from .record import Hit, suspicion
from .transposed import reorders
from .watching import Watch, watch

#: Values at which many options do nothing, and that many have by default.
_PLAIN: tuple[float, ...] = (1.0, 0.0, 0.5, 2.0, -1.0)
#: Options that are turned, and values of each: every one costs a forward pass.
_MOST = 48
#: A value that nobody gives the option may be something else by accident.
_GUESSED = 0.905


@dataclass(frozen=True)
class Turned:
    """An option, and the value for which the claim is right."""

    name: str
    here: object
    there: object
    sure: float
    """How little else would look the same."""


@suspicion("option-ignored")
def right_for_another_value(clues: Clues) -> Hit | None:
    """Backward has another value of an option than the forward pass."""
    found = _turned(clues)
    if found is None or MODES.match(found.name):
        return None
    return Hit(
        found.sure,
        f"forward has {found.name} = {found.here}; the claim is the gradient for "
        f"{found.name} = {found.there}",
        f"use {found.name} in backward as forward does",
    )


@suspicion("mode")
def right_in_the_other_mode(clues: Clues) -> Hit | None:
    """The training formula is used in evaluation mode, or the reverse."""
    found = _turned(clues)
    if found is None or not MODES.match(found.name):
        return None
    return Hit(
        0.975,
        f"forward has {found.name} = {found.here}; the claim is the gradient for "
        f"{found.name} = {found.there}",
        MODE_CURE,
    )


@lru_cache(maxsize=1)  # several suspicions ask the same of the same clues
def _turned(clues: Clues) -> Turned | None:
    seen = watch(clues)
    if seen is None:
        return None
    known = _known(clues)
    found: list[Turned] = []
    for number, name, value, other in _trials(clues, known):
        there = _gradient(clues, seen, number, other)
        if there is None or not seen.explains(there - seen.true):
            continue
        if np.any(there) or isinstance(value, bool):
            sure = 0.95 if _among(other, known.get(name, [])) else _GUESSED
            scaled = factor(seen.claimed, seen.true) is not None or _reorders(clues)
            found.append(Turned(name, value, other, min(sure, 0.89) if scaled else sure))
    return max(found, key=lambda one: one.sure, default=None)


def _trials(
    clues: Clues, known: Mapping[str, list[object]]
) -> Iterator[tuple[int, str, object, object]]:
    """Return options by number and name, with their value and others that they may have."""
    options = held_options(clues.exam.subject.open())
    every = (
        (number, name, value, other)
        for number, (name, value, _) in enumerate(options)
        for other in _values(value, known.get(name, []))
    )
    return islice(every, _MOST)


def _known(clues: Clues) -> dict[str, list[object]]:
    """Return values that options have elsewhere: in other settings, and by default."""
    found: dict[str, list[object]] = {}
    for setting in clues.settings:
        try:
            session = setting.open()
        except TargetError:
            continue
        for name, value, _ in held_options(session):
            found.setdefault(name, []).append(value)
    for name, value in default_options(clues.exam.subject.open()).items():
        found.setdefault(name, []).append(value)
    return found


def _reorders(clues: Clues) -> bool:
    """Whether the layer moves entries about: there options of all kinds look alike."""
    return clues.jacobians is not None and reorders(clues.jacobians.reference)


def _among(value: object, known: list[object]) -> bool:
    return any(type(value) is type(other) and value == other for other in known)


def _values(value: object, known: list[object]) -> Iterator[object]:
    """Return other values of the same kind: known ones first, then those that do nothing."""
    told: list[object] = [value]
    for other in (*known, *_guesses(value)):
        if type(other) is type(value) and not _among(other, told):
            told.append(other)
            yield other


def _guesses(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (1, 0, 2, -1)
    elif isinstance(value, float):
        yield from _PLAIN
    elif isinstance(value, tuple | list):
        yield type(value)(1.0 for _ in value)


def _of_what_was_saved(seen: Watch, other: Tape) -> Floats | None:
    """Return the gradient by the other option's formula on what this option's forward saved."""
    mine = [(n.name, n.value.shape) for n in seen.tape.nodes]
    if mine != [(n.name, n.value.shape) for n in other.nodes]:
        return None
    theirs = dict(zip((n.index for n in seen.tape.nodes), other.nodes, strict=True))
    slopes = {
        edge.key: slope_of(
            Edge(theirs[edge.user.index], edge.slot), [p.value for p in edge.user.parents]
        )
        for edge in seen.edges
    }
    return seen.tape.back(seen.leaf, seen.upstream, slopes).get(seen.leaf.index)


def _gradient(clues: Clues, seen: Watch, number: int, value: Any) -> Floats | None:
    """Return the true gradient where an option has another value."""
    subject = clues.exam.subject
    session = subject.open()
    options = held_options(session)
    if number >= len(options):
        return None
    inputs = clues.exam.reference.inputs
    names = tuple(seen.tape.leaves)
    name = clues.finding.tensor or ""
    try:
        options[number][2](value)
        tape = trace(lambda given: subject.forward(session, given), inputs, names)
        shapes = [y.value.shape for y in seen.tape.outputs]
        if tape is None or [y.value.shape for y in tape.outputs] != shapes:
            return None
        found = tape.back(tape.leaves[name], seen.upstream).get(tape.leaves[name].index)
        if found is not None and seen.explains(found - seen.true):
            return found
        return _of_what_was_saved(seen, tape)
    except (TargetError, Broken, TypeError, AttributeError):
        return None
