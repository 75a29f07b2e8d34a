"""Pair the forward and backward passes of a running training, and copy those that are due."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradcheck.adapters.live import Call, answers_for_its_arguments
from gradcheck.adapters.methods import (
    BACKWARD,
    GRADIENT,
    LOSS,
    Pair,
    pair_of,
)

from .copying import unequal, value_copied
from .interception import Hook
from .isolation import Surroundings
from .step import Opening, Step


def pairs_of(network: object) -> tuple[Pair, ...]:
    """Return the pairs of methods that a training may call: the usual one, and a model's.

    ``loss(x, t)`` with ``gradient(x, t)`` may stand beside ``forward`` and ``backward``.
    """
    first = pair_of(network)
    second = _model_pair(network)
    return tuple(dict.fromkeys(pair for pair in (first, second) if pair is not None))


def _model_pair(network: object) -> Pair | None:
    names = [n for n in GRADIENT if n not in BACKWARD and callable(_method(network, n))]
    losses = [n for n in LOSS if n not in names and callable(_method(network, n))]
    for gradient in names:
        for loss in losses:
            pair = Pair(loss, gradient)
            if answers_for_its_arguments(network, pair):
                return pair
    return None


def _method(network: object, name: str) -> Any:
    return getattr(network, name, None) if name in dir(type(network)) else None


class Recorder:
    """Counts the backward passes of one network, and hands over the steps that are due.

    Calls inside a pass of the network's own are part of it.

    Parameters
    ----------
    network
        The network.
    copier
        Returns a copy of the network as it stands; None where it has none any more.
    due
        Whether the step of this number is to be handed over.
    notify
        Takes a step that is over.
    number
        The number of the first step.
    """

    def __init__(
        self,
        network: object,
        copier: Callable[[], Any],
        due: Callable[[int], bool],
        notify: Callable[[Step], None],
        number: int = 1,
    ) -> None:
        self.steps = number - 1
        self._network = network
        self._copier = copier
        self._due = due
        self._notify = notify
        self._openings: dict[Pair, Opening] = {}
        self._alone: set[Pair] = set()
        self._forward: set[Pair] = set()
        self._backward = False

    def hooks(self) -> Mapping[str, Hook]:
        """Return the hooks by the names of the methods that they go around."""
        hooks: dict[str, Hook] = {}
        for pair in pairs_of(self._network):
            if answers_for_its_arguments(self._network, pair):
                self._alone.add(pair)
            hooks[pair.forward] = partial(self._on_forward, pair)
            hooks[pair.backward] = partial(self._on_backward, pair)
        return hooks

    def _on_forward(
        self, pair: Pair, method: Callable[..., Any], args: Any, keywords: Any
    ) -> Any:
        if self._backward or pair in self._forward:
            return method(*args, **keywords)
        self._openings.pop(pair, None)
        opening = self._opened(pair, args, keywords)
        self._forward.add(pair)
        try:
            result = method(*args, **keywords)
        finally:
            self._forward.discard(pair)
        if opening is not None:
            self._openings[pair] = opening
        return result

    def _opened(self, pair: Pair, args: Any, keywords: Any) -> Opening | None:
        if not self._due(self.steps + 1):
            return None
        called = Call(value_copied(args), value_copied(keywords))
        before = self._copier()
        if before is None:
            return None
        around = Surroundings.of(self._network)
        return Opening(pair, before, called, Call(args, keywords), around)

    def _on_backward(
        self, pair: Pair, method: Callable[..., Any], args: Any, keywords: Any
    ) -> Any:
        if self._backward:
            return method(*args, **keywords)
        alone = pair in self._alone
        opening = (
            self._opened(pair, args, keywords) if alone else self._openings.pop(pair, None)
        )
        self._openings.clear()
        between = None if opening is None else self._copier()
        overwritten = opening is not None and _overwritten(opening)
        called = Call(value_copied(args), value_copied(keywords))
        self._backward = True
        try:
            result = method(*args, **keywords)
        finally:
            self._backward = False
        self.steps += 1
        after = None if between is None else self._copier()
        if opening is not None and after is not None:
            rest = (after, called, value_copied(result), alone)
            self._notify(Step(self.steps, opening, between, overwritten, *rest))
        return result


def _overwritten(opening: Opening) -> bool:
    given, called = opening.given, opening.called
    return unequal(given.args, called.args) or unequal(given.keywords, called.keywords)
