"""Read what a backward pass gave back: by position, by name or from an attribute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.model import Array

from .naming import readings
from .parameters import Slot
from .paths import Attr, Item

_INPUT_ATTRIBUTES = (
    "dinputs",
    "dinput",
    "dx",
    "dX",
    "d_input",
    "d_inputs",
    "input_gradient",
    "input_grad",
    "grad_input",
    "inputs_gradient",
    "dZ_prev",
    "dA_prev",
    "gradient",
    "grad",
)
_INPUT_METHODS = ("get_dx", "get_input_gradient", "input_gradient", "get_dinputs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose gradients are asked for."""

    data: tuple[str, ...]
    """Differentiable data, in the order of forward's arguments."""
    slots: tuple[Slot, ...]
    """Parameters of the object."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters whose gradient is not kept on the object."""
        return tuple(slot.name for slot in self.slots if slot.gradient is None)


def read(result: Any, owner: object, wanted: Wanted) -> dict[str, Array | None]:
    """Return the claimed gradients by leaf; what did not come back is None."""
    answer: dict[str, Array | None] = dict.fromkeys(wanted.data)
    answer.update({slot.name: slot.read_gradient(owner) for slot in wanted.slots})
    if result is None:
        answer.update(_from_attributes(owner, wanted))
    elif isinstance(result, Mapping):
        answer.update(_by_name(result, [*wanted.data, *(s.name for s in wanted.slots)]))
    elif isinstance(result, tuple | list) and not _is_numbers(result):
        answer.update(_by_position(result, wanted))
    elif wanted.data:
        answer[wanted.data[0]] = np.asarray(result)
    elif wanted.parameters:
        answer[wanted.parameters[0]] = np.asarray(result)
    return answer


def _is_numbers(result: Sequence[Any]) -> bool:
    """A list of plain numbers is one gradient, in the clothes of a list."""
    return bool(result) and all(isinstance(item, float | int) for item in result)


def _from_attributes(owner: object, wanted: Wanted) -> dict[str, Array | None]:
    if not wanted.data:
        return {}
    for name in _INPUT_METHODS:
        method = getattr(owner, name, None)
        if callable(method):
            return {wanted.data[0]: np.asarray(method())}
    for name in _INPUT_ATTRIBUTES:
        value = getattr(owner, name, None)
        if isinstance(value, np.ndarray):
            return {wanted.data[0]: value}
    return {}


def _by_name(result: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Array | None]:
    """Match keys such as ``dW``, ``W`` or ``grad_W`` with leaves."""
    answer: dict[str, Array | None] = {}
    for key, value in result.items():
        stems = {name.stem for name in readings((Item(str(key)),))}
        for leaf in names:
            own = readings((Attr(leaf),))[0].stem
            if (key == leaf or own in stems) and value is not None:
                answer[leaf] = np.asarray(value)
    return answer


def _by_position(result: Sequence[Any], wanted: Wanted) -> dict[str, Array | None]:
    """Data come first, in forward's order; what is left belongs to the parameters."""
    flat = _flattened(result)
    order = (*wanted.data, *wanted.parameters)
    everything = (*wanted.data, *(slot.name for slot in wanted.slots))
    if len(flat) == len(everything) and len(flat) != len(order):
        order = everything
    pairs = zip(order, flat, strict=False)
    found = {name: None if g is None else np.asarray(g) for name, g in pairs}
    named = [item for item in result if isinstance(item, Mapping)]
    for mapping in named:
        found.update(_by_name(mapping, everything))
    return {k: g for k, g in found.items() if g is not None or k in wanted.data}


def _flattened(result: Sequence[Any]) -> list[Any]:
    """Return ``(dx, [dW, db])`` as one row; a mapping is read by name instead."""
    flat: list[Any] = []
    for item in result:
        if isinstance(item, tuple | list) and not _is_numbers(item):
            flat += _flattened(item)
        elif not isinstance(item, Mapping):
            flat.append(item)
    return flat
