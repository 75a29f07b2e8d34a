"""Derivatives along one entry, analytic beside numeric."""

from collections.abc import Callable

import numpy as np

from gradcheck.model import Array, Edge

#: Two numbers are the same if they are within so many error bars, or this part of the larger.
_BARS, _PART = 10.0, 1e-6

#: Far enough to see where a change arrives, near enough to cross no kink.
_NUDGE = 1e-6

Index = tuple[int, ...]


def numeric(f: Callable[[Array], float], x: Array, index: Index) -> tuple[float, float]:
    """Return the derivative of `f` by one entry of `x`, with its error bar."""
    from gradcheck.numerics import gradient

    def moved(entry: Array) -> float:
        point = np.array(x, dtype=np.float64)
        point[index] = entry
        return f(point)

    found = gradient(moved, np.asarray(x[index], dtype=np.float64))
    return float(found.value), float(found.error)


def same(claimed: float, found: float, error: float) -> bool:
    """Return whether a claim is confirmed by the numbers that were found."""
    size = max(abs(claimed), abs(found))
    return bool(abs(claimed - found) <= _BARS * error + _PART * size + 1e-12)


def edge(
    name: str, x: Array, gradient: Array, index: Index, after: Callable[[Array], float]
) -> Edge:
    """Return one entry of an array with its gradient, checked against what comes after."""
    found, error = numeric(after, x, index)
    claimed = float(gradient[index])
    return Edge(
        name=name,
        shape=x.shape,
        index=index,
        value=float(x[index]),
        gradient=claimed,
        numeric=found,
        error=error,
        agrees=same(claimed, found, error),
    )


def telling(gradient: Array) -> Index:
    """Return the entry with the largest gradient: others tell little."""
    if not gradient.size:
        raise ValueError("there is no entry to follow")
    size = np.where(np.isfinite(gradient), np.abs(gradient), -1.0)
    place = np.unravel_index(int(np.argmax(size)), gradient.shape)
    return tuple(int(i) for i in place)


def beside(gradient: Array, index: Index, shape: tuple[int, ...]) -> Index:
    """Return the entry to follow behind an operation that took entry `index` of `shape`.

    The same one where the shapes are equal; otherwise the most telling one of the same example,
    since examples rarely know of each other.
    """
    if gradient.shape == shape:
        return index
    if gradient.ndim and len(shape) and gradient.shape[0] == shape[0] and gradient.size:
        return (index[0], *telling(gradient[index[0]]))
    return telling(gradient)


def reached(f: Callable[[Array], Array], x: Array, index: Index, gradient: Array) -> Index:
    """Return the output through which entry `index` of `x` matters most, else one beside it.

    Parameters
    ----------
    gradient
        Gradient of the output of `f`: what a change of each entry is worth.
    """
    if gradient.shape == x.shape:
        return index
    moved = np.array(x)
    moved[index] += _NUDGE * max(1.0, abs(float(x[index])))
    worth = np.abs((f(moved) - f(x)) * gradient)
    worth = np.where(np.isfinite(worth), worth, 0.0)
    return telling(worth) if np.any(worth) else beside(gradient, index, x.shape)
