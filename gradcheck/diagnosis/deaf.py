"""Causes in options, told by turning them: the claim is right for another value."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Floats
from gradcheck.tape import Broken, trace

from .alike import factor
from .clues import Clues
from .inside import held_options
from .modes import MODE_CURE, MODES
from .record import Hit, suspicion
from .watching import Watch, watch

#: Values at which many options do nothing, and that many have by default.
_PLAIN: tuple[float, ...] = (1.0, 0.0, 0.5, 2.0, -1.0)
#: Options that are turned, and values of each: every one costs a forward pass.
_MOST = 48


@dataclass(frozen=True)
class Turned:
    """An option, and the value for which the claim is right."""

    name: str
    here: object
    there: object
    scaled: bool
    """The two gradients differ by a factor only."""


@suspicion("option-ignored")
def right_for_another_value(clues: Clues) -> Hit | None:
    """Backward has another value of an option than the forward pass."""
    found = _turned(clues)
    if found is None or MODES.match(found.name):
        return None
    return Hit(
        0.9 if found.scaled else 0.95,
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
    options = held_options(clues.exam.subject.open())
    tried = 0
    for number, (name, value, _) in enumerate(options):
        for other in _values(value):
            tried += 1
            if tried > _MOST:
                return None
            there = _gradient(clues, seen, number, other)
            if there is None or not seen.explains(there - seen.true):
                continue
            if not np.any(there):
                continue
            scaled = factor(seen.claimed, seen.true) is not None
            return Turned(name, value, other, scaled)
    return None


def _values(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (v for v in (1, 0, 2, -1) if v != value)
    elif isinstance(value, float):
        yield from (v for v in _PLAIN if v != value)
    elif isinstance(value, tuple | list):
        yield type(value)(1.0 for _ in value)
    elif isinstance(value, np.ndarray):
        yield np.ones_like(value)


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
        return tape.back(tape.leaves[name], seen.upstream).get(tape.leaves[name].index)
    except (TargetError, Broken, TypeError, AttributeError):
        return None
