"""Normalisations and dropout: statistics, modes, refusals."""

import copy

import numpy as np
import pytest

from nn.containers import Sequential
from nn.layers import BatchNorm, Dropout, GroupNorm, LayerNorm, RMSNorm


def test_batch_norm_gives_each_channel_mean_beta_and_deviation_gamma(rng):
    layer = BatchNorm(3, eps=1e-12)
    layer.params["gamma"][...], layer.params["beta"][...] = [1, 2, 3], [4, 5, 6]
    y = layer.forward(5 * rng.standard_normal((8, 3, 4, 5)) + 7)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), [4, 5, 6], rtol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), [1, 2, 3], rtol=1e-10)


def test_running_statistics_approach_those_of_the_data_and_serve_afterwards(rng):
    layer, x = BatchNorm(2, momentum=0.5), 3 * rng.standard_normal((50, 2)) + 1
    for _ in range(60):
        layer.forward(x)
    np.testing.assert_allclose(layer.running_mean, x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var, x.var(axis=0, ddof=1), rtol=1e-12)
    layer.eval()
    kept = copy.deepcopy(layer.buffers)
    one = layer.forward(x[:1])
    expected = (x[:1] - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + layer.eps)
    np.testing.assert_allclose(one, expected, rtol=1e-12)
    for name, value in layer.buffers.items():
        assert np.array_equal(value, kept[name])


def test_backward_belongs_to_the_mode_of_its_forward(rng):
    layer, x = BatchNorm(2), rng.standard_normal((5, 2))
    layer.forward(x)
    layer.eval()
    dx = layer.backward(rng.standard_normal((5, 2)))
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-14)


def test_batch_of_one_is_beta_and_gives_no_gradient():
    layer = BatchNorm(2)
    layer.params["beta"][...] = 3
    assert layer.forward(np.array([[5.0, 7.0]])).tolist() == [[3, 3]]
    assert layer.backward(np.ones((1, 2))).tolist() == [[0, 0]]
    assert np.isfinite(layer.running_var).all()


def test_empty_batch_moves_no_statistics():
    layer = BatchNorm(2)
    assert layer.forward(np.ones((0, 2, 3))).shape == (0, 2, 3)
    assert layer.backward(np.ones((0, 2, 3))).shape == (0, 2, 3)
    assert layer.running_mean.tolist() == [0, 0]


@pytest.mark.parametrize(
    "make", [lambda: LayerNorm(4), lambda: RMSNorm(4), lambda: GroupNorm(2, 4)]
)
def test_empty_batch_passes(make):
    layer = make()
    assert layer.forward(np.ones((0, 4))).shape == (0, 4)
    assert layer.backward(np.ones((0, 4))).shape == (0, 4)
    assert not layer.grads["gamma"].any()


def test_group_of_all_channels_is_layer_norm_and_groups_of_one_are_not(rng):
    x, dout = rng.standard_normal((2, 3, 4, 4))[:, :, 0], rng.standard_normal((2, 3, 4))
    group, layer = GroupNorm(1, 3), LayerNorm((3, 4))
    np.testing.assert_allclose(group.forward(x), layer.forward(x), rtol=1e-12)
    np.testing.assert_allclose(group.backward(dout), layer.backward(dout), rtol=1e-11)
    alone = GroupNorm(3, 3).forward(x)
    np.testing.assert_allclose(alone.mean(axis=2), 0, atol=1e-14)


def test_rms_norm_does_not_subtract_the_mean():
    y = RMSNorm(4, eps=1e-15).forward(np.full((1, 4), 3.0))
    np.testing.assert_allclose(y, np.ones((1, 4)), rtol=1e-12)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: BatchNorm(0), "sizes must be positive whole numbers, got num_features=0"),
        (lambda: BatchNorm(2, eps=0), "eps must be positive"),
        (lambda: BatchNorm(2, momentum=1.5), "momentum must lie in"),
        (lambda: BatchNorm(2).forward(np.ones((4, 3))), r"x has shape \(4, 3\).*\(N, 2\)"),
        (lambda: BatchNorm(2).forward(np.ones(2)), r"x has shape \(2,\)"),
        (lambda: LayerNorm(()), "lengths must be positive"),
        (lambda: LayerNorm((3, 0)), "lengths must be positive"),
        (lambda: LayerNorm(3, eps=-1), "eps must be positive"),
        (lambda: LayerNorm((3, 4)).forward(np.ones((3, 5))), r"must end in \(3, 4\)"),
        (lambda: LayerNorm((3, 4)).forward(np.ones(4)), r"must end in \(3, 4\)"),
        (lambda: RMSNorm(3).forward(np.ones((3, 4))), r"must end in \(3,\)"),
        (lambda: RMSNorm(0), "lengths must be positive"),
        (lambda: GroupNorm(2, 3), "num_groups=2 must divide num_channels=3"),
        (lambda: GroupNorm(2, 4).forward(np.ones((2, 3, 5))), r"x has shape \(2, 3, 5\)"),
        (lambda: GroupNorm(2, 4).forward(np.ones((2, 4, 0))), "an entry or more"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_shapes(act, message):
    with pytest.raises(ValueError, match=message):
        act()


def test_refused_batch_moves_no_statistics(rng):
    layer = BatchNorm(2)
    with pytest.raises(ValueError, match="num_features=2"):
        layer.forward(rng.standard_normal((4, 3)))
    assert layer.running_mean.tolist() == [0, 0]


# ---- dropout --------------------------------------------------------------------------------


def test_dropout_keeps_the_mean_and_passes_the_gradient_of_what_was_kept(rng):
    layer, x = Dropout(0.25, rng=rng), np.ones((200, 200))
    y = layer.forward(x)
    assert set(np.unique(y)) == {0, 4 / 3}
    np.testing.assert_allclose(y.mean(), 1, rtol=0.01)
    assert np.array_equal(layer.backward(x), y)


def test_dropout_draws_a_new_mask_each_time_unless_frozen(rng):
    layer, x = Dropout(0.5, rng=rng), np.ones(100)
    first = layer.forward(x)
    second = layer.forward(x)
    assert not np.array_equal(first, second)
    layer.frozen = True
    assert np.array_equal(layer.forward(x), second)
    assert layer.forward(np.ones(50)).shape == (50,)


def test_dropout_is_repeated_by_its_generator():
    first, second = (Dropout(rng=np.random.default_rng(4)).forward(np.ones(9)) for _ in "ab")
    assert np.array_equal(first, second)


def test_dropout_after_training_changes_nothing(rng):
    layer, x = Dropout(0.9, rng=rng), rng.standard_normal(9)
    layer.eval()
    assert np.array_equal(layer.forward(x), x)
    assert np.array_equal(layer.backward(x), x)


@pytest.mark.parametrize("p", [-0.1, 1.0, np.nan])
def test_dropout_must_leave_something(p, rng):
    with pytest.raises(ValueError, match="p must lie in"):
        Dropout(p, rng=rng)


def test_containers_switch_the_mode_of_all_layers(rng):
    inner = Sequential([BatchNorm(2), Dropout(rng=rng)])
    outer = Sequential([inner])
    outer.eval()
    assert [layer.training for layer in inner.layers.values()] == [False, False]
    assert not inner.training
    outer.train()
    assert [layer.training for layer in inner.layers.values()] == [True, True]
    assert [*outer.buffers] == [
        "sequential1.batchnorm1.running_mean",
        "sequential1.batchnorm1.running_var",
    ]
