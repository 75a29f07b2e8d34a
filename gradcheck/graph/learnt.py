"""What flows into a layer besides its input: the parameters that it keeps."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from gradcheck.model import Array, Edge

from .follow import edge, telling
from .link import Link

#: Layers with more parameters than this are containers that do not unfold: no room for them.
_MOST = 4


def weights(
    link: Link, after: Callable[[Array], float], x: Array, upstream: Array
) -> tuple[Edge, ...]:
    """Return an edge for each parameter of a layer with ``params`` and ``grads`` by name.

    Parameters
    ----------
    after
        The upstream-weighted output of the chain, as a function of the layer's input.
    x
        Input of the layer.
    upstream
        Gradient of its output.
    """
    live = _live(link.layer)
    if not 0 < len(live) <= _MOST:
        return ()
    return tuple(
        edge(name, array.copy(), gradient, telling(gradient), partial(_at, after, x, array))
        for name, array, gradient in _gradients(link, live, x, upstream)
    )


def _live(layer: Any) -> Mapping[str, Array]:
    """Return the parameters that can be moved: arrays that are the layer's own, no copies."""
    params = getattr(layer, "params", None)
    if not isinstance(params, Mapping):
        return {}
    return {name: params[name] for name in params if _movable(params, name)}


def _movable(params: Mapping[Any, Any], name: object) -> bool:
    array = params[name]
    return (
        isinstance(name, str)
        and isinstance(array, np.ndarray)
        and array.dtype == np.float64
        and array.size > 0
        and array.flags.writeable
        and params[name] is array
    )


def _gradients(
    link: Link, live: Mapping[str, Array], x: Array, upstream: Array
) -> Iterator[tuple[str, Array, Array]]:
    """Yield names, parameters and gradients; a layer that adds gradients up is left out."""
    first, second = (_after_pass(link, x, upstream) for _ in range(2))
    for name, array in live.items():
        fits = name in first and first[name].shape == array.shape
        if fits and np.array_equal(first[name], second[name], equal_nan=True):
            yield name, array, first[name]


def _after_pass(link: Link, x: Array, upstream: Array) -> dict[str, Array]:
    link.forward(x)
    link.backward(upstream, x)
    grads = getattr(link.layer, "grads", None)
    if not isinstance(grads, Mapping):
        return {}
    return {str(name): np.array(grads[name], dtype=np.float64) for name in grads}


def _at(after: Callable[[Array], float], x: Array, array: Array, point: Array) -> float:
    """Return the output where a parameter is `point`, and leave the parameter as it was."""
    kept = array.copy()
    array[...] = point
    try:
        return after(x)
    finally:
        array[...] = kept
