"""A function with a ``jax.custom_vjp`` or ``jax.custom_jvp`` rule, in double precision."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.adapters.methods import parameters
from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Outputs, Session, Source

from .building import source_of
from .kind import Kind

jax: Any = import_module("jax")


def _doubled() -> Any:
    """Return a context with double precision; newer versions have it at the top."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)  # noqa: FBT003 - JAX takes it by position alone
    return import_module("jax.experimental").enable_x64()


class _RuleSession:
    """Calls the function, and pulls back through its rule."""

    def __init__(self, function: Callable[..., Any], names: Sequence[str]) -> None:
        self._function, self._names = function, names
        self._inputs: Arrays = {}

    def forward(self, inputs: Arrays) -> Outputs:
        """Return the function's values."""
        self._inputs = inputs
        with _doubled():
            result = self._function(*(_traced(inputs[n]) for n in self._names))
            return tuple(np.array(y) for y in _parts(result))

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return what the rule answers for the arrays of the last call."""
        with _doubled():
            floating = [n for n in self._names if self._inputs[n].dtype.kind in "fc"]
            result, pull = jax.vjp(
                lambda *xs: self._function(*self._filled(floating, xs)),
                *(_traced(self._inputs[n]) for n in floating),
            )
            handed = tuple(
                jax.numpy.array(v, dtype=y.dtype)
                for v, y in zip(upstream, _parts(result), strict=True)
            )
            found = pull(
                type(result)(handed) if isinstance(result, tuple | list) else handed[0]
            )
            return {n: np.array(g) for n, g in zip(floating, found, strict=True)}

    def _filled(self, floating: Sequence[str], arrays: Sequence[Any]) -> list[Any]:
        given = dict(zip(floating, arrays, strict=True))
        return [given.get(n, self._inputs[n]) for n in self._names]


def _traced(x: Array) -> Any:
    """Return a copy of its own: JAX may alias memory that its owner writes into."""
    return jax.numpy.array(np.array(x))


def _parts(result: Any) -> Sequence[Any]:
    parts = tuple(result) if isinstance(result, tuple | list) else (result,)
    if not all(hasattr(part, "dtype") for part in parts):
        raise TargetError("forward", "expected arrays as outputs", kind="type")
    return parts


def _arguments(function: Any) -> Sequence[str]:
    return [p.name for p in parameters(function) if p.default is p.empty]


def _session(function: Any, names: Sequence[str]) -> Session:
    return _RuleSession(function, names)


def _source(function: Any) -> Source | None:
    rule = getattr(function, "bwd", None) or getattr(function, "jvp", None)
    return source_of(rule) or source_of(function)


KIND = Kind("jax.custom_vjp or custom_jvp", _arguments, _session, _source)
