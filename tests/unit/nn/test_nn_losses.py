"""Losses: closed forms, gradients, labels, and the edges of a batch."""

import numpy as np
import pytest

from nn import BinaryCrossEntropy, MeanSquaredError, Sigmoid, Softmax, SoftmaxCrossEntropy

ONE_HOT = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
EVERY = [SoftmaxCrossEntropy, MeanSquaredError, BinaryCrossEntropy]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("dout", [1.0, -2.5, 0.0])
def test_backward_is_the_derivative_times_the_upstream_gradient(kind, dout, rng, numeric):
    loss, x = kind(), rng.standard_normal((4, 3))
    loss.forward(x, ONE_HOT)
    dx = loss.backward(dout)
    expected = numeric(lambda: dout * kind().forward(x, ONE_HOT), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("kind", "activation"),
    [(SoftmaxCrossEntropy, Softmax), (BinaryCrossEntropy, Sigmoid), (MeanSquaredError, None)],
)
def test_gradient_is_output_less_target_over_the_batch(kind, activation, rng):
    loss, x = kind(), rng.standard_normal((4, 3))
    y = activation().forward(x) if activation else x
    loss.forward(x, ONE_HOT)
    np.testing.assert_allclose(loss.backward(), (y - ONE_HOT) / 4, rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "x", "t", "value"),
    [
        (SoftmaxCrossEntropy, np.log([[1.0, 3.0]]), [1], -np.log(0.75)),
        (SoftmaxCrossEntropy, np.zeros((5, 10)), [0, 1, 2, 3, 9], np.log(10)),
        (MeanSquaredError, [[3.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]], 2.25),
        (BinaryCrossEntropy, [[0.0], [np.log(3)]], [[1], [0]], (np.log(2) + np.log(4)) / 2),
    ],
)
def test_loss_has_its_closed_form(kind, x, t, value):
    np.testing.assert_allclose(kind().forward(np.array(x), np.array(t)), value, rtol=1e-15)


@pytest.mark.parametrize(
    "dtype", [np.int64, np.int8, np.uint8, np.float64, np.float32, np.bool_]
)
def test_labels_and_one_hot_rows_are_the_same(dtype, rng):
    x = rng.standard_normal((4, 3))
    by_label, by_row = SoftmaxCrossEntropy(), SoftmaxCrossEntropy()
    label = by_label.forward(x, ONE_HOT.argmax(axis=1))
    assert label == by_row.forward(x, ONE_HOT.astype(dtype))
    assert np.array_equal(by_label.backward(), by_row.backward())


@pytest.mark.parametrize("kind", EVERY)
def test_one_example_is_a_batch_of_one(kind, rng):
    loss, x = kind(), rng.standard_normal(3)
    assert loss.forward(x, ONE_HOT[0]) == kind().forward(x[None], ONE_HOT[:1])
    dx = loss.backward(3.0)
    loss.forward(x[None], ONE_HOT[:1])
    assert np.array_equal(loss.backward(3.0), dx[None])


def test_one_example_takes_a_single_label(rng):
    x = rng.standard_normal(3)
    loss = SoftmaxCrossEntropy()
    assert loss.forward(x, np.int64(1)) == loss.forward(x, ONE_HOT[0])


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("dtype", FLOATS)
def test_dtype_of_the_outputs_is_followed(kind, dtype, rng):
    loss = kind()
    assert loss.forward(rng.standard_normal((4, 3)).astype(dtype), ONE_HOT).dtype == dtype
    for dout in (1.0, np.float64(2.5), np.array(2), 1):
        assert loss.backward(dout).dtype == dtype


def test_loss_in_half_precision_does_not_overflow_over_a_batch():
    x = np.tile(np.array([[0, 1000]], np.float16), (100, 1))
    assert SoftmaxCrossEntropy().forward(x, np.zeros(100, int)) == 1000


@pytest.mark.parametrize("kind", EVERY)
def test_logits_of_a_thousand_are_finite(kind):
    loss, x = kind(), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    assert np.isfinite(loss.forward(x, np.array([[1, 0], [1, 0]])))
    assert np.isfinite(loss.backward()).all()


def test_wrong_and_sure_costs_its_margin():
    assert SoftmaxCrossEntropy().forward(np.array([[1000.0, -1000.0]]), np.array([1])) == 2000
    assert BinaryCrossEntropy().forward(np.array([[-1000.0]]), np.array([[1]])) == 1000


def test_right_and_sure_costs_its_exact_remainder():
    cost = BinaryCrossEntropy().forward(np.array([[40.0]]), np.array([[1]]))
    np.testing.assert_allclose(cost, np.exp(-40.0), rtol=1e-14)


@pytest.mark.parametrize("kind", EVERY)
def test_empty_batch_costs_nothing(kind):
    loss = kind()
    assert loss.forward(np.ones((0, 3)), np.ones((0, 3))) == 0.0
    assert loss.backward().shape == (0, 3)


def test_empty_batch_of_labels_costs_nothing():
    loss = SoftmaxCrossEntropy()
    cost = loss.forward(np.ones((0, 3), np.float32), np.ones(0, int))
    assert (float(cost), cost.dtype) == (0.0, np.float32)
    assert loss.backward().shape == (0, 3)


@pytest.mark.parametrize("kind", EVERY)
def test_complex_step_gives_the_same_derivative(kind, rng):
    loss, (x, direction) = kind(), rng.standard_normal((2, 4, 3))
    along = loss.forward(x + 1e-30j * direction, ONE_HOT).imag / 1e-30
    loss.forward(x, ONE_HOT)
    np.testing.assert_allclose(np.sum(loss.backward() * direction), along, rtol=1e-12)


@pytest.mark.parametrize("kind", EVERY)
def test_inputs_are_not_written_into_and_gradients_are_fresh(kind, rng):
    x, t = rng.standard_normal((4, 3)), ONE_HOT.astype(float)
    x.flags.writeable = t.flags.writeable = False
    loss = kind()
    loss.forward(x, t)
    dx = loss.backward()
    kept = dx.copy()
    dx[...] = np.nan
    assert np.array_equal(loss.backward(), kept)


# ---- what they refuse -----------------------------------------------------------------------

X = np.zeros((4, 3))
REFUSED = [
    (SoftmaxCrossEntropy, X, np.array([0, 1, 2, 3]), r"0 .. 2: 1 of 4 do not, the first is 3"),
    (
        SoftmaxCrossEntropy,
        X,
        np.array([0, -1, 2, 0]),
        r"0 .. 2: 1 of 4 do not, the first is -1",
    ),
    (SoftmaxCrossEntropy, X, np.array([0.0, 1.0, 2.0, 0.0]), "labels must be integers"),
    (SoftmaxCrossEntropy, X, np.array([0, 1, 2]), r"t has shape \(3,\), but x \(4, 3\)"),
    (SoftmaxCrossEntropy, X, np.zeros((4, 1), int), r"t has shape \(4, 1\)"),
    (SoftmaxCrossEntropy, X, np.full((4, 3), np.nan), "targets must lie in"),
    (SoftmaxCrossEntropy, np.zeros((4, 0)), np.zeros(4, int), "one class or more"),
    (SoftmaxCrossEntropy, np.zeros((2, 3, 4)), np.zeros((2, 3), int), "expected logits"),
    (SoftmaxCrossEntropy, np.array(1.0), np.array(0), "expected logits"),
    (MeanSquaredError, X, np.zeros(3), r"must have the shape of x, \(4, 3\)"),
    (MeanSquaredError, np.zeros(4), np.zeros((4, 1)), r"must have the shape of x, \(4,\)"),
    (BinaryCrossEntropy, X, np.zeros((4, 1)), r"must have the shape of x, \(4, 3\)"),
    (BinaryCrossEntropy, X, np.full((4, 3), 2), "12 of 12 do not, the first is 2"),
]


@pytest.mark.parametrize(("kind", "x", "t", "message"), REFUSED)
def test_targets_that_do_not_fit_are_refused_before_anything_changes(kind, x, t, message):
    loss = kind()
    loss.forward(np.ones((2, 3)), np.eye(3)[:2])
    before = loss.backward()
    with pytest.raises(ValueError, match=message):
        loss.forward(x, t)
    assert np.array_equal(loss.backward(), before)


@pytest.mark.parametrize("kind", EVERY)
def test_upstream_gradient_must_be_a_scalar(kind):
    loss = kind()
    loss.forward(X, ONE_HOT)
    with pytest.raises(ValueError, match=r"dout has shape \(1,\)"):
        loss.backward(np.ones(1))


@pytest.mark.parametrize("kind", EVERY)
def test_backward_before_forward_says_so(kind):
    with pytest.raises(RuntimeError, match="backward needs a completed"):
        kind().backward()
