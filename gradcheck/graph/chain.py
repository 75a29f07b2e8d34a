"""A chain of layers, run forward and back by their own passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Operation

from .follow import Index, beside, edge, numeric, same

Named = Sequence[tuple[str, Any]]

#: Deeper than this nobody unfolds.
_DEEPEST = 4


def nodes_of(layer: object) -> Named:
    """Return the named layers that a layer offers; empty where it offers none."""
    offered = getattr(layer, "nodes", None)
    if not callable(offered):
        return ()
    found = offered()
    fits = isinstance(found, list | tuple) and all(
        isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
        for item in found
    )
    return tuple(found) if fits else ()


@dataclass(frozen=True, slots=True)
class Pass:
    """Values and gradients of a chain at one point: one more than there are layers."""

    nodes: Named
    """The layers."""
    values: tuple[Array, ...]
    """Input, what each layer made of it, output."""
    gradients: tuple[Array, ...]
    """The gradient of each value."""

    def after(self, place: int, x: Array) -> float:
        """Return the upstream-weighted output where the value at `place` is `x`."""
        for _, layer in self.nodes[place:]:
            x = np.asarray(layer.forward(x))
        return float(np.sum(x * self.gradients[-1]))


def run(nodes: Named, x: Array, upstream: Array) -> Pass:
    """Run a chain forward and back.

    Raises
    ------
    TargetError
        Where the layers do not feed each other, or one raises.
    """
    values, gradients = [np.asarray(x)], [np.asarray(upstream)]
    try:
        for _, layer in nodes:
            values.append(np.asarray(layer.forward(values[-1].copy())))
        if values[-1].shape != np.shape(upstream):
            raise ValueError(f"the chain ends in shape {values[-1].shape}")
        for i in reversed(range(len(nodes))):
            back = layer_gradient(nodes[i][1], gradients[0], values[i])
            gradients.insert(0, back)
    except Exception as error:  # whatever a stranger's layer raises
        raise TargetError("forward", f"nodes() is no chain: {error}") from error
    return Pass(tuple(nodes), tuple(values), tuple(gradients))


def layer_gradient(layer: Any, upstream: Array, x: Array) -> Array:
    """Return the gradient of the one input of a layer, after its forward pass."""
    back = layer.backward(upstream.copy())
    found = np.asarray(back[0] if isinstance(back, tuple | list) else back)
    if found.shape != x.shape:
        raise ValueError(f"a gradient has shape {found.shape}; expected {x.shape}")
    return found


def operations(made: Pass, name: str, start: Index, depth: int = 0) -> tuple[Operation, ...]:
    """Return the chain as operations, following one entry of the input `name` on."""
    indices = [start]
    for i, gradient in enumerate(made.gradients[1:]):
        indices.append(beside(gradient, indices[i], made.values[i].shape))
    names = [name, *(node for node, _ in made.nodes)]
    return tuple(
        _operation(made, i, names[i], indices[i : i + 2], depth) for i in range(len(made.nodes))
    )


def _operation(
    made: Pass, i: int, source: str, follow: Sequence[Index], depth: int
) -> Operation:
    name, layer = made.nodes[i]
    here, there = follow
    flowing = edge(source, made.values[i], made.gradients[i], here, partial(made.after, i))
    claimed, found, agrees = local(layer, made.values[i], here, there)
    return Operation(
        name=name,
        kind=type(layer).__name__,
        said=first_line(layer),
        inputs=(flowing,),
        local=claimed,
        numeric=found,
        agrees=agrees,
        inner=_inner(made, i, source, here, depth),
    )


def _inner(made: Pass, i: int, source: str, here: Index, depth: int) -> tuple[Operation, ...]:
    nodes = nodes_of(made.nodes[i][1])
    if not nodes or depth >= _DEEPEST:
        return ()
    try:
        inner = run(nodes, made.values[i], made.gradients[i + 1])
    except TargetError:
        return ()
    if not np.allclose(inner.values[-1], made.values[i + 1], rtol=1e-9, atol=1e-12):
        return ()
    return operations(inner, source, here, depth + 1)


def local(layer: Any, x: Array, here: Index, there: Index) -> tuple[float, float, bool]:
    """Return d out[there] / d x[here] as backward says, by differences, and if both agree."""
    y = np.asarray(layer.forward(x.copy()))
    unit = np.zeros(y.shape)
    unit[there] = 1.0
    claimed = float(layer_gradient(layer, unit, x)[here])

    def one(point: Array) -> float:
        return float(np.asarray(layer.forward(point))[there])

    found, error = numeric(one, x, here)
    return claimed, found, same(claimed, found, error)


def first_line(layer: object) -> str:
    """Return what the author says of a layer, in a line."""
    return (type(layer).__doc__ or "").strip().partition("\n")[0]
