"""Parameters that only a method tells: it yields them with their gradients, or lists both."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck.model import Array

from .methods import parameters
from .naming import label
from .parameters import Slot
from .paths import Path
from .unkept import arrays_of

#: Methods that yield parameters and gradients side by side.
_BOTH = (
    "params_and_grads", "get_params_and_grads", "parameters_and_gradients", "get_params_grads",
    "params_grads", "parameters", "named_parameters", "get_parameters", "get_params", "params",
    "trainable", "weights_and_grads",
)  # fmt: skip
#: Methods that list parameters, and those that list their gradients in the same order.
_LISTS = (
    ("parameters", "gradients"), ("get_parameters", "get_gradients"),
    ("get_params", "get_grads"),
    ("params", "grads"), ("parameters", "grads"), ("get_weights", "get_gradients"),
    ("get_weights", "get_grads"),
)  # fmt: skip


def listed_slots(owner: object) -> list[Slot]:
    """Return the parameters that a method of the object lists together with their gradients."""
    places = {key: paths for key, (_, paths) in arrays_of(owner).items()}
    for pairs in _listings(owner):
        slots = [
            Slot(
                name or label(places[id(value)][0]), tuple(places[id(value)]), places[id(g)][0]
            )
            for name, value, g in pairs
            if id(value) in places and id(g) in places and value is not g
        ]
        if slots:
            return slots
    return []


def _slot(name: str, value: Sequence[Path], gradient: Sequence[Path]) -> Slot:
    return Slot(name or label(value[0]), tuple(value), gradient[0])


def _listings(owner: object) -> Iterable[list[tuple[str, Array, Array]]]:
    for name in _BOTH:
        rows = (_row(item) for item in _called(owner, name))
        yield [row for row in rows if row is not None]
    for values, gradients in _LISTS:
        both = zip(_called(owner, values), _called(owner, gradients), strict=False)
        yield [("", v, g) for v, g in both if _is_array(v) and _is_array(g)]


def _called(owner: object, name: str) -> Sequence[Any]:
    method = getattr(owner, name, None)
    if not callable(method) or [p for p in parameters(method) if p.default is p.empty]:
        return []
    try:
        return list(method())
    except Exception:  # foreign code that is only asked in case it knows
        return []


def _row(item: Any) -> tuple[str, Array, Array] | None:
    """Read ``(name, parameter, gradient)`` with or without extras."""
    if not isinstance(item, tuple | list):
        return None
    found = [x for x in item if _is_array(x)]
    name = next((x for x in item if isinstance(x, str)), "")
    return (name, found[0], found[1]) if len(found) >= 2 else None


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)
