"""Draw values for input arrays: generic points, kinks and ties, large and small magnitudes."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcheck.model import Array, Domain, Floats, Leaf, Outputs, Role
from gradcheck.numerics import random_words

#: Kinds of values that data are drawn from. Parameters stay generic in all of them.
FLAVOURS = ("generic", "ties", "special", "large", "small", "float32")

_LARGE = 1000.0
_SMALL = 1e-3


_Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def draw_inputs(
    leaves: Sequence[Leaf], rng: np.random.Generator, flavour: str = "generic"
) -> dict[str, Array]:
    """Draw an array for every leaf, by its domain; given values are used where they are frozen.

    Parameters
    ----------
    flavour
        ``generic``: values of order one, both signs, no ties. ``ties``: small integers, so that
        values meet every usual kink and each other exactly. ``special``: a first row of zeros
        and a second one that is constant, the rest generic. ``large`` and ``small``: the same
        numbers times 1000 and 1/1000. ``float32``: generic values, rounded to float32.
    """
    drawn = {leaf.name: draw(leaf, rng, flavour) for leaf in leaves}
    narrow = flavour == "float32"
    return {name: _narrowed(x) if narrow else x for name, x in drawn.items()}


def _narrowed(x: Array) -> Array:
    return x.astype(np.float32) if x.dtype == np.float64 else x


def draw(leaf: Leaf, rng: np.random.Generator, flavour: str = "generic") -> Array:
    """Draw one array for a leaf."""
    if leaf.frozen and leaf.values is not None:
        return np.array(leaf.values)
    if leaf.role is Role.PARAMETER:
        return _parameter(leaf, rng).astype(leaf.dtype)
    if leaf.domain is Domain.REAL:
        return np.asarray(_REAL[flavour](rng, leaf.shape)).astype(leaf.dtype)
    return np.asarray(_DOMAINS[leaf.domain](leaf, rng)).astype(leaf.dtype)


def draw_upstream(outputs: Outputs, rng: np.random.Generator) -> Outputs:
    """Draw an upstream gradient for each output: both signs, non-uniform, of order one."""
    return tuple(_signed(rng, y.shape).astype(_floating(y), copy=False) for y in outputs)


def _floating(y: Array) -> Any:
    """An upstream gradient has its output's dtype, where that is a floating one."""
    return y.dtype if y.dtype.kind == "f" else np.float64


def _signed(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    words = random_words(rng, math.prod(shape))
    sign = np.invert(words, out=words).view(np.int32).reshape(shape)
    size = np.asarray(rng.random(shape))
    size += 0.5
    return np.copysign(size, sign, out=size)


def _generic(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.asarray(rng.normal(0.0, 1.0, shape))


def _ties(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.asarray(rng.integers(-2, 3, size=shape), dtype=np.float64)


def _special(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    x = _generic(rng, shape)
    if x.ndim:
        x[:1], x[1:2] = 0.0, 0.5
    return x


def _large(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.asarray(_LARGE * _signed(rng, shape))


def _small(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.asarray(_SMALL * _generic(rng, shape))


_REAL: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], Floats]] = (
    MappingProxyType(
        dict(zip(FLAVOURS, (_generic, _ties, _special, _large, _small, _generic), strict=True))
    )
)


def _parameter(leaf: Leaf, rng: np.random.Generator) -> Floats:
    """Draw a parameter away from its default, at the size that its initialiser chose.

    Many bugs hide behind gamma = 1, b = 0 or a square of ones, so no entry keeps its value.
    """
    size = 0.5
    if leaf.values is not None and np.any(leaf.values):
        size = float(np.sqrt(np.mean(np.abs(leaf.values.astype(np.float64)) ** 2)))
    if leaf.domain is Domain.POSITIVE:
        return np.asarray(size * rng.uniform(0.5, 1.5, leaf.shape))
    return np.asarray(size * _signed(rng, leaf.shape))


def _positive(leaf: Leaf, rng: np.random.Generator) -> Floats:
    return np.asarray(rng.uniform(0.3, 2.5, leaf.shape))


def _unit(leaf: Leaf, rng: np.random.Generator) -> Floats:
    return np.asarray(rng.uniform(0.05, 0.95, leaf.shape))


def _simplex(leaf: Leaf, rng: np.random.Generator) -> Floats:
    raw = rng.uniform(0.2, 1.0, leaf.shape)
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True) if raw.ndim else raw)


def _labels(leaf: Leaf, rng: np.random.Generator) -> Array:
    return np.asarray(rng.integers(0, leaf.bound or 2, size=leaf.shape))


def _one_hot(leaf: Leaf, rng: np.random.Generator) -> Floats:
    classes = leaf.shape[-1]
    return np.asarray(np.eye(classes)[rng.integers(0, classes, size=leaf.shape[:-1])])


def _mask(leaf: Leaf, rng: np.random.Generator) -> Array:
    mask = rng.uniform(size=leaf.shape) < 0.7
    if mask.ndim and mask.shape[-1]:
        mask[..., 0] = True  # a row that is masked as a whole has no answer
    return np.asarray(mask)


def _signs(leaf: Leaf, rng: np.random.Generator) -> Floats:
    return np.asarray(rng.choice([-1.0, 1.0], size=leaf.shape))


_DOMAINS: Mapping[Domain, Callable[[Leaf, np.random.Generator], Array]] = MappingProxyType(
    {
        Domain.POSITIVE: _positive,
        Domain.UNIT: _unit,
        Domain.SIMPLEX: _simplex,
        Domain.LABELS: _labels,
        Domain.INDICES: _labels,
        Domain.ONE_HOT: _one_hot,
        Domain.MASK: _mask,
        Domain.SIGNS: _signs,
    }
)
