"""Losses with options: closed forms, limits, refusals."""

import numpy as np
import pytest

from nn.losses import (
    FocalLoss,
    Hinge,
    Huber,
    KLDivergence,
    MulticlassHinge,
    SoftmaxCrossEntropy,
)

LOG3 = np.log(3.0)


@pytest.mark.parametrize(
    ("loss", "x", "t", "value", "dx"),
    [
        (Huber(2.0), [[1.0, 5.0]], [[0.0, 0.0]], 0.5 + 2 * 4, [[1, 2]]),
        (Huber(2.0), [[-5.0]], [[0.0]], 8.0, [[-2]]),
        (Hinge(), [[0.5], [3.0]], [[-1], [1]], 0.75, [[0.5], [0]]),
        (Hinge(), [[1.0]], [[1]], 0.0, [[0]]),
        (MulticlassHinge(), [[1.0, 1.5, -4.0]], [0], 1.5, [[-1, 1, 0]]),
        (MulticlassHinge(3.0), [[1.0, 0.0, 2.0]], [2], 3.0, [[1, 1, -2]]),
        (KLDivergence(), [[0.0, LOG3]], [[0.25, 0.75]], 0.0, [[0, 0]]),
        (KLDivergence(), [[0.0, 0.0]], [[0.0, 1.0]], np.log(2), [[0.5, -0.5]]),
        (FocalLoss(0.0), [[0.0, LOG3]], [1], np.log(4 / 3), [[0.25, -0.25]]),
        (FocalLoss(2.0), [[0.0, LOG3]], [1], np.log(4 / 3) / 16, None),
        (SoftmaxCrossEntropy(label_smoothing=0.5), [[0.0, LOG3]], [1], None, [[0, 0]]),
    ],
)
def test_loss_has_its_closed_form(loss, x, t, value, dx):
    got = loss.forward(np.array(x), np.array(t))
    if value is not None:
        np.testing.assert_allclose(got, value, rtol=1e-14, atol=1e-15)
    if dx is not None:
        np.testing.assert_allclose(loss.backward(), dx, rtol=1e-14, atol=1e-15)


def test_ignored_examples_are_as_if_they_were_not_there(rng):
    x, labels = rng.standard_normal((5, 3)), np.array([0, 9, 2, 9, 1])
    loss, plain = SoftmaxCrossEntropy(ignore_index=9), SoftmaxCrossEntropy()
    kept = labels != 9
    value = plain.forward(x[kept], labels[kept])
    np.testing.assert_allclose(loss.forward(x, labels), value, rtol=1e-14)
    dx = loss.backward()
    assert not dx[~kept].any()
    np.testing.assert_allclose(dx[kept], plain.backward(), rtol=1e-13)


def test_loss_without_any_example_left_is_zero():
    loss = SoftmaxCrossEntropy(ignore_index=-1)
    assert loss.forward(np.ones((2, 3)), np.array([-1, -1])) == 0
    assert not loss.backward().any()


def test_weight_counts_an_example_as_often_as_it_says(rng):
    x, labels = rng.standard_normal((3, 3)), np.array([0, 1, 2])
    loss = SoftmaxCrossEntropy(class_weights=[1, 3, 0])
    repeated = SoftmaxCrossEntropy()
    value = repeated.forward(x[[0, 1, 1, 1]], labels[[0, 1, 1, 1]])
    np.testing.assert_allclose(loss.forward(x, labels), value, rtol=1e-14)
    one_hot = SoftmaxCrossEntropy(class_weights=[1, 3, 0])
    np.testing.assert_allclose(one_hot.forward(x, np.eye(3)), value, rtol=1e-14)


def test_one_example_counts_as_a_batch_of_one():
    loss = SoftmaxCrossEntropy(class_weights=[2, 1], label_smoothing=0.1)
    x = np.array([0.3, -0.2])
    assert loss.forward(x, np.array(0)) == loss.forward(x[None], np.array([0]))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_loss_is_finite_and_without_gradient_where_the_answer_is_sure(gamma):
    loss = FocalLoss(gamma)
    assert loss.forward(np.array([[1000.0, -1000.0]]), np.array([0])) == 0
    assert not loss.backward().any()
    assert np.isfinite(loss.forward(np.array([[1000.0, -1000.0]]), np.array([1])))
    np.testing.assert_allclose(loss.backward(), [[1, -1]], rtol=1e-12)


LOSSES = [SoftmaxCrossEntropy, FocalLoss, MulticlassHinge]


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize(
    ("x", "t", "message"),
    [
        (np.ones((2, 3)), np.array([0, 3]), r"0 .. 2: 1 of 2 do not.*shape \(2,\)"),
        (np.ones((2, 3)), np.array([0, -100]), "the first is -100"),
        (np.ones((2, 3)), np.array([0.0, 1.0]), "labels must be integers"),
        (np.ones((2, 3)), np.array([0, 1, 2]), r"t has shape \(3,\)"),
        (np.ones((2, 3, 4)), np.array([0, 1]), r"x has shape \(2, 3, 4\)"),
        (np.ones((2, 0)), np.array([0, 1]), "one class or more"),
        (np.ones((1, 2)), np.array([[1.5, 0]]), r"targets must lie in \[0, 1\]"),
    ],
)
def test_targets_that_do_not_fit_are_refused_and_the_earlier_pass_stays(kind, x, t, message):
    loss = kind()
    loss.forward(np.ones((2, 2)), np.array([0, 1]))
    with pytest.raises(ValueError, match=message):
        loss.forward(x, t)
    assert loss.backward().shape == (2, 2)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: SoftmaxCrossEntropy(label_smoothing=1.0), "label_smoothing must lie in"),
        (lambda: SoftmaxCrossEntropy(class_weights=[1, -1]), "not negative"),
        (lambda: SoftmaxCrossEntropy(class_weights=[[1]]), r"must be \(K,\)"),
        (
            lambda: SoftmaxCrossEntropy(class_weights=[1, 2]).forward(
                np.ones((1, 3)), np.array([0])
            ),
            "weights for 2 classes",
        ),
        (lambda: SoftmaxCrossEntropy(class_weights=[1, np.inf]), r"finite.* shape \(2,\)"),
        (lambda: FocalLoss(-1), "gamma must not be negative"),
        (lambda: FocalLoss(np.inf), "must be finite, got inf"),
        (
            lambda: FocalLoss(alpha=[1, 2]).forward(np.ones((1, 3)), np.array([0])),
            "weights for 2 classes",
        ),
        (lambda: Huber(0), "delta must be positive"),
        (lambda: Huber().forward(np.ones(3), np.ones(2)), "must have the shape of x"),
        (lambda: Hinge(np.inf), "margin must be finite"),
        (lambda: Hinge().forward(np.ones(2), np.array([0, 1])), r"-1 or 1: 1 of 2.*\(2,\)"),
        (lambda: KLDivergence().forward(np.ones((1, 2)), np.array([[2.0, -1]])), "0, 1"),
        (lambda: KLDivergence().forward(np.ones((1, 2)), np.array([0])), "shape of x"),
    ],
)
def test_what_means_nothing_is_refused(act, message):
    with pytest.raises(ValueError, match=message):
        act()


@pytest.mark.parametrize(
    "loss", [Huber(), Hinge(), MulticlassHinge(), KLDivergence(), FocalLoss()]
)
def test_empty_batch_costs_nothing(loss):
    assert loss.forward(np.ones((0, 3)), np.ones((0, 3))) == 0
    assert loss.backward().shape == (0, 3)
