"""Reductions: axes, ties, empty input, large magnitudes."""

import math

import numpy as np
import pytest

from nn.layers import L2Normalize, LogSumExp, Max, Mean, Sum, Variance

EVERY = [Sum, Mean, Variance, Max, LogSumExp]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("axis", [2, -3, (0, 0), (1, -1)])
def test_axis_that_is_not_there_or_named_twice_is_refused(kind, axis):
    with pytest.raises(ValueError, match=r"each axis must lie in -2 .. 1 and be named once"):
        kind(axis).forward(np.ones((2, 3)))


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("keepdims", [False, True])
def test_shape_is_that_of_numpy(kind, keepdims, rng):
    x = rng.standard_normal((2, 3, 4))
    for axis in (None, 1, -1, (0, 2)):
        y = kind(axis, keepdims=keepdims).forward(x)
        assert y.shape == np.sum(x, axis=axis, keepdims=keepdims).shape


@pytest.mark.parametrize("kind", [Mean, Variance, Max, LogSumExp])
def test_nothing_to_reduce_is_refused(kind):
    with pytest.raises(ValueError, match=r"\(0, 3\).*one"):
        kind(0).forward(np.ones((0, 3)))


@pytest.mark.parametrize("kind", EVERY)
def test_empty_batch_passes_where_examples_are_reduced(kind):
    layer = kind(1)
    assert layer.forward(np.ones((0, 3))).shape == (0,)
    assert layer.backward(np.ones(0)).shape == (0, 3)


def test_nothing_sums_to_zero():
    layer = Sum(0)
    assert layer.forward(np.ones((0, 3))).tolist() == [0, 0, 0]
    assert layer.backward(np.ones(3)).shape == (0, 3)


def test_tied_maxima_share_the_gradient_evenly():
    layer = Max(1)
    layer.forward(np.array([[1.0, 7.0, 7.0], [2.0, 0.0, 1.0]]))
    dx = layer.backward(np.array([3.0, 5.0]))
    assert dx.tolist() == [[0, 1.5, 1.5], [5, 0, 0]]


def test_variance_needs_more_entries_than_its_correction():
    with pytest.raises(ValueError, match="holds 1 entries; more than correction=1"):
        Variance(0, correction=1).forward(np.ones((1, 3)))


def test_log_sum_exp_is_stable_at_a_thousand():
    layer = LogSumExp()
    for x, y in [([1000.0, 1000.0], 1000 + math.log(2)), ([-1000.0, -2000.0], -1000.0)]:
        np.testing.assert_allclose(layer.forward(np.array(x)), y, rtol=1e-15)


def test_variance_does_not_cancel_at_a_large_mean():
    x = np.array([1.0, 2.0, 3.0]) + 1e9
    np.testing.assert_allclose(Variance().forward(x), 2 / 3, rtol=1e-12)


def test_normalised_vectors_have_length_one_and_short_ones_are_scaled(rng):
    layer = L2Normalize(axis=1)
    y = layer.forward(rng.standard_normal((3, 5)))
    np.testing.assert_allclose((y**2).sum(axis=1), 1, rtol=1e-14)
    layer = L2Normalize(axis=0, eps=0.5)
    assert layer.forward(np.array([0.1, 0.2])).tolist() == [0.2, 0.4]
    assert layer.backward(np.array([1.0, 2.0])).tolist() == [2, 4]


def test_normalisation_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="eps must be positive"):
        L2Normalize(eps=0.0)
    with pytest.raises(ValueError, match=r"each axis must lie in -1 .. 0"):
        L2Normalize(axis=1).forward(np.ones(3))
