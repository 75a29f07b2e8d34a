"""Targets built by hand from plain layers, so that tests need no adapter.

A layer has ``forward(*data)`` and ``backward(*upstream)``. The latter returns one gradient or a
tuple of them, in the order of the inputs that are differentiated; parameters and their
gradients are in ``params`` and ``grads``. A layer with an ``rng`` finds it reseeded before
every forward pass.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Domain, Facts, Leaf, Outputs, Role, Setting, Target

Array = np.ndarray[Any, Any]
Make = Callable[[], Any]
Feed = tuple[Make, Sequence[Leaf]]


class LayerSession:
    """One live layer, fed by name."""

    def __init__(self, layer: Any, leaves: Sequence[Leaf]) -> None:
        self.layer = layer
        self.leaves = leaves

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        for name in getattr(self.layer, "params", {}):
            self.layer.params[name] = inputs[name]
        if hasattr(self.layer, "rng"):
            self.layer.rng = np.random.default_rng(7)
        data = [inputs[x.name] for x in self.leaves if x.role is not Role.PARAMETER]
        answer = _guarded("forward", self.layer.forward, *data)
        return answer if isinstance(answer, tuple) else (np.asarray(answer),)

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        answer = _guarded("backward", self.layer.backward, *upstream)
        answer = answer if isinstance(answer, tuple) else (answer,)
        names = [x.name for x in self.leaves if x.role is Role.DATA]
        named = dict.fromkeys(names) | dict(zip(names, answer, strict=False))
        return named | {k: self.layer.grads.get(k) for k in getattr(self.layer, "params", {})}


def _guarded(stage: str, call: Callable[..., Any], *arrays: Array) -> Any:
    try:
        return call(*arrays)
    except Exception as error:
        text = f"{stage} raised {type(error).__name__}: {error}"
        raise TargetError(stage, text) from error


def data(name: str, *shape: int, batch: int | None = 0, **options: Any) -> Leaf:
    """Return a leaf for an input that is differentiated; its first axis counts examples."""
    return Leaf(name, shape, batch_axis=batch, **options)


def labels(name: str, *shape: int, bound: int, batch: int | None = 0) -> Leaf:
    """Return a leaf for integers below `bound`, which are not differentiated."""
    return Leaf(name, shape, Role.FIXED, Domain.LABELS, "int64", bound, batch)


def layer_target(name: str, feeds: Sequence[Feed], facts: Facts | None = None) -> Target:
    """Return a target with one setting a feed; parameters are read off the layers."""
    settings = [_setting(make, list(leaves)) for make, leaves in feeds]
    return Target(name, lambda seed: settings, facts=facts or Facts())


def _setting(make: Make, leaves: list[Leaf]) -> Setting:
    params = getattr(make(), "params", {})
    own = [Leaf(k, np.shape(v), Role.PARAMETER, values=v) for k, v in params.items()]
    label = ",".join("x".join(map(str, x.shape)) or "scalar" for x in leaves)
    every = (*leaves, *own)
    return Setting(label, lambda: LayerSession(make(), every), every)
