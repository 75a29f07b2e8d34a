"""How each kind of layer is fed: two sizes, so that a factor can be told from a length."""

import numpy as np

from gradcheck.model import Domain
from tests.support.layer_target import Feed, data, labels


def rows(layer: type) -> list[Feed]:
    """One input of two axes."""
    return [(layer, [data("x", 3, 5)]), (layer, [data("x", 7, 11)])]


def single_rows(layer: type) -> list[Feed]:
    """Batches of one example."""
    return [(layer, [data("x", 1, 5)]), (layer, [data("x", 1, 7)])]


def odd_rows(layer: type) -> list[Feed]:
    """Rows of a prime length, which windows of two do not divide."""
    return [(layer, [data("x", 3, 7)]), (layer, [data("x", 5, 11)])]


def cubes(layer: type) -> list[Feed]:
    """Batch, time, features."""
    return [(layer, [data("x", 2, 5, 3)]), (layer, [data("x", 5, 7, 3)])]


def affine(layer: type) -> list[Feed]:
    """Inputs of an affine layer."""
    return [
        (layer, [data("x", 3, 5)]),
        (lambda: layer(7, 11), [data("x", 13, 7)]),
        (layer, [data("x", 1, 5)]),
    ]


def square_affine(layer: type) -> list[Feed]:
    """As many features out as in, where a transpose goes unnoticed by shapes."""
    return [(lambda: layer(5, 5), [data("x", 3, 5)]), (lambda: layer(7, 7), [data("x", 5, 7)])]


def pairs(layer: type) -> list[Feed]:
    """Two operands of one shape."""
    return [
        (layer, [data("a", 3, 5), data("b", 3, 5)]),
        (layer, [data("a", 7, 11), data("b", 7, 11)]),
    ]


def divisions(layer: type) -> list[Feed]:
    """A divisor away from zero."""
    return [
        (layer, [data("a", n, d), data("b", n, d, domain=Domain.POSITIVE)])
        for n, d in ((3, 5), (7, 11))
    ]


def broadcast(layer: type) -> list[Feed]:
    """A matrix and a row."""
    return [
        (layer, [data("a", 3, 5), data("b", 5, batch=None)]),
        (layer, [data("a", 7, 11), data("b", 11, batch=None)]),
    ]


def products(layer: type) -> list[Feed]:
    """Two square factors."""
    return [
        (layer, [data("a", 5, 5), data("b", 5, 5, batch=None)]),
        (layer, [data("a", 7, 7), data("b", 7, 7, batch=None)]),
    ]


def indices(layer: type) -> list[Feed]:
    """More indices than rows, so that some repeat."""
    return [(layer, [labels("t", 7, bound=5)]), (layer, [labels("t", 11, bound=5)])]


def features(layer: type) -> list[Feed]:
    """Five features, as many as the layer has parameters."""
    return [(layer, [data("x", 7, 5)]), (lambda: layer(7), [data("x", 11, 7)])]


def twin_features(layer: type) -> list[Feed]:
    """Two inputs of five features, as many as the layer has parameters."""
    return [
        (lambda d=d: layer(d), [data("a", n, d), data("b", n, d)]) for n, d in ((3, 5), (2, 7))
    ]


def tall_cubes(layer: type) -> list[Feed]:
    """Batch, channels, and enough entries for a mean and a spread."""
    return [(layer, [data("x", 2, 3, 7)]), (layer, [data("x", 3, 2, 5)])]


def regressions(layer: type) -> list[Feed]:
    """Predictions and targets of one shape."""
    return [(layer, [data("x", n, d), data("t", n, d)]) for n, d in ((3, 5), (7, 11))]


def classes(layer: type) -> list[Feed]:
    """Logits and class numbers."""
    return [(layer, [data("x", n, d), labels("t", n, bound=d)]) for n, d in ((3, 5), (7, 11))]


def probabilities(layer: type) -> list[Feed]:
    """Probabilities and class numbers."""
    return [
        (layer, [data("p", n, d, domain=Domain.POSITIVE), labels("t", n, bound=d)])
        for n, d in ((3, 5), (7, 11))
    ]


def sequences(layer: type) -> list[Feed]:
    """Queries and keys."""
    return [(layer, [data("q", n, t, 4), data("k", n, t, 4)]) for n, t in ((2, 3), (3, 5))]


def with_nan(layer: type) -> list[Feed]:
    """An input with a NaN in it, as an author's own data may have."""
    return [(layer, [data("x", 3, values=np.array([1.0, np.nan, 2.0]), frozen=True)])]
