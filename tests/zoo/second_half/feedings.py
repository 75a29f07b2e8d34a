"""How each kind of layer is fed: sizes that are distinct primes, and options off default."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from gradcheck.model import Domain, Leaf, Role
from tests.support.layer_target import Feed, data, labels


def fixed(name: str, *shape: int, domain: Domain = Domain.REAL, batch: int | None = 0) -> Leaf:
    """Return a leaf that is given and not differentiated."""
    return Leaf(name, shape, Role.FIXED, domain, batch_axis=batch)


@dataclass(frozen=True)
class Array:
    """Feed one array `x`, of each of some shapes."""

    shapes: tuple[tuple[int, ...], ...]
    domain: Domain = Domain.REAL

    def __call__(self, layer: type[Any]) -> list[Feed]:
        """Return the feeds of a class."""
        return [(layer, [data("x", *shape, domain=self.domain)]) for shape in self.shapes]


@dataclass(frozen=True)
class Option:
    """Feed one array, with an option of the constructor at each of some values."""

    name: str
    values: tuple[Any, ...]
    shapes: tuple[tuple[int, ...], ...] = ((3, 7), (5, 11), (2, 13))

    def __call__(self, layer: type[Any]) -> list[Feed]:
        """Return the feeds of a class."""
        return [
            (partial(layer, **{self.name: value}), [data("x", *shape)])
            for value, shape in zip(self.values, self.shapes, strict=False)
        ]


@dataclass(frozen=True)
class Built:
    """Feed one array to layers that are built for some lengths of its axes."""

    axes: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    rest: tuple[tuple[Any, ...], ...] = ((), (), ())

    def __call__(self, layer: type[Any]) -> list[Feed]:
        """Return the feeds of a class."""
        return [
            (partial(layer, *(shape[i] for i in self.axes), *rest), [data("x", *shape)])
            for shape, rest in zip(self.shapes, self.rest, strict=False)
        ]


rows = Array(((3, 5), (7, 11), (2, 13)))
sevens = Array(((3, 7), (5, 7)))
shares = Array(((3, 5), (7, 11)), Domain.POSITIVE)
halves = Array(((3, 10), (7, 10)))
couples = Array(((3, 10), (7, 14)))
cubes = Array(((2, 3, 5), (3, 7, 2)))
signals = Array(((2, 3, 7), (5, 2, 11)))
odd_images = Array(((2, 3, 5, 7), (3, 2, 5, 7)))
even_images = Array(((2, 3, 4, 6), (3, 1, 6, 10)))
shuffled = Array(((2, 4, 3, 5), (1, 8, 5, 2)))
dealt = Array(((2, 5, 6), (3, 7, 15)))

features = Built((1,), ((7, 5), (3, 11), (13, 2)))
dense = Built((1,), ((7, 5), (2, 11), (1, 5)), ((3,), (13,), (3,)))
square_dense = Built((1,), ((3, 5), (2, 7)))
heads = Built((1,), ((7, 5), (3, 11), (1, 5)))
grouped = Built((1,), ((3, 6), (5, 10)), ((2,), (2,)))
places = Built((1, 2), ((2, 5, 3), (3, 7, 2)))
steps = Built((2,), ((2, 5, 3), (3, 5, 7)))
square_steps = Built((2,), ((2, 5, 3), (3, 5, 7)), ((5,), (2,)))
channels = Built((1,), ((2, 3, 5, 7), (3, 5, 2, 7)))
square_channels = Built((1,), ((3, 3, 5, 7), (5, 5, 2, 3)))
kernels = Built((1,), ((2, 3, 7), (3, 2, 11)), ((3,), (5,)))

frequencies = Option("w", (1.0, 3.0, 0.4))
opened = Option("theta", (0.0, 0.6, -0.4))
low = Option("theta", (-0.5, -0.3))
alphas = Option("alpha", (1.0, 0.4, 2.0))
dilations = Option("dilation", (1, 2, 3))
dropped = Option("p", (0.5, 0.3), ((3, 7, 5), (5, 11, 2)))
strides = Option("stride", (2, 3), ((3, 7), (2, 5)))


def modes(layer: type[Any]) -> list[Feed]:
    """Training, and evaluation of two batches."""
    return [
        (partial(layer, training=on), [data("x", n, 5)])
        for n, on in ((7, True), (3, False), (11, False))
    ]


def one_number(layer: type[Any]) -> list[Feed]:
    """Rows for a layer with options off their default."""
    return [(layer, [data("x", 3, 5)]), (partial(layer, 3.0), [data("x", 7, 11)])]


def affine(layer: type[Any]) -> list[Feed]:
    """Input, weights and bias as arguments; as many features out as in."""
    return [
        (layer, [data("x", n, d), data("w", d, d, batch=None), data("b", d, batch=None)])
        for n, d in ((3, 5), (2, 7))
    ]


def pairs(layer: type[Any]) -> list[Feed]:
    """Two matrices of one shape."""
    return [(layer, [data("a", n, d), data("b", n, d)]) for n, d in ((3, 5), (7, 11))]


def batched(layer: type[Any]) -> list[Feed]:
    """Two stacks of square matrices."""
    return [(layer, [data("a", n, d, d), data("b", n, d, d)]) for n, d in ((2, 3), (3, 5))]


def shared(layer: type[Any]) -> list[Feed]:
    """A stack of matrices and one matrix."""
    return [
        (layer, [data("a", n, i, k), data("b", k, j, batch=None)])
        for n, i, k, j in ((3, 2, 5, 7), (5, 3, 2, 11))
    ]


def clouds(layer: type[Any]) -> list[Feed]:
    """Points and centres."""
    return [
        (layer, [data("x", n, d), data("c", m, d, batch=None)])
        for n, m, d in ((5, 3, 2), (3, 7, 5))
    ]


def convolved(layer: type[Any]) -> list[Feed]:
    """Images and kernels of three by three."""
    return [
        (layer, [data("x", n, c, h, w), data("w", o, c, 3, 3, batch=None)])
        for n, c, h, w, o in ((2, 2, 5, 4, 3), (3, 1, 4, 7, 2))
    ]


def graphs(layer: type[Any]) -> list[Feed]:
    """Nodes with features, and weighted edges that run one way."""
    return [
        (
            partial(layer, d, m),
            [data("x", n, d, batch=None), fixed("edges", n, n, batch=None)],
        )
        for n, d, m in ((5, 3, 2), (7, 2, 5))
    ]


def attention(layer: type[Any]) -> list[Feed]:
    """As many queries as keys."""
    return [
        (layer, [data("q", n, t, d), data("k", n, t, d), data("v", n, t, m)])
        for n, t, d, m in ((2, 3, 5, 7), (3, 5, 2, 3))
    ]


def states(layer: type[Any]) -> list[Feed]:
    """An input and the last state."""
    return [
        (layer, [data("x", 2, 3), data("h", 2, 5)]),
        (partial(layer, 7, 2), [data("x", 5, 7), data("h", 5, 2)]),
    ]


def bags(layer: type[Any]) -> list[Feed]:
    """More words than the vocabulary holds."""
    return [
        (layer, [labels("t", 7, 3, bound=5)]),
        (partial(layer, 7, 2), [labels("t", 5, 4, bound=7)]),
    ]


def unpooled(layer: type[Any]) -> list[Feed]:
    """Rows, and where each of them begins."""
    return [(layer, [data("x", n, d), labels("t", n, bound=11)]) for n, d in ((3, 5), (7, 2))]


def masked(layer: type[Any]) -> list[Feed]:
    """Rows and a mask."""
    return [
        (
            layer,
            [data("x", n, d), Leaf("keep", (n, d), Role.FIXED, Domain.MASK, "bool", None, 0)],
        )
        for n, d in ((3, 7), (5, 11))
    ]


def regressions(layer: type[Any]) -> list[Feed]:
    """Predictions, and targets that are given; one batch is a single example."""
    return [(layer, [data("y", n, d), fixed("t", n, d)]) for n, d in ((3, 5), (7, 11), (1, 5))]


def quantiles(layer: type[Any]) -> list[Feed]:
    """The same with a quantile."""
    return [
        (partial(layer, q), [data("y", n, d), fixed("t", n, d)])
        for q, n, d in ((0.5, 3, 5), (0.9, 7, 11), (0.2, 5, 3))
    ]


def weighted(layer: type[Any]) -> list[Feed]:
    """Predictions, targets and a weight for each example."""
    return [
        (layer, [data("y", n, d), fixed("t", n, d), fixed("w", n, domain=Domain.POSITIVE)])
        for n, d in ((3, 5), (7, 11))
    ]


def rates(layer: type[Any]) -> list[Feed]:
    """Rates and counts."""
    return [
        (layer, [data("rate", n, d, domain=Domain.POSITIVE), labels("t", n, d, bound=5)])
        for n, d in ((3, 5), (7, 11))
    ]


def spreads(layer: type[Any]) -> list[Feed]:
    """Means, variances and targets."""
    return [
        (
            layer,
            [data("mean", n, d), data("var", n, d, domain=Domain.POSITIVE), fixed("t", n, d)],
        )
        for n, d in ((3, 5), (7, 11))
    ]


def chances(layer: type[Any]) -> list[Feed]:
    """Chances and binary labels."""
    return [
        (layer, [data("p", n, d, domain=Domain.UNIT), labels("t", n, d, bound=2)])
        for n, d in ((3, 5), (7, 11))
    ]


def triplets(layer: type[Any]) -> list[Feed]:
    """Three matrices of one shape."""
    return [
        (layer, [data("a", n, d), data("p", n, d), data("n", n, d)])
        for n, d in ((7, 3), (11, 5))
    ]


def classes(layer: type[Any]) -> list[Feed]:
    """Logits and labels."""
    return [
        (layer, [data("z", n, k), labels("t", n, bound=k)])
        for n, k in ((3, 5), (7, 11), (13, 3))
    ]


def weighted_classes(layer: type[Any]) -> list[Feed]:
    """The same with a weight for each class."""
    return [
        (partial(layer, weights=w), [data("z", n, len(w)), labels("t", n, bound=len(w))])
        for n, w in ((7, (1.0,) * 5), (11, (0.2, 3.0, 1.0)), (5, (2.0, 0.5, 1.0, 0.1, 4.0)))
    ]


def distributions(layer: type[Any]) -> list[Feed]:
    """Distributions and labels."""
    return [
        (layer, [data("p", n, k, domain=Domain.SIMPLEX), labels("t", n, bound=k)])
        for n, k in ((3, 5), (7, 2))
    ]


def penalised(layer: type[Any]) -> list[Feed]:
    """A linear fit with its penalties."""
    return [
        (partial(layer, d, *penalties), [data("x", n, d), fixed("t", n)])
        for n, d, penalties in ((7, 5, ()), (11, 3, (0.4, 0.9)))
    ]


def decayed(layer: type[Any]) -> list[Feed]:
    """Weights with a decay."""
    return [
        (layer, [data("x", 7, 5)]),
        (partial(layer, 3, 2, 0.9), [data("x", 11, 3)]),
    ]


def low_rank(layer: type[Any]) -> list[Feed]:
    """A layer with an addition of low rank, with two scales."""
    return [
        (layer, [data("x", 7, 5)]),
        (partial(layer, 3, 11, 0.3), [data("x", 2, 3)]),
    ]
