"""Elementwise layers: closed forms, kinks, large magnitudes, refusals."""

import math

import numpy as np
import pytest

from nn.layers import (
    ELU,
    GELU,
    SELU,
    Abs,
    Clip,
    Divide,
    HardSigmoid,
    HardTanh,
    LeakyReLU,
    Log,
    Maximum,
    Minimum,
    Power,
    SiLU,
    Softplus,
    Sqrt,
    Subtract,
    Tanh,
)

E_1 = math.exp(1.0)

CLOSED_FORMS = [
    # layer, x, y, dy/dx
    (Log(), E_1, 1.0, 1 / E_1),
    (Sqrt(), 4.0, 2.0, 0.25),
    (Abs(), -3.0, 3.0, -1.0),
    (Abs(), 0.0, 0.0, 0.0),
    (Clip(-1, 2), 2.0, 2.0, 1.0),
    (Clip(-1, 2), 2.5, 2.0, 0.0),
    (Clip(-1, 2), -7.0, -1.0, 0.0),
    (Tanh(), math.log(2), 0.6, 0.64),
    (Tanh(), -1000.0, -1.0, 0.0),
    (LeakyReLU(0.1), -2.0, -0.2, 0.1),
    (LeakyReLU(0.1), 0.0, 0.0, 0.1),
    (LeakyReLU(-2.0), -2.0, 4.0, -2.0),
    (LeakyReLU(-2.0), 2.0, 2.0, 1.0),
    (ELU(2.0), -math.log(2), -1.0, 1.0),
    (ELU(2.0), 0.0, 0.0, 2.0),
    (ELU(2.0), 1000.0, 1000.0, 1.0),
    (SELU(), 2.0, 2.101401974710961, 1.0507009873554804),
    (Softplus(), 0.0, math.log(2), 0.5),
    (Softplus(2.0), -1000.0, 0.0, 0.0),
    (Softplus(), 1000.0, 1000.0, 1.0),
    (SiLU(), 0.0, 0.0, 0.5),
    (SiLU(), 1000.0, 1000.0, 1.0),
    (GELU(), 0.0, 0.0, 0.5),
    (GELU(), 1.0, 0.8413447460685429, 1.0833154705876864),
    (GELU(), 1e300, 1e300, 1.0),
    (GELU("tanh"), 0.0, 0.0, 0.5),
    (GELU("tanh"), -1e300, 0.0, 0.0),
    (HardSigmoid(), 0.0, 0.5, 1 / 6),
    (HardSigmoid(), 3.0, 1.0, 0.0),
    (HardTanh(), 1.0, 1.0, 0.0),
    (HardTanh(-2, 3), 2.5, 2.5, 1.0),
]


@pytest.mark.parametrize(("layer", "x", "y", "slope"), CLOSED_FORMS)
def test_layer_has_its_closed_form(layer, x, y, slope):
    np.testing.assert_allclose(layer.forward(np.array([x])), [y], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(layer.backward(np.array([2.0])), [2 * slope], rtol=1e-14)


SMOOTH = [Log, Sqrt, Abs, Tanh, LeakyReLU, ELU, SELU, Softplus, SiLU, Clip, HardTanh]


@pytest.mark.parametrize("make", [*SMOOTH, HardSigmoid, lambda: GELU("tanh")])
@pytest.mark.parametrize("sign", [1, -1])
def test_complex_step_gives_the_same_derivative(make, sign, rng):
    if sign < 0 and make in (Log, Sqrt):
        pytest.skip("positive numbers only")
    x, dout = sign * rng.uniform(0.3, 2.0, 9), rng.standard_normal(9)
    layer = make()
    slope = layer.forward(x + 1e-30j).imag / 1e-30
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(dout), dout * slope, rtol=1e-12, atol=1e-15)


def test_gaussian_tail_keeps_its_digits():
    x = np.array([-10.0])
    np.testing.assert_allclose(GELU().forward(x), -10 * math.erfc(10 / math.sqrt(2)) / 2)


def test_exact_gelu_says_that_it_needs_real_numbers():
    with pytest.raises(TypeError, match="needs real numbers, got dtype complex128"):
        GELU().forward(np.ones(2, complex))


@pytest.mark.parametrize(
    ("kind", "a", "b", "y", "da", "db"),
    [
        (Subtract, 3.0, 5.0, -2.0, 1.0, -1.0),
        (Divide, 3.0, 4.0, 0.75, 0.25, -0.1875),
        (Power, 2.0, 3.0, 8.0, 12.0, 8 * math.log(2)),
        (Power, 0.0, 2.0, 0.0, 0.0, 0.0),
        (Power, 0.0, 0.0, 1.0, 0.0, 0.0),
        (Maximum, 3.0, 5.0, 5.0, 0.0, 1.0),
        (Maximum, 5.0, 5.0, 5.0, 0.5, 0.5),
        (Minimum, 3.0, 5.0, 3.0, 1.0, 0.0),
        (Minimum, 5.0, 5.0, 5.0, 0.5, 0.5),
    ],
)
def test_two_operands_have_their_closed_form(kind, a, b, y, da, db):
    layer = kind()
    np.testing.assert_allclose(layer.forward(np.array([a]), np.array([b])), [y], rtol=1e-15)
    got = layer.backward(np.array([2.0]))
    np.testing.assert_allclose(got, [[2 * da], [2 * db]], rtol=1e-15)


def test_negative_base_is_refused_and_leaves_the_earlier_pass_valid():
    layer = Power()
    layer.forward(np.array([2.0]), np.array([3.0]))
    with pytest.raises(ValueError, match="1 of 2 bases are negative"):
        layer.forward(np.array([2.0, -1.0]), np.array([2.0]))
    assert layer.backward(np.ones(1))[0].tolist() == [12]


@pytest.mark.parametrize("kind", [Subtract, Divide, Power, Maximum, Minimum])
def test_operands_that_do_not_broadcast_are_named(kind):
    with pytest.raises(ValueError, match=r"a has shape \(2, 3\) and b \(2,\)"):
        kind().forward(np.ones((2, 3)), np.ones(2))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Clip(1, 1), "low must be less than high"),
        (lambda: HardTanh(2, 1), "min_val must be less than max_val"),
        (lambda: LeakyReLU(math.nan), "negative_slope must be finite"),
        (lambda: ELU(math.inf), "alpha must be finite"),
        (lambda: Softplus(0), "beta must be positive"),
        (lambda: GELU("erf"), "approximate must be 'none' or 'tanh', got 'erf'"),
    ],
)
def test_options_that_mean_nothing_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("kind", [*SMOOTH, GELU, HardSigmoid])
def test_nan_is_not_hidden(kind):
    assert np.isnan(kind().forward(np.array([np.nan]))).all()
