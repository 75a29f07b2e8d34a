"""A plain function and its gradient or derivative, which takes a point: ``(f, grad)``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Facts, Outputs, Setting, Source, Target, UpstreamUse

from .answers import Wanted, read
from .calls import call
from .function_class import takes_point
from .layer_class import source_of
from .layer_object import given_leaves
from .methods import parameters
from .session import outputs_of

Function = Callable[..., Any]


class _PointSession:
    """Asks the gradient at the arrays of the last call."""

    def __init__(self, functions: tuple[Function, Function], names: Sequence[str]) -> None:
        self._functions, self._names = functions, tuple(names)
        self._arrays: Sequence[Array] = ()
        self._floating: tuple[str, ...] = ()

    def forward(self, inputs: Arrays) -> Outputs:
        """Return f(x)."""
        self._arrays = [inputs[name] for name in self._names]
        self._floating = tuple(n for n in self._names if inputs[n].dtype.kind in "fc")
        return outputs_of(call("forward", self._functions[0], *self._arrays))

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return grad(x), times the upstream gradient."""
        result = call("backward", self._functions[1], *self._arrays)
        found = read(result, self, Wanted(self._floating, ()))
        return {name: self._times(g, upstream[0]) for name, g in found.items()}

    def _times(self, gradient: Array | None, upstream: Array) -> Array | None:
        if gradient is None:
            return None
        if upstream.ndim and upstream.size > 1 and gradient.shape != upstream.shape:
            raise TargetError(
                "backward",
                f"the derivative has shape {gradient.shape}; expected {upstream.shape}, "
                "the shape of the output",
                kind="shape",
            )
        return np.asarray(gradient * (upstream if upstream.size > 1 else upstream.reshape(())))


def recognises(functions: Sequence[Function]) -> bool:
    """Return whether the second function takes a point, and no upstream gradient nor cache."""
    forward, backward = functions
    return isinstance(backward, np.ufunc) or takes_point(forward, backward)


def target_of(functions: tuple[Function, Function], arrays: Sequence[npt.ArrayLike]) -> Target:
    """Return the target for a function with its gradient on given arrays."""
    forward, backward = functions
    leaves = tuple(given_leaves([p.name for p in parameters(forward)], arrays))
    names = [leaf.name for leaf in leaves]
    shapes = ",".join("x".join(map(str, x.shape)) or "0d" for x in leaves)
    setting = Setting(shapes, lambda: _PointSession(functions, names), leaves)
    return Target(
        name=getattr(forward, "__name__", "function"),
        settings=lambda seed: [setting],
        convention="function and its gradient",
        facts=Facts(upstream=UpstreamUse.NOT_TAKEN),
        source=_source(backward),
        signature=f"{getattr(backward, '__name__', 'gradient')}({', '.join(names)})",
    )


def _source(function: Function) -> Source | None:
    class Holder:
        member = staticmethod(function)

    return source_of(Holder, "member")
