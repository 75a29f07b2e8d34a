"""Pairs of functions: forward with or without a cache, and a backward that fits."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .methods import CACHE_NAMES, parameters, word


class PairedFunctions:
    """A forward and a backward function in the clothes of an object.

    ``forward(*arrays)`` returns ``out`` or ``(out, cache)``; ``backward`` takes what its
    parameters ask for: the upstream gradient, the cache, the arrays.
    """

    def __init__(self, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
        self._forward, self._backward = forward, backward
        self._cache: Any = None
        self._cached = False
        self._arrays: Sequence[Any] = ()

    def forward(self, *arrays: Any) -> Any:
        """Return the output, and keep the cache or the arrays for the backward pass."""
        result = self._forward(*arrays)
        self._arrays = arrays
        self._cached = self.caches(result)
        if self._cached:
            *outputs, self._cache = result
            result = outputs[0] if len(outputs) == 1 else tuple(outputs)
        return result

    def backward(self, dout: Any) -> Any:
        """Return what the backward function answers; several outputs come as a tuple."""
        names = [word(p.name) for p in parameters(self._backward) if p.default is p.empty]
        if isinstance(dout, tuple) and len(names) > 2 and self._cached:
            first = names[0] in CACHE_NAMES
            return self._backward(*([self._cache, *dout] if first else [*dout, self._cache]))
        return self._backward(*self._ordered(dout))

    def caches(self, result: Any) -> bool:
        """Return whether the forward function gave back an output and a cache.

        A cache may be an array like any output; then backward tells them apart: it takes two
        things of which one is no argument of forward.
        """
        if not isinstance(result, tuple) or len(result) < 2:
            return False
        if not isinstance(result[-1], np.ndarray | float):
            return True
        if len(result) > 2:
            return False
        taken = [word(p.name) for p in parameters(self._backward) if p.default is p.empty]
        given = {word(p.name) for p in parameters(self._forward)}
        return len(taken) == 2 and (not given & set(taken) or bool(CACHE_NAMES & set(taken)))

    def _ordered(self, dout: Any) -> list[Any]:
        names = [word(p.name) for p in parameters(self._backward) if p.default is p.empty]
        if len(names) <= 1:
            return [dout]
        if len(names) == 2 and self._cached:
            return [self._cache, dout] if names[0] in CACHE_NAMES else [dout, self._cache]
        forward = [word(p.name) for p in parameters(self._forward)]
        by_name = dict(zip(forward, self._arrays, strict=False))
        known = [by_name.get(name) for name in names]
        if sum(value is None for value in known) == 1:
            return [dout if value is None else value for value in known]
        return [dout, *self._arrays][: len(names)]
