"""Whole models without a loss of their own: ``feedforward(x)`` and ``backprop(x, y)``.

Such a model has a loss in mind and no method that computes it. The usual ones are tried; the
model's gradients tell which one it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Floats

from .methods import LABEL_NAMES, Pair, asked, is_upstream, word
from .naming import label
from .paths import numbers

Loss = Callable[[Floats, Floats], float]


def _squared(a: Floats, y: Floats) -> float:
    return float(np.sum((a - y) ** 2) / 2)


def _binary(a: Floats, y: Floats) -> float:
    return float(-np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)))


def _categorical(a: Floats, y: Floats) -> float:
    return float(-np.sum(y * np.log(a)))


#: Losses by name, and what each is divided by: nothing, or the number of examples.
_SUMS: Mapping[str, Loss] = {
    "half the squared error": _squared,
    "the binary cross-entropy": _binary,
    "the cross-entropy": _categorical,
    "the squared error": lambda a, y: 2 * _squared(a, y),
}


def is_whole_model(cls: type, pair: Pair) -> bool:
    """Return whether backward takes data and labels, and forward the data alone."""
    forward, backward = (
        [word(p.name) for p in _needed(cls, n)] for n in (pair.forward, pair.backward)
    )
    if len(forward) != 1 or len(backward) != 2 or backward[1] not in LABEL_NAMES:
        return False
    return backward[0] == forward[0] or not is_upstream(backward[0])


def unread_argument(cls: type, pair: Pair) -> str:
    """Return what the backward pass of a model wants besides data and labels, if anything.

    ``backward(X, y, output)`` trains a model step by step: no loss can be read off its call.
    """
    forward, backward = (_needed(cls, name) for name in (pair.forward, pair.backward))
    words = [word(p.name) for p in backward]
    model = len(words) > 2 and len(forward) == 1 and words[0] == word(forward[0].name)
    return str(backward[2].name) if model and words[1] in LABEL_NAMES else ""


def _needed(cls: type, name: str) -> list[Any]:
    return [p for p in asked(cls, name) if p.default is p.empty]


def readings_of(cls: type, pair: Pair) -> Iterator[tuple[str, type]]:
    """Yield a class with a loss for each loss that the model may have in mind."""
    for name, loss in _SUMS.items():
        yield name, _with_loss(cls, pair, loss, averaged=False)
        yield f"the mean of {name}", _with_loss(cls, pair, loss, averaged=True)


def _with_loss(cls: type, pair: Pair, loss: Loss, *, averaged: bool) -> type:
    def model_loss(self: Any, x: Array, y: Array) -> float:
        a = np.asarray(getattr(self, pair.forward)(x))
        if a.shape != np.shape(y):
            raise TargetError("forward", f"labels of shape {np.shape(y)} for {a.shape}")
        return loss(a, y) / (len(a) if averaged else 1)

    def gradient(self: Any, x: Array, y: Array) -> Any:
        return _by_parameter(self, getattr(self, pair.backward)(x, y))

    members = {"loss": model_loss, "gradient": gradient, "__module__": cls.__module__}
    return type(cls.__name__, (cls,), members)


def _by_parameter(owner: object, result: Any) -> Any:
    """Name the gradients in a row of lists by the lists of parameters that they fit."""
    if isinstance(result, Mapping) or not isinstance(result, tuple | list):
        return result
    lists = _lists(owner)
    answer: dict[str, Any] = {}
    for part in result:
        shapes = [np.shape(g) for g in part] if isinstance(part, list | tuple) else []
        for places in lists:
            names = [name for name, _ in places]
            if shapes == [x.shape for _, x in places] and names[0] not in answer:
                answer.update(zip(names, part, strict=True))
                break
    return answer or result


def _lists(owner: object) -> list[Sequence[tuple[str, Array]]]:
    found: dict[tuple[Any, ...], list[tuple[str, Array]]] = {}
    for path, value in numbers(owner):
        if isinstance(value, np.ndarray) and isinstance(path[-1].name, int):
            found.setdefault(path[:-1], []).append((label(path), value))
    return list(found.values())
