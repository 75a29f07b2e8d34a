"""Wrong backward passes that at least one well-known checker accepts."""

from collections.abc import Callable
from functools import partial

import numpy as np

from gradcheck.model import Array

from .layer import Formula, Row, Tally

Pullback = Callable[[Array, Array], Array]


def wrong_rows(seed: int = 0) -> list[Row]:
    """Return every wrong layer; the squares have 8 entries unless they say more."""
    rng = np.random.default_rng(seed)
    return [
        *_of_upstream(rng),
        *_of_state(rng, seed),
        *_of_place(rng),
        *_of_size(rng),
        *_of_one(rng),
    ]


def _square(name: str, pullback: Pullback, x: Array) -> Row:
    return Row(name, partial(Formula, np.square, pullback), x)


def _of_upstream(rng: np.random.Generator) -> list[Row]:
    x = rng.normal(size=8)
    return [
        _square("upstream squared", lambda x, d: 2 * x * d * d, x),
        _square("upstream as |g|", lambda x, d: 2 * x * np.abs(d), x),
        _square("upstream clipped to [-1, 1]", lambda x, d: 2 * x * np.clip(d, -1, 1), x),
        _square("upstream ignored", lambda x, d: 2 * x * np.ones_like(d), x),
        _square("upstream zeroed in place", _zeroing, x),
    ]


def _zeroing(x: Array, dout: Array) -> Array:
    dx = 2 * x * dout
    dout[...] = 0.0
    return np.asarray(dx)


class Shared:
    """Keeps its input on the class: the next instance overwrites it."""

    x: Array

    def forward(self, x: Array) -> Array:
        """Return the square."""
        Shared.x = x
        return np.asarray(x * x)

    def backward(self, dout: Array) -> Array:
        """Return the gradient for whichever instance ran last."""
        return np.asarray(2 * Shared.x * dout)


class Sometimes:
    """Wrong in one of forty backward calls, counted over all copies."""

    def __init__(self, calls: Tally) -> None:
        self._calls = calls

    def forward(self, x: Array) -> Array:
        """Return the square."""
        self.x = x
        return np.asarray(x * x)

    def backward(self, dout: Array) -> Array:
        """Return the gradient, thirty-nine times out of forty."""
        sign = -1.0 if self._calls.add() % 40 == 0 else 1.0
        return np.asarray(sign * 2 * self.x * dout)


def _of_state(rng: np.random.Generator, seed: int) -> list[Row]:
    # Every checker meets the same calls, wherever in the forty they begin.
    start = int(np.random.default_rng([seed, 40]).integers(40))
    return [
        Row("state kept on the class", Shared, rng.normal(size=8)),
        Row("wrong in 1 of 40 calls", lambda: Sometimes(Tally(start)), rng.normal(size=8)),
    ]


def _of_place(rng: np.random.Generator) -> list[Row]:
    x = rng.normal(size=8)
    rolled = partial(Formula, lambda x: np.roll(x, 1), lambda x, d: np.array(d))
    reversed_ = partial(Formula, lambda x: x[::-1].copy(), lambda x, d: np.array(d))
    return [
        Row("forgets to undo a roll", rolled, x),
        Row("forgets to undo a reversal", reversed_, x),
    ]


def _of_size(rng: np.random.Generator) -> list[Row]:
    x = rng.normal(size=8)
    small = partial(Formula, lambda x: 1e-6 * x * x, lambda x, d: -2e-6 * x * d)
    rows = [
        Row("wrong sign, f scaled by 1e-6", small, x),
        _square("factor 2", lambda x, d: 4 * x * d, x),
    ]
    for error in (1e-3, 1e-5, 1e-7):
        rows.append(_square(f"{error:.0e} relative error", _off(error), x))
    flipped = partial(Formula, np.sin, lambda x, d: -np.cos(x) * d)
    mean = partial(Formula, _mean_square, lambda x, d: -2 * x * d / x.size)
    return [
        *rows,
        Row("wrong sign, 1000 outputs", flipped, rng.normal(size=1000)),
        Row("wrong sign of the mean of 100", mean, rng.normal(size=100)),
    ]


def _mean_square(x: Array) -> Array:
    return np.asarray(np.mean(x * x))


def _off(error: float) -> Pullback:
    return lambda x, d: 2 * x * d * (1 + error)


def _of_one(rng: np.random.Generator) -> list[Row]:
    """One entry of many is wrong."""
    x, matrix = rng.normal(size=50), rng.normal(size=(1000, 1000)) / np.sqrt(1000)
    rows = [
        _square(f"one entry of 50 off by {error:.0e}", _off_at(7, error), x)
        for error in (1e-6, 1e-5, 1e-4, 1e-3)
    ]
    thousand = _square("one entry of 1000 off by 0.1", _off_at(123, 0.1), rng.normal(size=1000))
    rows.append(thousand)
    for error in (3.16, 1e-6 * float(np.median(np.abs(matrix)))):
        claimed = matrix.copy()
        claimed[321, 123] += error
        jacobian = partial(Formula, matrix.dot, _times(claimed))
        name = f"one entry of a 1000 x 1000 Jacobian off by {error:.2g}"
        rows.append(Row(name, jacobian, rng.normal(size=1000)))
    return rows


def _off_at(index: int, error: float) -> Pullback:
    def pullback(x: Array, dout: Array) -> Array:
        dx = 2 * x * dout
        dx[index] *= 1 + error
        return np.asarray(dx)

    return pullback


def _times(claimed: Array) -> Pullback:
    return lambda x, d: claimed.T @ d
