"""Scalar functions with known derivatives: compositions, true slopes in high precision.

A family is one composition with many members: each member has its own constants and its own
point. All members of a family are evaluated at once, so that ten thousand functions cost the
forward calls of two hundred. The true slopes are carried forward by the chain rule in mpmath,
from the left and from the right; nothing numeric enters them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import mpmath as mp
import numpy as np

DIGITS = 40
MEMBERS = 50
#: Relative change of a function over a relative change of its argument, at most.
_STEEPEST = 1e8
#: Families of each kind; times MEMBERS this is the size of the corpus.
FAMILIES = {
    "smooth": 60,
    "analytic": 20,
    "scaled": 30,
    "offset": 10,
    "fast": 10,
    "kink": 25,
    "near kink": 20,
    "noisy": 10,
    "float32": 15,
}


@dataclass(frozen=True)
class Step:
    """One link of a composition: in NumPy, in mpmath, and its derivative in mpmath."""

    name: str
    f: Callable
    exact: Callable
    slope: Callable


@dataclass(frozen=True, eq=False)
class Family:
    """A composition with the points and the true one-sided slopes of its members."""

    name: str
    kind: str
    f: Callable
    x: np.ndarray
    left: np.ndarray
    right: np.ndarray


def _sech2(u):
    return 1 / mp.cosh(u) ** 2


def _np_sigmoid(u):
    return 1 / (1 + np.exp(-u))


def _mp_sigmoid(u):
    return 1 / (1 + mp.exp(-u))


SMOOTH = (
    Step("sin", np.sin, mp.sin, mp.cos),
    Step("cos", np.cos, mp.cos, lambda u: -mp.sin(u)),
    Step("exp", np.exp, mp.exp, mp.exp),
    Step("tanh", np.tanh, mp.tanh, _sech2),
    Step("arctan", np.arctan, mp.atan, lambda u: 1 / (1 + u**2)),
    Step("square", lambda u: u * u, lambda u: u * u, lambda u: 2 * u),
    Step("cube", lambda u: u * u * u, lambda u: u**3, lambda u: 3 * u**2),
    Step("bell", lambda u: 1 / (1 + u * u), lambda u: 1 / (1 + u**2),
         lambda u: -2 * u / (1 + u**2) ** 2),
    Step("root", lambda u: np.sqrt(1 + u * u), lambda u: mp.sqrt(1 + u**2),
         lambda u: u / mp.sqrt(1 + u**2)),
    Step("sigmoid", _np_sigmoid, _mp_sigmoid,
         lambda u: _mp_sigmoid(u) * (1 - _mp_sigmoid(u))),
)  # fmt: skip

#: Kinks at zero, by their slopes to the left and to the right of it.
KINKS = {
    "abs": (np.abs, -1, 1),
    "relu": (lambda u: np.maximum(u, 0.0), 0, 1),
    "leaky": (lambda u: np.where(u > 0, u, 0.125 * u), 0.125, 1),
    "min": (lambda u: np.minimum(u, 0.0), 1, 0),
    "steep": (lambda u: np.where(u > 0, 3.0 * u, -0.5 * u), -0.5, 3),
}


@dataclass(frozen=True)
class Affine:
    """The same link for all members, with constants of their own."""

    a: np.ndarray
    b: np.ndarray


@dataclass(frozen=True, eq=False)
class Recipe:
    """Links between affine maps: u -> step(a u + b), in order."""

    links: tuple[tuple[Affine, str | Step], ...]
    last: Affine
    at_kink: bool = False

    def __call__(self, x):
        """Return the composition at x, member by member."""
        u = x
        for affine, link in self.links:
            f = KINKS[link][0] if isinstance(link, str) else link.f
            u = f(affine.a * u + affine.b)
        return self.last.a * u + self.last.b

    def slopes(self, x) -> tuple[np.ndarray, np.ndarray]:
        """Return the exact slopes from the left and from the right of every member."""
        pairs = [self._slopes(i, mp.mpf(float(v))) for i, v in enumerate(x)]
        left, right = zip(*pairs, strict=True)
        return np.array(left, dtype=float), np.array(right, dtype=float)

    def _slopes(self, i, x):
        value, sides = x, [mp.mpf(1), mp.mpf(1)]
        for affine, link in self.links:
            a, b = mp.mpf(float(affine.a[i])), mp.mpf(float(affine.b[i]))
            inner = a * value + b
            sides = [a * s for s in sides]
            if isinstance(link, Step):
                slope = link.slope(inner)
                value, sides = link.exact(inner), [slope * s for s in sides]
                continue
            _, low, high = KINKS[link]
            at = self.at_kink  # by construction, to the last place
            value = mp.mpf(0) if at else inner * (high if inner > 0 else low)
            sides = [
                _side(s, d, inner, at, low, high) for s, d in zip(sides, (-1, 1), strict=True)
            ]
        a = mp.mpf(float(self.last.a[i]))
        return tuple(a * s for s in sides)


def _side(speed, way, inner, at, low, high):
    """Return the slope of a kinked link seen from one side of x."""
    upwards = speed * way > 0 if at else inner > 0
    return speed * (high if upwards else low)


def families(seed: int = 0, counts: dict[str, int] | None = None) -> Iterator[Family]:
    """Return the corpus, family by family."""
    with mp.workdps(DIGITS):
        for kind, count in (counts or FAMILIES).items():
            for number in range(count):
                rng = np.random.default_rng([seed, *kind.encode(), number])
                yield _tame(rng, kind)


def _tame(rng, kind) -> Family:
    """Draw until no slope is so steep that float64 points lie further apart than its waves."""
    while True:
        with np.errstate(all="ignore"):
            family = _MAKERS[kind](rng, kind)
        steep = np.abs(family.x) * np.maximum(np.abs(family.left), np.abs(family.right))
        size = np.maximum(np.abs(family.f(family.x)), 1e-12)
        if np.all(np.isfinite(steep)) and np.all(steep < _STEEPEST * size):
            return family


def _constants(rng, low=0.3, high=2.0) -> Affine:
    sign = rng.choice((-1.0, 1.0), MEMBERS)
    return Affine(sign * rng.uniform(low, high, MEMBERS), rng.uniform(-1, 1, MEMBERS))


def _links(rng, count) -> list:
    return [(_constants(rng), SMOOTH[i]) for i in rng.integers(0, len(SMOOTH), count)]


def _points(rng, scale=1.0) -> np.ndarray:
    return scale * rng.choice((-1.0, 1.0), MEMBERS) * rng.uniform(0.1, 2.0, MEMBERS)


def _named(links) -> str:
    return " ∘ ".join(s if isinstance(s, str) else s.name for _, s in reversed(links))


def _real_only(f, x):
    """Evaluate in real arithmetic alone, so that no complex step can follow."""
    return f(np.real(x).astype(np.float64))


def _family(kind, recipe, x, f) -> Family:
    return Family(_named(recipe.links), kind, f, x, *recipe.slopes(x))


def _smooth(rng, kind) -> Family:
    recipe = Recipe(tuple(_links(rng, rng.integers(1, 4))), _constants(rng))
    x = _points(rng)
    return _family(
        kind, recipe, x, recipe if kind == "analytic" else partial(_real_only, recipe)
    )


def _scaled(rng, kind) -> Family:
    """Points from 1e-6 to 1e6, values from 1e-12 to 1e12."""
    scale = 10.0 ** rng.integers(-6, 7)
    links = _links(rng, 2)
    first = links[0][0]
    links[0] = (Affine(first.a / scale, first.b), links[0][1])
    size = 10.0 ** rng.uniform(-12, 12, MEMBERS)
    recipe = Recipe(tuple(links), Affine(size, np.zeros(MEMBERS)))
    return _family(kind, recipe, _points(rng, scale), partial(_real_only, recipe))


def _offset(rng, kind) -> Family:
    offset = 10.0 ** rng.uniform(0, 8, MEMBERS)
    recipe = Recipe(tuple(_links(rng, 2)), Affine(np.ones(MEMBERS), offset))
    return _family(kind, recipe, _points(rng), partial(_real_only, recipe))


def _fast(rng, kind) -> Family:
    """Waves of up to ten thousand radians over a unit length."""
    wave = Affine(10.0 ** rng.uniform(1, 4, MEMBERS), rng.uniform(-1, 1, MEMBERS))
    links = [(wave, SMOOTH[0]), *_links(rng, 1)]
    recipe = Recipe(tuple(links), _constants(rng))
    return _family(kind, recipe, _points(rng), partial(_real_only, recipe))


def _kinked(rng, kind) -> Family:
    """A kink at the point, or at a distance of 1e-9 to 1e-1 from it."""
    before, after = _links(rng, rng.integers(0, 2)), _links(rng, rng.integers(0, 2))
    x = _points(rng)
    inner = Recipe(tuple(before), Affine(np.ones(MEMBERS), np.zeros(MEMBERS)))(x)
    affine = _constants(rng, 0.5)
    away = np.zeros(MEMBERS) if kind == "kink" else 10.0 ** rng.uniform(-9, -1, MEMBERS)
    at = Affine(affine.a, away - affine.a * inner)
    links = [*before, (at, str(rng.choice(list(KINKS)))), *after]
    recipe = Recipe(tuple(links), _constants(rng), kind == "kink")
    return _family(kind, recipe, x, partial(_real_only, recipe))


def _noise(x, size):
    """Deterministic noise: the last bits of x, scrambled to [-size, size]."""
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = (bits ^ (bits >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return size * ((mixed >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0)


def _noisy(rng, kind) -> Family:
    recipe = Recipe(tuple(_links(rng, 2)), Affine(np.ones(MEMBERS), np.zeros(MEMBERS)))
    size = 10.0 ** rng.uniform(-12, -4, MEMBERS)

    def f(x):
        x = np.real(x).astype(np.float64)
        return recipe(x) + _noise(x, size)

    return _family(kind, recipe, _points(rng), f)


def _float32(rng, kind) -> Family:
    links = _links(rng, rng.integers(1, 3))
    narrow = Recipe(tuple((_narrow(a), s) for a, s in links), _narrow(_constants(rng)))

    def f(x):
        return narrow(np.real(x).astype(np.float32)).astype(np.float64)

    return _family(kind, narrow, _points(rng), f)


def _narrow(affine: Affine) -> Affine:
    return Affine(affine.a.astype(np.float32), affine.b.astype(np.float32))


_MAKERS = {
    "smooth": _smooth,
    "analytic": _smooth,
    "scaled": _scaled,
    "offset": _offset,
    "fast": _fast,
    "kink": _kinked,
    "near kink": _kinked,
    "noisy": _noisy,
    "float32": _float32,
}
