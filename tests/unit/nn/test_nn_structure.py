"""Shapes, embeddings, products of matrices: closed forms and refusals."""

import numpy as np
import pytest

from nn.layers import (
    Concatenate,
    Embedding,
    Flatten,
    MatMul,
    Pad,
    Reshape,
    Slice,
    Transpose,
)


@pytest.fixture
def x():
    return np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Reshape((4, -1)), lambda x: x.reshape(2, 4, 3)),
        (Reshape(12), lambda x: x.reshape(2, 12)),
        (Flatten(), lambda x: x.reshape(2, 12)),
        (Transpose(), lambda x: x.swapaxes(1, 2)),
        (Transpose((2, 0, -2)), lambda x: x.transpose(2, 0, 1)),
        (Slice(1, 3), lambda x: x[..., 1:3]),
        (Slice(-1, step=-2, axis=1), lambda x: x[:, -1::-2]),
        (Slice(1, 99, axis=0), lambda x: x[1:99]),
        (Pad(2), lambda x: np.pad(x, ((0, 0), (0, 0), (2, 2)))),
        (
            Pad([(0, 1), (2, 0)], value=7.0),
            lambda x: np.pad(x, ((0, 0), (0, 1), (2, 0)), constant_values=7),
        ),
    ],
)
def test_entries_move_as_in_numpy_and_back(layer, expected, x, rng):
    y = layer.forward(x)
    assert np.array_equal(y, expected(x))
    # Moving is linear: the backward pass is its transpose.
    dout = rng.standard_normal(y.shape)
    dx = layer.backward(dout)
    offset = expected(np.zeros_like(x))
    np.testing.assert_allclose(np.sum(dx * x), np.sum(dout * (y - offset)), rtol=1e-12)


def test_concatenation_gives_each_operand_its_part(rng):
    a, b = rng.standard_normal((2, 3)), rng.standard_normal((2, 1))
    layer = Concatenate(axis=1)
    assert np.array_equal(layer.forward(a, b), np.hstack([a, b]))
    da, db = layer.backward(np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]]))
    assert da.tolist() == [[1, 2, 3], [5, 6, 7]]
    assert db.tolist() == [[4], [8]]


@pytest.mark.parametrize("layer", [Reshape((2, -1)), Flatten(), Transpose((0, 2, 1)), Pad(1)])
def test_empty_batch_passes(layer):
    y = layer.forward(np.ones((0, 2, 3)))
    assert y.shape[0] == 0
    assert layer.backward(y).shape == (0, 2, 3)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Reshape((-1, -1)), "at most one -1"),
        (lambda: Reshape(-2), "lengths from 0 on"),
        (lambda: Reshape(5).forward(np.ones((2, 6))), r"\(2, 6\).*shape=\(5,\)"),
        (lambda: Reshape((4, -1)).forward(np.ones((2, 6))), r"as many entries"),
        (lambda: Reshape(1).forward(np.ones(())), r"shape \(\)"),
        (lambda: Transpose((3, 1, 2)).forward(np.ones((2, 3, 4))), "each of its axes once"),
        (lambda: Transpose((1, 0)).forward(np.ones(())), "each of its axes once"),
        (lambda: Transpose((0, 0)).forward(np.ones((2, 3))), "each of its axes once"),
        (lambda: Transpose((0, 1, 2)).forward(np.ones((2, 3))), "each of its axes once"),
        (lambda: Transpose().forward(np.ones(3)), r"shape \(3,\)"),
        (lambda: Concatenate(0).forward(np.ones((2, 3)), np.ones((2, 4))), "must agree"),
        (lambda: Concatenate(2).forward(np.ones((2, 3)), np.ones((2, 3))), "axis=2"),
        (lambda: Concatenate(0).forward(np.ones(3), np.ones((3, 1))), "must agree"),
        (lambda: Slice(step=0), "must not be 0"),
        (lambda: Slice(axis=2).forward(np.ones((2, 3))), "has no axis 2"),
        (lambda: Pad(-1), "must not be negative"),
        (lambda: Pad([(1, 1), (1, 1)]).forward(np.ones(3)), "needs 2 axes or more"),
        (
            lambda: MatMul().forward(np.ones((2, 3)), np.ones((2, 3))),
            r"\(2, 3\) and b \(2, 3\)",
        ),
        (lambda: MatMul().forward(np.ones((2, 1, 3)), np.ones((3, 3, 1))), "equal or 1"),
        (lambda: MatMul().forward(np.ones(()), np.ones(3)), r"shape \(\)"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_shapes(act, message):
    with pytest.raises(ValueError, match=message):
        act()


# ---- embedding ------------------------------------------------------------------------------


def test_repeated_index_adds_up_and_an_absent_one_gets_nothing(rng):
    layer = Embedding(4, 2, rng=rng)
    y = layer.forward(np.array([1, 3, 1]))
    assert np.array_equal(y, layer.params["W"][[1, 3, 1]])
    assert layer.backward(np.array([[1.0, 2], [3, 4], [5, 6]])) is None
    assert layer.grads["W"].tolist() == [[0, 0], [6, 8], [0, 0], [3, 4]]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array([0, 4]), "must lie in 0 .. 3: 1 of 2 do not, the first is 4"),
        (np.array([-1]), "must lie in 0 .. 3"),
        (np.array([1.0]), "whole numbers, got dtype float64"),
    ],
)
def test_index_out_of_range_is_refused(x, message, rng):
    with pytest.raises(ValueError, match=message):
        Embedding(4, 2, rng=rng).forward(x)


def test_embedding_needs_positive_sizes(rng):
    with pytest.raises(ValueError, match="vocab_size=0"):
        Embedding(0, 2, rng=rng)


def test_embedding_takes_no_indices_at_all(rng):
    layer = Embedding(4, 2, rng=rng)
    assert layer.forward(np.zeros((0, 3), int)).shape == (0, 3, 2)
    layer.backward(np.zeros((0, 3, 2)))
    assert not layer.grads["W"].any()


# ---- products -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3,), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3,)),
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (6, 3, 4)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3,)),
        ((0, 2, 3), (3, 4)),
        ((2, 0), (0, 4)),
    ],
)
def test_product_follows_numpy_and_its_gradients_are_derivatives(a, b, rng, numeric):
    a, b = rng.standard_normal(a), rng.standard_normal(b)
    layer = MatMul()
    y = layer.forward(a, b)
    assert np.array_equal(y, a @ b)
    dout = np.asarray(rng.standard_normal(y.shape))
    for claimed, operand in zip(layer.backward(dout), (a, b), strict=True):
        assert claimed.shape == operand.shape
        expected = numeric(lambda: np.sum(dout * (a @ b)), operand)
        np.testing.assert_allclose(claimed, expected, rtol=1e-7, atol=1e-8)
