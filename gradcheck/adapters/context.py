"""Passes that keep things in a context: ``forward(ctx, x)``, ``backward(ctx, dy)``."""

import inspect
from typing import Any

from .methods import CACHE_NAMES, Pair, asked, word


class Context:
    """Keeps what the forward pass saves."""

    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *arrays: Any) -> None:
        """Keep arrays for the backward pass."""
        self.saved_tensors = arrays

    @property
    def saved(self) -> tuple[Any, ...]:
        """The same arrays, under another name that people use."""
        return self.saved_tensors

    saved_variables = saved_values = saved


def without_context(cls: type, pair: Pair) -> type:
    """Return a class whose passes take no context, where both of them begin with one."""
    taken = [asked(cls, name) for name in (pair.forward, pair.backward)]
    if not all(found and word(found[0].name) in CACHE_NAMES for found in taken):
        return cls

    def forward(self: Any, *arrays: Any) -> Any:
        self._context = Context()
        return getattr(super(dressed, self), pair.forward)(self._context, *arrays)

    def backward(self: Any, *upstream: Any) -> Any:
        return getattr(super(dressed, self), pair.backward)(self._context, *upstream)

    members = {"__module__": cls.__module__, "__doc__": cls.__doc__}
    dressed = type(cls.__name__, (cls,), members)
    for name, method, found in zip(pair_names(pair), (forward, backward), taken, strict=True):
        method.__signature__ = _signature(found[1:])  # type: ignore[attr-defined]
        method.__wrapped__ = getattr(cls, name)  # type: ignore[attr-defined]  # where the source is
        setattr(dressed, name, method)
    return dressed


def pair_names(pair: Pair) -> tuple[str, str]:
    """Return both names of a pair."""
    return pair.forward, pair.backward


def _signature(arrays: list[inspect.Parameter]) -> inspect.Signature:
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature([this, *arrays])
