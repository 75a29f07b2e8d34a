"""How each kind of layer is fed: sizes that are distinct primes, and options off default."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.model import Domain, Leaf, Role
from tests.support.layer_target import Feed, data, labels
from tests.zoo.second_half.feedings import Array, Built, Option, fixed

#: Makes the arrays that a layer is fed.
Leaves = Callable[..., Sequence[Leaf]]
#: Options of the constructor with their values; pairs, since a feeding is hashed.
Options = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Sized:
    """Feed arrays that depend on some sizes, to layers built from some of these."""

    leaves: Leaves
    sizes: tuple[tuple[int, ...], ...]
    built: tuple[int, ...] = ()
    options: tuple[Options, ...] = ((), (), ())

    def __call__(self, layer: Callable[..., Any]) -> list[Feed]:
        """Return the feeds of a class."""
        return [
            (partial(layer, *(size[i] for i in self.built), **dict(given)), self.leaves(*size))
            for size, given in zip(self.sizes, self.options, strict=False)
        ]


def given(name: str, options: tuple[Any, ...]) -> tuple[Options, ...]:
    """Return an option of the constructor at each of some values."""
    return tuple(((name, value),) for value in options)


def mask(name: str, *shape: int, batch: int | None = 0) -> Leaf:
    """Return a leaf for a mask that is given."""
    return Leaf(name, shape, Role.FIXED, Domain.MASK, "bool", None, batch)


def alternating(name: str, n: int) -> Leaf:
    """Return a leaf for labels 0, 1, 0, 1 and so on."""
    values = np.arange(n) % 2
    return Leaf(name, (n,), Role.FIXED, Domain.LABELS, "int64", 2, 0, values, frozen=True)


_matrices, _trio = ((3, 5), (7, 11)), ((3, 5), (7, 11), (5, 3))

rows = Array(((3, 5), (7, 11), (2, 13)))
chances = Array(((3, 5), (7, 11)), Domain.UNIT)
odd_rows = Array(((3, 7), (5, 11)))
pairs_in_rows = Array(((3, 10), (5, 14)))
fours = Array(((3, 4), (7, 4)))
tall = Array(((7, 2), (11, 3)))
tens = Array(((3, 10), (7, 10)))
long_or_single = Array(((3, 7), (5, 1)))
series = Array(((2, 3, 5), (3, 7, 2)))
turning = Array(((2, 5, 4), (3, 7, 6)))
dealt = Array(((2, 6, 3), (3, 10, 2)))
images = Array(((2, 3, 5, 7), (3, 2, 7, 5)))
thin_images = Array(((2, 3, 5, 7), (3, 1, 7, 5)))
small_images = Array(((2, 3, 2, 3), (1, 2, 3, 5)))
cubic_images = Array(((2, 3, 3, 3), (3, 5, 5, 5)))
wide_images = Array(((2, 3, 7, 5), (3, 2, 5, 4)))

features = Built((1,), ((7, 5), (3, 11), (2, 3)))
dense = Built((1,), ((7, 5), (2, 11), (1, 5)))
steps = Built((2,), ((2, 5, 3), (3, 7, 2)))
square_steps = Built((2,), ((2, 5, 3), (3, 2, 7)), ((3,), (7,)))
stepped = Built((2,), ((2, 3, 5), (3, 2, 7)))
channels = Built((1,), ((2, 3, 5, 7), (3, 5, 2, 7)))
plain_channels = Built((1,), ((2, 3, 5, 4), (1, 2, 4, 7)))
groups = Built((1,), ((2, 6, 5), (3, 9, 4)))
strides = Built((1,), ((2, 2, 8), (3, 1, 11), (1, 3, 13)), ((3, 1), (2, 2), (3, 3)))
as_many_places = Built((1,), ((2, 2, 5), (3, 1, 12)), ((3, 1), (5, 2)))
unstrided = Built((1,), ((2, 2, 7), (3, 5, 5)), ((3,), (2,)))
crops = Built((1,), ((2, 2, 5), (3, 3, 4), (1, 2, 7)), ((3, 0), (2, 1), (3, 2)))

alphas = Option("alpha", (1.0, 0.3, 2.0))
powers = Option("p", (3.0, 2.5))
warmth = Option("temperature", (1.0, 2.0, 0.6))
quantiles = Option("q", (0.3, 0.8), ((3, 7), (5, 13)))
lengths = Option("length", (11, 17), ((3, 5), (2, 7)))
deals = Option("groups", (2, 3), ((2, 6, 5), (3, 12, 2)))

modes = Sized(lambda n, d: [data("x", n, d)], ((7, 5), (3, 5)), (), given("training", (1, 0)))
pairs = Sized(lambda n, d: [data("a", n, d), data("b", n, d)], _matrices)
square_pairs = Sized(pairs.leaves, ((3, 5), (2, 7)), (1,))
fits = Sized(lambda n, d: [data("y", n, d), data("t", n, d)], _matrices)
scores = Sized(lambda n, d: [data("y", n, d), fixed("t", n, d)], _matrices)
deltas = Sized(scores.leaves, _trio, (), given("delta", (1.0, 0.3, 2.0)))
kinds = Sized(
    lambda n, d: [data("a", n, d), data("b", n, d), alternating("t", n)], ((7, 3), (11, 2))
)
judged = Sized(lambda n, d: [data("y", n, d), fixed("t", n, d, domain=Domain.SIGNS)], _matrices)
machines = Sized(
    lambda n, d: [data("x", n, d), fixed("t", n, domain=Domain.SIGNS)],
    ((7, 5), (11, 3)),
    (1,),
)
members = Sized(
    lambda n, k, d: [data("x", n, d), labels("t", n, bound=k)],
    ((7, 3, 5), (11, 5, 2)),
    (1, 2),
)
targets = Sized(
    lambda n, k: [
        data("p", n, k, domain=Domain.SIMPLEX),
        fixed("t", n, k, domain=Domain.SIMPLEX),
    ],
    _matrices,
)
chosen = Sized(
    lambda n, k: [
        data("p", n, k, domain=Domain.SIMPLEX),
        fixed("t", n, k, domain=Domain.ONE_HOT),
    ],
    _matrices,
)
references = Sized(
    lambda n, k: [data("z", n, k), fixed("q", n, k, domain=Domain.SIMPLEX)], _matrices
)
one_hot = Sized(
    lambda n, k: [data("z", n, k), fixed("t", n, k, domain=Domain.ONE_HOT)], _matrices
)
binary = Sized(lambda n, d: [data("z", n, d), labels("t", n, d, bound=2)], _matrices)
gammas = Sized(binary.leaves, _trio, (), given("gamma", (2.0, 1.0, 3.0)))
logits = Sized(lambda n, k: [data("z", n, k)], _matrices)
tall_logits = Sized(logits.leaves, ((7, 2), (11, 3)))
temperatures = Sized(logits.leaves, _trio, (), given("temperature", (1.0, 2.0, 0.6)))
masked_logits = Sized(lambda n, k: [data("z", n, k), mask("keep", n, k)], ((3, 7), (5, 11)))
classes = Sized(
    lambda n, k: [data("z", n, k), labels("t", n, bound=k)],
    ((5, 7), (7, 3), (11, 3)),
    (),
    given("ignored", (-1, 0, 2)),
)
capped = Sized(lambda n, d: [data("x", n, d), data("hi", d, batch=None)], _matrices)
sparse = Sized(
    lambda n, d, m: [
        data("x", n, d),
        data("w", d, m, batch=None),
        mask("keep", d, m, batch=None),
    ],
    ((3, 5, 7), (7, 2, 3)),
)
solved = Sized(lambda n, d: [data("a", n, d, d), data("b", n, d)], ((2, 3), (3, 5)))
edges = Sized(
    lambda n, d, e: [
        data("x", n, d, batch=None),
        labels("source", e, bound=n, batch=None),
        labels("target", e, bound=n, batch=None),
    ],
    ((3, 5, 7), (5, 2, 11)),
)
mixtures = Sized(
    lambda n, d: [data("a", n, d), data("b", n, d), fixed("share", n, domain=Domain.UNIT)],
    _matrices,
)
insets = Sized(lambda n, d: [data("x", n, d), data("v", n, 2)], _matrices)
divisors = Sized(
    lambda n, d: [data("x", n, d), data("s", d, domain=Domain.POSITIVE, batch=None)], _matrices
)
crossings = Sized(lambda n, m: [data("a", n, 1), data("b", 1, m, batch=None)], _matrices)
square_crossings = Sized(crossings.leaves, ((3, 3), (5, 5)))
blurred = Sized(
    lambda n, c, h, w: [data("x", n, c, h, w), data("w", c, 3, 3, batch=None)],
    ((2, 3, 5, 4), (3, 2, 4, 5)),
)
numbered = Sized(
    lambda n, d, m: [data("x", n, d, batch=None), labels("t", m, bound=n)],
    ((5, 3, 7), (3, 2, 11)),
)
segments = Sized(lambda n, d: [data("x", n, d), labels("t", n, bound=4)], ((7, 3), (11, 2)))
words = Sized(
    lambda n, t, k: [labels("t", n, t, bound=k)], ((3, 7, 5), (5, 3, 5)), (), ((), (("d", 2),))
)
padded = Sized(words.leaves, ((3, 7, 5), (5, 4, 5)), (), given("padding", (None, 2)))
kept = Sized(lambda n, d: [data("x", n, d), mask("keep", n, d)], ((2, 13), (2, 17)))
cells = Sized(
    lambda n, d, m: [data("x", n, d), data("h", n, m), data("c", n, m)],
    ((2, 3, 5), (5, 7, 2)),
    (1, 2),
)
gates = Sized(
    lambda n, d, m: [data("x", n, d), data("h", n, m)], ((2, 3, 5), (5, 7, 2)), (1, 2)
)
queries = Sized(
    lambda n, d, t, m: [data("q", n, d), data("k", n, t, d), data("v", n, t, m)],
    ((2, 3, 5, 7), (3, 5, 2, 3)),
    (1,),
)
attended = Sized(
    lambda n, t, d: [data("q", n, t, d), data("k", n, t, d), data("v", n, t, d)],
    ((2, 3, 5), (3, 5, 2)),
)
