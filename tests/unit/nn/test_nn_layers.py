"""Layers: closed forms, gradients, and what they refuse."""

import copy

import numpy as np
import pytest

from nn import (
    Add,
    Affine,
    Exp,
    Identity,
    Multiply,
    Negate,
    PlusOne,
    Reciprocal,
    ReLU,
    Sigmoid,
    Softmax,
    Step,
    xavier,
)

UNARY = [Negate, Exp, PlusOne, Reciprocal, ReLU, Sigmoid, Softmax, Identity, Step]
BINARY = [Add, Multiply]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
E_1 = np.exp(1.0)

CLOSED_FORMS = [
    # layer, x, y, dy/dx
    (Negate, 2.0, -2.0, -1.0),
    (Exp, 1.0, E_1, E_1),
    (PlusOne, 3.0, 4.0, 1.0),
    (Reciprocal, 4.0, 0.25, -0.0625),
    (ReLU, 1.5, 1.5, 1.0),
    (ReLU, -1.5, 0.0, 0.0),
    (ReLU, 0.0, 0.0, 0.0),
    (Sigmoid, 0.0, 0.5, 0.25),
    (Sigmoid, np.log(3), 0.75, 0.1875),
    (Sigmoid, -np.log(3), 0.25, 0.1875),
    (Identity, -7.0, -7.0, 1.0),
    (Step, 0.1, 1.0, 0.0),
    (Step, 0.0, 0.0, 0.0),
    (Step, -2.0, 0.0, 0.0),
]


@pytest.mark.parametrize(("kind", "x", "y", "slope"), CLOSED_FORMS)
def test_activation_has_its_closed_form(kind, x, y, slope):
    layer = kind()
    np.testing.assert_allclose(layer.forward(np.array([x])), [y], rtol=1e-15)
    np.testing.assert_allclose(layer.backward(np.array([2.0])), [2 * slope], rtol=1e-15)


def smooth_input(rng):
    """Away from the kinks and poles at zero, on both sides of it."""
    return rng.choice([-1.0, 1.0], (3, 4)) * rng.uniform(0.5, 2.0, (3, 4))


@pytest.mark.parametrize("kind", UNARY)
def test_backward_is_the_derivative_of_forward(kind, rng, numeric):
    layer, x = kind(), smooth_input(rng)
    dout = rng.standard_normal((3, 4))
    layer.forward(x)
    dx = layer.backward(dout)
    expected = numeric(lambda: np.sum(dout * kind().forward(x)), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("kind", BINARY)
@pytest.mark.parametrize(
    ("a_shape", "b_shape"),
    [
        ((2, 3), (2, 3)),
        ((2, 3), (3,)),
        ((), (2, 3)),
        ((2, 1), (1, 3)),
        ((1,), (1, 1)),
        ((4, 1), (2, 1, 3)),
    ],
)
def test_broadcast_operands_get_gradients_of_their_shape(kind, a_shape, b_shape, rng, numeric):
    a, b = (np.asarray(rng.standard_normal(shape)) for shape in (a_shape, b_shape))
    layer = kind()
    dout = rng.standard_normal(np.shape(layer.forward(a, b)))
    da, db = layer.backward(dout)
    assert (da.shape, db.shape) == (a_shape, b_shape)
    for gradient, operand in ((da, a), (db, b)):
        expected = numeric(lambda: np.sum(dout * kind().forward(a, b)), operand)
        np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)


def test_add_hands_out_two_separate_copies_of_the_upstream_gradient():
    layer, dout = Add(), np.ones(3)
    layer.forward(np.zeros(3), np.zeros(3))
    da, db = layer.backward(dout)
    da[:], db[:] = 5, 6
    assert dout.tolist() == [1, 1, 1]
    assert da.tolist() == [5, 5, 5]


def test_empty_operand_broadcasts_against_one():
    layer = Multiply()
    layer.forward(np.ones((0, 3)), np.ones((1, 3)))
    da, db = layer.backward(np.ones((0, 3)))
    assert da.shape == (0, 3)
    assert db.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("kind", BINARY)
def test_operands_that_do_not_broadcast_are_named(kind):
    with pytest.raises(ValueError, match=r"a has shape \(2, 3\) and b \(2,\)"):
        kind().forward(np.ones((2, 3)), np.ones(2))


def through(chain, x, dout):
    for layer in chain:
        x = layer.forward(x)
    for layer in reversed(chain):
        dout = layer.backward(dout)
    return x, dout


def test_sigmoid_is_the_chain_of_its_nodes_in_both_passes(rng):
    x, dout = rng.standard_normal((2, 5)), rng.standard_normal((2, 5))
    nodes = Sigmoid().nodes()
    assert [name for name, _ in nodes] == ["negate", "exp", "plus_one", "reciprocal"]
    y, dx = through([layer for _, layer in nodes], x, dout)
    closed_y, closed_dx = through([Sigmoid()], x, dout)
    np.testing.assert_allclose(y, closed_y, rtol=1e-14)
    np.testing.assert_allclose(dx, closed_dx, rtol=1e-14)


def test_sigmoid_is_stable_at_a_thousand():
    layer = Sigmoid()
    assert layer.forward(np.array([-1000.0, 1000.0])).tolist() == [0, 1]
    assert layer.backward(np.ones(2)).tolist() == [0, 0]


def test_sigmoid_slope_keeps_its_digits_where_the_output_is_nearly_one():
    layer = Sigmoid()
    layer.forward(np.array([40.0]))
    np.testing.assert_allclose(layer.backward(np.ones(1)), np.exp(-40.0), rtol=1e-14)


def test_softmax_has_its_closed_form():
    layer = Softmax()
    np.testing.assert_allclose(layer.forward(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])
    dx = layer.backward(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(dx, [0.125 * 0.875, -0.125 * 0.25, -0.125 * 0.625])


def test_softmax_is_stable_at_a_thousand():
    assert Softmax().forward(np.array([[1000.0, -1000.0]])).tolist() == [[1, 0]]


@pytest.mark.parametrize("x", [np.array(1.0), np.ones((2, 0))])
def test_softmax_needs_an_entry_to_normalise(x):
    with pytest.raises(ValueError, match="one entry or more"):
        Softmax().forward(x)


def test_relu_lets_nan_through_and_not_the_gradient_of_a_masked_infinity():
    layer = ReLU()
    assert np.isnan(layer.forward(np.array([np.nan, -1.0]))).tolist() == [True, False]
    assert layer.backward(np.array([1.0, np.inf])).tolist() == [0, 0]


# ---- affine ---------------------------------------------------------------------------------


def test_affine_has_its_closed_form():
    layer = Affine(2, 1, rng=np.random.default_rng(0))
    layer.params["W"][...] = [[2.0], [3.0]]
    layer.params["b"][...] = [1.0]
    assert layer.forward(np.array([[1.0, 10.0], [0.0, 1.0]])).tolist() == [[33], [4]]
    assert layer.backward(np.array([[1.0], [2.0]])).tolist() == [[2, 3], [4, 6]]
    assert layer.grads["W"].tolist() == [[1], [12]]
    assert layer.grads["b"].tolist() == [3]


@pytest.mark.parametrize(
    "shape", [(6,), (1, 6), (4, 6), (4, 2, 3), (4, 3, 1, 2), (0, 6), (0, 2, 3)]
)
def test_affine_gradients_are_derivatives_for_any_rank(shape, rng, numeric):
    layer, x = Affine(6, 5, rng=rng), rng.standard_normal(shape)
    y = layer.forward(x)
    assert y.shape == ((5,) if shape == (6,) else (shape[0], 5))
    dout = rng.standard_normal(y.shape)
    dx = layer.backward(dout)
    assert dx.shape == shape
    claims = [(dx, x), *((layer.grads[k].copy(), layer.params[k]) for k in ("W", "b"))]
    for gradient, array in claims:
        expected = numeric(lambda: np.sum(dout * layer.forward(x)), array)
        np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)


def test_affine_counts_one_example_as_a_batch_of_one(rng):
    layer, x, dout = Affine(6, 5, rng=rng), rng.standard_normal(6), rng.standard_normal(5)
    y, dx, dW = layer.forward(x), layer.backward(dout), layer.grads["W"]
    assert np.array_equal(layer.forward(x[None]), y[None])
    assert np.array_equal(layer.backward(dout[None]), dx[None])
    assert np.array_equal(layer.grads["W"], dW)


def test_affine_overwrites_gradients_and_leaves_the_old_arrays_alone(rng):
    layer, x = Affine(3, 2, rng=rng), rng.standard_normal((4, 3))
    layer.forward(x)
    layer.backward(np.ones((4, 2)))
    first = dict(layer.grads)
    kept = copy.deepcopy(first)
    layer.backward(np.ones((4, 2)))
    for name in ("W", "b"):
        assert np.array_equal(layer.grads[name], kept[name])
        assert np.array_equal(first[name], kept[name])
        assert layer.grads[name] is not first[name]


def test_two_linear_layers_without_activation_equal_one(rng):
    first, second, one = (Affine(i, o, rng=rng) for i, o in ((6, 4), (4, 3), (6, 3)))
    first.params["b"][...], second.params["b"][...] = rng.standard_normal(4), 2.0
    one.params["W"][...] = first.params["W"] @ second.params["W"]
    one.params["b"][...] = first.params["b"] @ second.params["W"] + second.params["b"]
    x, dout = rng.standard_normal((5, 6)), rng.standard_normal((5, 3))
    for two, single in zip(
        through([first, second], x, dout), through([one], x, dout), strict=True
    ):
        np.testing.assert_allclose(two, single, rtol=1e-12)


@pytest.mark.parametrize("shape", [(), (5,), (4, 5), (4, 2, 2), (6, 1), (0,), (0, 5)])
def test_affine_refuses_examples_of_another_size_and_says_the_rule(shape, rng):
    layer = Affine(6, 2, rng=rng)
    with pytest.raises(ValueError, match="each example must have 6 values"):
        layer.forward(np.ones(shape))


def test_affine_refused_input_leaves_the_earlier_pass_valid(rng):
    layer, x = Affine(6, 2, rng=rng), rng.standard_normal((3, 6))
    layer.forward(x)
    with pytest.raises(ValueError, match="each example"):
        layer.forward(np.ones((3, 5)))
    assert layer.backward(np.ones((3, 2))).shape == x.shape


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (-1, 3)])
def test_affine_needs_positive_sizes(sizes, rng):
    with pytest.raises(ValueError, match="sizes must be positive"):
        Affine(*sizes, rng=rng)


def test_initial_weights_have_the_variance_of_their_papers(rng):
    W = Affine(400, 200, rng=rng).params["W"]
    np.testing.assert_allclose(W.var(), 2 / 400, rtol=0.03)
    W = Affine(400, 200, rng=rng, init=xavier).params["W"]
    np.testing.assert_allclose(W.var(), 2 / 600, rtol=0.03)


def test_same_seed_gives_the_same_weights():
    W, again = (Affine(3, 2, rng=np.random.default_rng(7)).params["W"] for _ in range(2))
    assert np.array_equal(W, again)


# ---- what holds for every layer -------------------------------------------------------------


def make_affine():
    return Affine(4, 4, rng=np.random.default_rng(0))


EVERY = [*UNARY, make_affine]


@pytest.mark.parametrize("make", EVERY)
def test_backward_before_forward_says_so(make):
    with pytest.raises(RuntimeError, match="backward needs a completed"):
        make().backward(np.ones((3, 4)))


@pytest.mark.parametrize("kind", BINARY)
def test_backward_before_forward_says_so_with_two_operands(kind):
    with pytest.raises(RuntimeError, match="backward needs a completed"):
        kind().backward(np.ones((3, 4)))


@pytest.mark.parametrize("make", EVERY)
@pytest.mark.parametrize("shape", [(), (4,), (3, 1), (1, 3, 4)])
def test_upstream_gradient_of_another_shape_is_refused(make, shape, rng):
    layer = make()
    layer.forward(smooth_input(rng))
    with pytest.raises(ValueError, match=r"must have the shape of the last output, \(3, 4\)"):
        layer.backward(np.ones(shape))


@pytest.mark.parametrize("make", EVERY)
def test_inputs_are_not_written_into_and_outputs_are_fresh(make, rng):
    x, dout = smooth_input(rng), rng.standard_normal((3, 4))
    x.flags.writeable = dout.flags.writeable = False
    layer = make()
    y = layer.forward(x)
    dx = layer.backward(dout)
    assert not np.shares_memory(y, x)
    assert not np.shares_memory(dx, dout)
    kept = dx.copy()
    y[...] = dx[...] = np.nan  # the caller's own arrays now; the layer must not notice
    assert np.array_equal(layer.backward(dout), kept)


@pytest.mark.parametrize("kind", UNARY)
@pytest.mark.parametrize("dtype", FLOATS)
def test_floating_dtype_is_followed_in_both_passes(kind, dtype, rng):
    layer, x = kind(), smooth_input(rng).astype(dtype)
    assert layer.forward(x).dtype == dtype
    assert layer.backward(np.ones((3, 4), dtype)).dtype == dtype


@pytest.mark.parametrize("dtype", FLOATS)
def test_affine_follows_the_dtype_of_input_and_parameters(dtype, rng):
    layer, x = make_affine(), smooth_input(rng).astype(dtype)
    for name in layer.params:
        layer.params[name] = layer.params[name].astype(dtype)
    assert layer.forward(x).dtype == dtype
    assert layer.backward(np.ones((3, 4), dtype)).dtype == dtype
    assert {gradient.dtype for gradient in layer.grads.values()} == {np.dtype(dtype)}


@pytest.mark.parametrize("make", EVERY)
def test_integers_count_as_float64(make):
    layer, x = make(), np.array([[1, 2, 3, -4]])
    y = layer.forward(x)
    assert y.dtype == np.float64
    assert np.array_equal(y, make().forward(x.astype(float)))


@pytest.mark.parametrize("make", EVERY)
def test_strings_are_refused(make):
    with pytest.raises(TypeError, match="expected an array of numbers"):
        make().forward(np.full((3, 4), "a"))


@pytest.mark.parametrize("make", EVERY)
def test_complex_step_gives_the_same_derivative(make, rng):
    x, dout, direction = smooth_input(rng), *rng.standard_normal((2, 3, 4))
    layer = make()
    along = np.sum(dout * layer.forward(x + 1e-30j * direction)).imag / 1e-30
    layer.forward(x)
    np.testing.assert_allclose(np.sum(layer.backward(dout) * direction), along, rtol=1e-12)


@pytest.mark.parametrize("make", EVERY)
def test_memory_layout_does_not_matter(make, rng):
    x, dout = smooth_input(rng), rng.standard_normal((3, 4))
    plain, strided = make(), make()
    np.testing.assert_allclose(
        strided.forward(np.asfortranarray(x)), plain.forward(x), rtol=1e-14
    )
    np.testing.assert_allclose(
        strided.backward(np.asfortranarray(dout)), plain.backward(dout), rtol=1e-14
    )
