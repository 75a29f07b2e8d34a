"""Right layers, at points where well-known checkers reject them."""

from functools import partial

import numpy as np

from gradcheck.model import Array

from .layer import Formula, Row


def right_rows(seed: int = 0) -> list[Row]:
    """Return every right layer with its awkward point, 8 entries unless it says a value."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=8)
    return [*_shifted(x), *_fast(x), *_kinked(), *_edged(x), *_narrow(x), *_others(x)]


def _shifted(x: Array) -> list[Row]:
    return [
        _row("1e8 + x", lambda x: 1e8 + x, lambda x, d: np.array(d), x),
        _row("1000 + sin(x)", lambda x: 1000 + np.sin(x), lambda x, d: np.cos(x) * d, x),
    ]


def _fast(x: Array) -> list[Row]:
    waves = (300.0, 1e5)
    return [_row(f"sin({w:g} x)", partial(_wave, w), partial(_wave_back, w), x) for w in waves]


def _wave(w: float, x: Array) -> Array:
    return np.asarray(np.sin(w * x))


def _wave_back(w: float, x: Array, dout: Array) -> Array:
    return np.asarray(w * np.cos(w * x) * dout)


def _kinked() -> list[Row]:
    zero, near = np.zeros(8), np.full(8, 3e-7)
    return [
        _row("relu at 0", lambda x: np.maximum(x, 0), lambda x, d: (x > 0) * d, zero),
        _row("|x| at 3e-7", np.abs, lambda x, d: np.sign(x) * d, near),
    ]


def _edged(x: Array) -> list[Row]:
    far = np.full(8, 1.1e11)
    return [
        _row("log at 1e-7", np.log, lambda x, d: d / x, np.full(8, 1e-7)),
        _row("sqrt at 5e-7", np.sqrt, lambda x, d: d / (2 * np.sqrt(x)), np.full(8, 5e-7)),
        _row("square at 1.1e11", np.square, lambda x, d: 2 * x * d, far),
    ]


def _narrow(x: Array) -> list[Row]:
    return [
        _row("float32 tanh inside", _tanh32, lambda x, d: (1 - np.tanh(x) ** 2) * d, x),
        _row("float16 sin inside", _sin16, lambda x, d: np.cos(x) * d, x),
    ]


def _tanh32(x: Array) -> Array:
    return np.asarray(np.tanh(x.astype(np.float32)), dtype=np.float64)


def _sin16(x: Array) -> Array:
    return np.asarray(np.sin(x.astype(np.float16)), dtype=np.float64)


class Dropout:
    """Keeps each entry with probability 1/2, drawn anew in every forward pass."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def forward(self, x: Array) -> Array:
        """Return the entries that are kept, doubled."""
        self.mask = 2.0 * (self.rng.random(x.shape) < 0.5)
        return np.asarray(x * self.mask)

    def backward(self, dout: Array) -> Array:
        """Return the upstream gradient through the same mask."""
        return np.asarray(dout * self.mask)


def _others(x: Array) -> list[Row]:
    return [
        Row("dropout", Dropout, x),
        _row("square", np.square, lambda x, d: 2 * x * d, x),
        _row("tanh, 1000 entries", np.tanh, lambda x, d: d / np.cosh(x) ** 2, np.tile(x, 125)),
    ]


def _row(name: str, value: object, pullback: object, x: Array) -> Row:
    return Row(name, partial(Formula, value, pullback), x)  # type: ignore[arg-type]  # two callables
