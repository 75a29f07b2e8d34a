"""An autograd ``primitive`` whose gradients were given with ``defvjp``."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.adapters.methods import parameters
from gradcheck.model import Array, Arrays, Outputs, Session, Source

from .building import source_of
from .kind import Kind

core: Any = import_module("autograd.core")


class _PrimitiveSession:
    """Calls a primitive, and pulls back through one argument after another."""

    def __init__(self, function: Callable[..., Any], names: Sequence[str]) -> None:
        self._function, self._names = function, names
        self._inputs: Arrays = {}

    def forward(self, inputs: Arrays) -> Outputs:
        """Return the primitive's value."""
        self._inputs = inputs
        return (np.asarray(self._function(*(inputs[n] for n in self._names))),)

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return what ``defvjp`` said for each argument."""
        floating = [n for n in self._names if self._inputs[n].dtype.kind in "fc"]
        return {name: self._pulled(name, upstream[0]) for name in floating}

    def _pulled(self, name: str, upstream: Array) -> Array:
        def along(x: Any) -> Any:
            return self._function(*(x if n == name else self._inputs[n] for n in self._names))

        pull, _ = core.make_vjp(along, self._inputs[name])
        return np.asarray(pull(upstream[()] if upstream.ndim == 0 else upstream))


def _arguments(function: Any) -> Sequence[str]:
    return [p.name for p in parameters(function.fun) if p.default is p.empty]


def _session(function: Any, names: Sequence[str]) -> Session:
    return _PrimitiveSession(function, names)


def _source(function: Any) -> Source | None:
    return source_of(function.fun)


KIND = Kind("autograd primitive with defvjp", _arguments, _session, _source)
