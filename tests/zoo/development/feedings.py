"""How each kind of layer is fed: sizes that are distinct primes, and options off default."""

from dataclasses import dataclass
from functools import partial

from gradcheck.model import Domain
from tests.support.layer_target import data, labels
from tests.zoo.development.declaring import Feed

_SIZES = ((3, 5), (7, 11), (2, 13))


def rows(layer: type) -> list[Feed]:
    """One matrix."""
    return [(f"N={n},D={d}", layer, [data("x", n, d)]) for n, d in _SIZES]


def even_rows(layer: type) -> list[Feed]:
    """One matrix of which every row can be halved."""
    return [(f"N={n},D={d}", layer, [data("x", n, d)]) for n, d in ((3, 10), (7, 14))]


def shuffled_rows(layer: type) -> list[Feed]:
    """As many columns as groups divide, and not the groups' square."""
    return [
        ("N=2,D=15,groups=3", layer, [data("x", 2, 15)]),
        ("N=3,D=35,groups=5", lambda: layer(5), [data("x", 3, 35)]),
    ]


@dataclass(frozen=True)
class Option:
    """Feed one matrix, with an option of the constructor at each of some values."""

    name: str
    values: tuple[float, ...]

    def __call__(self, layer: type) -> list[Feed]:
        """Return the feeds of a class."""
        return [
            (
                f"N={n},D={d},{self.name}={v}",
                partial(layer, **{self.name: v}),
                [data("x", n, d)],
            )
            for v, (n, d) in zip(self.values, _SIZES, strict=False)
        ]


def evaluated_rows(layer: type) -> list[Feed]:
    """Training and evaluation of a layer of one matrix."""
    return [
        ("N=3,D=5,training=True", layer, [data("x", 3, 5)]),
        ("N=7,D=5,training=False", lambda: layer(training=False), [data("x", 7, 5)]),
        ("N=11,D=5,training=False", lambda: layer(training=False), [data("x", 11, 5)]),
    ]


def features(layer: type) -> list[Feed]:
    """A matrix, with parameters for each of its columns."""
    return [
        (f"N={n},D={d}", lambda d=d: layer(d), [data("x", n, d)])
        for n, d in ((7, 5), (3, 11), (13, 2))
    ]


def evaluated_features(layer: type) -> list[Feed]:
    """The same in training and in evaluation."""
    return [
        (
            f"N={n},D={d},training={on}",
            lambda d=d, on=on: layer(d, training=on),
            [data("x", n, d)],
        )
        for n, d, on in ((7, 5, True), (3, 5, False), (5, 11, False))
    ]


def epsilons(layer: type) -> list[Feed]:
    """The same with an epsilon that can be seen."""
    return [
        (f"N={n},D={d},eps={eps}", lambda d=d, eps=eps: layer(d, eps), [data("x", n, d)])
        for n, d, eps in ((3, 5, 0.1), (7, 11, 0.3))
    ]


def row_added(layer: type) -> list[Feed]:
    """A matrix and a row."""
    return [
        (f"N={n},D={d}", layer, [data("a", n, d), data("b", d, batch=None)]) for n, d in _SIZES
    ]


def square_row_added(layer: type) -> list[Feed]:
    """A square matrix and a row, where axes cannot be told by length."""
    return [
        (f"N={n},D={n}", layer, [data("a", n, n), data("b", n, batch=None)]) for n in (3, 5)
    ]


def column_multiplied(layer: type) -> list[Feed]:
    """A matrix and a column."""
    return [(f"N={n},D={d}", layer, [data("a", n, d), data("b", n, 1)]) for n, d in _SIZES]


def pairs(layer: type) -> list[Feed]:
    """Two matrices of one shape."""
    return [(f"N={n},D={d}", layer, [data("a", n, d), data("b", n, d)]) for n, d in _SIZES]


def quotients(layer: type) -> list[Feed]:
    """Two matrices, the second above zero."""
    return [
        (f"N={n},D={d}", layer, [data("a", n, d), data("b", n, d, domain=Domain.POSITIVE)])
        for n, d in _SIZES
    ]


def powers(layer: type) -> list[Feed]:
    """Two matrices, the first above zero."""
    return [
        (f"N={n},D={d}", layer, [data("a", n, d, domain=Domain.POSITIVE), data("b", n, d)])
        for n, d in _SIZES
    ]


def affine(layer: type) -> list[Feed]:
    """Inputs of an affine layer; one batch holds a single example."""
    return [
        ("N=7,D=5,M=3", layer, [data("x", 7, 5)]),
        ("N=2,D=11,M=13", lambda: layer(11, 13), [data("x", 2, 11)]),
        ("N=1,D=5,M=3", layer, [data("x", 1, 5)]),
    ]


def square_affine(layer: type) -> list[Feed]:
    """As many features out as in."""
    return [
        (f"N={n},D={d},M={d}", lambda d=d: layer(d, d), [data("x", n, d)])
        for n, d in ((3, 5), (5, 7))
    ]


def square_products(layer: type) -> list[Feed]:
    """Two square factors."""
    return [(f"N={n}", layer, [data("a", n, n), data("b", n, n, batch=None)]) for n in (3, 5)]


def bilinear(layer: type) -> list[Feed]:
    """Two matrices of one shape, and weights between their columns."""
    return [
        (f"N={n},D={d}", lambda d=d: layer(d), [data("a", n, d), data("b", n, d)])
        for n, d in ((3, 5), (7, 2))
    ]


def signals(layer: type) -> list[Feed]:
    """Channels over time."""
    return [
        ("N=2,C=3,L=7", layer, [data("x", 2, 3, 7)]),
        ("N=3,C=2,L=11,k=5", lambda: layer(2, 3, 5), [data("x", 3, 2, 11)]),
    ]


def strided_signals(layer: type) -> list[Feed]:
    """The same, with strides."""
    return [
        ("N=2,C=3,L=7,stride=1", layer, [data("x", 2, 3, 7)]),
        ("N=3,C=3,L=11,stride=2", lambda: layer(stride=2), [data("x", 3, 3, 11)]),
        ("N=2,C=3,L=13,stride=3", lambda: layer(stride=3, k=5), [data("x", 2, 3, 13)]),
    ]


def images(layer: type) -> list[Feed]:
    """Channels over two axes."""
    return [
        ("N=2,C=2,H=5,W=7", layer, [data("x", 2, 2, 5, 7)]),
        ("N=3,C=1,H=7,W=5", lambda: layer(1, 2, 2), [data("x", 3, 1, 7, 5)]),
    ]


def pooled_images(layer: type) -> list[Feed]:
    """Channels over two axes that windows divide."""
    return [
        ("N=2,C=3,H=4,W=6,k=2", layer, [data("x", 2, 3, 4, 6)]),
        ("N=1,C=2,H=6,W=9,k=3", lambda: layer(3), [data("x", 1, 2, 6, 9)]),
    ]


def words(layer: type) -> list[Feed]:
    """More words than the vocabulary holds, so that some repeat."""
    return [
        ("N=7,V=5,D=3", layer, [labels("t", 7, bound=5)]),
        ("N=13,V=7,D=2", lambda: layer(7, 2), [labels("t", 13, bound=7)]),
    ]


def gathered(layer: type) -> list[Feed]:
    """More picks than rows."""
    return [
        (
            f"V={v},D={d},N={n}",
            layer,
            [data("x", v, d, batch=None), labels("t", n, bound=v, batch=None)],
        )
        for v, d, n in ((5, 3, 7), (3, 2, 11))
    ]


def attention(layer: type) -> list[Feed]:
    """As many queries as keys."""
    return [
        (
            f"N={n},T={t},D={d},M={m}",
            layer,
            [data("q", n, t, d), data("k", n, t, d), data("v", n, t, m)],
        )
        for n, t, d, m in ((2, 3, 5, 7), (3, 5, 2, 3))
    ]


def sequences(layer: type) -> list[Feed]:
    """Batch, time, features."""
    return [
        ("N=2,T=5,D=3,M=5", layer, [data("x", 2, 5, 3)]),
        ("N=3,T=7,D=2,M=3", lambda: layer(2, 3), [data("x", 3, 7, 2)]),
    ]


def states(layer: type) -> list[Feed]:
    """An input and the last state."""
    return [
        ("N=2,D=3,M=5", layer, [data("x", 2, 3), data("h", 2, 5)]),
        ("N=5,D=7,M=2", lambda: layer(7, 2), [data("x", 5, 7), data("h", 5, 2)]),
    ]


def two_states(layer: type) -> list[Feed]:
    """An input, the last state and the last memory."""
    return [
        ("N=2,D=3,M=5", layer, [data("x", 2, 3), data("h", 2, 5), data("c", 2, 5)]),
        (
            "N=5,D=7,M=2",
            lambda: layer(7, 2),
            [data("x", 5, 7), data("h", 5, 2), data("c", 5, 2)],
        ),
    ]


def regressions(layer: type) -> list[Feed]:
    """Predictions and targets."""
    return [(f"N={n},D={d}", layer, [data("y", n, d), data("t", n, d)]) for n, d in _SIZES]


def bends(layer: type) -> list[Feed]:
    """The same, with the bend of a Huber loss."""
    return [
        (
            f"N={n},D={d},delta={v}",
            lambda v=v: layer(v),
            [data("y", n, d), data("t", n, d)],
        )
        for v, (n, d) in zip((1.0, 0.5, 2.0), _SIZES, strict=True)
    ]


def classes(layer: type) -> list[Feed]:
    """Logits and labels."""
    return [
        (f"N={n},K={k}", layer, [data("z", n, k), labels("t", n, bound=k)]) for n, k in _SIZES
    ]


def smoothed_classes(layer: type) -> list[Feed]:
    """The same, with labels that are smoothed."""
    return [
        (
            f"N={n},K={k},smoothing={v}",
            lambda v=v: layer(v),
            [data("z", n, k), labels("t", n, bound=k)],
        )
        for v, (n, k) in zip((0.0, 0.1, 0.3), _SIZES, strict=True)
    ]


def distributions(layer: type) -> list[Feed]:
    """Two distributions."""
    return [
        (
            f"N={n},K={k}",
            layer,
            [
                data("p", n, k, domain=Domain.SIMPLEX),
                data(other, n, k, domain=Domain.SIMPLEX),
            ],
        )
        for n, k in ((3, 5), (7, 2))
        for other in (["q"] if "Kl" in layer.__name__ else ["t"])
    ]


def chances(layer: type) -> list[Feed]:
    """Probabilities and binary labels."""
    return [
        (
            f"N={n}",
            layer,
            [data("p", n, domain=Domain.UNIT), labels("t", n, bound=2)],
        )
        for n in (5, 11)
    ]


def scores(layer: type) -> list[Feed]:
    """Scores and binary labels."""
    return [(f"N={n}", layer, [data("y", n), labels("t", n, bound=2)]) for n in (7, 13)]


def penalised(layer: type) -> list[Feed]:
    """A linear fit with its penalty."""
    return [
        (
            f"N={n},D={d},penalty={v}",
            lambda d=d, v=v: layer(d, v),
            [data("x", n, d), data("t", n)],
        )
        for n, d, v in ((7, 5, 0.3), (11, 3, 0.7))
    ]


def latents(layer: type) -> list[Feed]:
    """Means and log-variances."""
    return [
        (f"N={n},D={d}", layer, [data("mean", n, d), data("logvar", n, d)]) for n, d in _SIZES
    ]


def cubes(layer: type) -> list[Feed]:
    """Batch and two axes of different lengths."""
    return [
        ("N=2,H=3,W=5", layer, [data("x", 2, 3, 5)]),
        ("N=3,H=7,W=2", layer, [data("x", 3, 7, 2)]),
    ]


def padded(layer: type) -> list[Feed]:
    """Rows with padding of two, of one and of none."""
    return [
        (f"N={n},D={d},width={w}", lambda w=w: layer(w), [data("x", n, d)])
        for w, (n, d) in zip((2, 1, 0), _SIZES, strict=True)
    ]


def windows(layer: type) -> list[Feed]:
    """Windows that stand apart, and windows that overlap."""
    return [
        ("N=3,D=6,k=2,stride=2", layer, [data("x", 3, 6)]),
        ("N=2,D=11,k=3,stride=1", lambda: layer(3, 1), [data("x", 2, 11)]),
        ("N=5,D=13,k=3,stride=2", lambda: layer(3, 2), [data("x", 5, 13)]),
    ]
