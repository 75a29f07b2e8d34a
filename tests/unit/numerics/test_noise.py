"""Noise is measured: against functions whose noise is known in closed form."""

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.model import Array
from gradcheck.numerics import Direction, Line, Weights, derivative
from gradcheck.numerics.noise import FOREIGN, measure
from tests.support.probing import reference

EPS64, EPS32 = 2.0**-52, 2.0**-23
Plain = Callable[[Array], Array]


def sigma(f: Plain, x: object = 1.0, speed: object = None) -> np.ndarray:
    """Return the measured noise of the sum of f, and of every output where x is an array."""
    ref = reference(f, x=np.asarray(x, dtype=float))
    way = np.ones(np.shape(x)) if speed is None else np.asarray(speed, dtype=float)
    line = Line(ref.value, ref.inputs, Direction({"x": way}))
    return measure(line, ref.total, ref.centre).of(ref.total)


def narrow(dtype: type, f: Plain) -> Plain:
    return lambda x: np.asarray(f(np.asarray(x, dtype=dtype)), dtype=np.float64)


def quantised(step: float, f: Plain) -> Plain:
    return lambda x: step * np.round(f(x) / step)


def bisected(x: Array) -> Array:
    """The root of y**3 + y = x, found by halving until it is known to 1e-8."""
    low, high = 0.0, 2.0
    while high - low > 1e-8:
        middle = (low + high) / 2
        low, high = (middle, high) if middle**3 + middle < x else (low, middle)
    return np.asarray((low + high) / 2)


def scrambled(x: Array) -> Array:
    """Noise of unit size and standard deviation 1/sqrt(3), from the last bits of x."""
    bits = np.asarray(x, dtype=np.float64).view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = (bits ^ (bits >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0


@pytest.mark.parametrize(
    "f",
    [np.sin, np.exp, lambda x: x * x, lambda x: 1 / x],
    ids=["sin", "exp", "square", "reciprocal"],
)
def test_float64_code_shows_the_noise_of_float64_and_no_more(f: Plain) -> None:
    value = abs(float(f(np.asarray(1.0))))
    assert EPS64 / 4 * value <= sigma(f)[0] <= 4 * EPS64 * value


@pytest.mark.parametrize("offset", [1e4, 1e8, 1e12])
def test_an_offset_is_stored_as_coarsely_as_it_is_large(offset: float) -> None:
    found = sigma(lambda x: offset + np.sin(x))[0]
    assert EPS64 / 4 * offset <= found <= EPS64 * offset


@pytest.mark.parametrize(
    ("dtype", "eps"), [(np.float32, EPS32), (np.float16, 2.0**-10)], ids=["float32", "float16"]
)
@pytest.mark.parametrize("f", [np.sin, np.tanh, np.exp], ids=lambda f: f.__name__)
def test_few_digits_behind_a_float64_face_are_seen(dtype: type, eps: float, f: Plain) -> None:
    """Rounding to a grid of eps times the value: between an eighth of it and two of it."""
    found = sigma(narrow(dtype, f), 0.7)[0]
    value = abs(float(f(np.asarray(0.7))))
    assert eps * value / 8 <= found <= 2 * eps * max(value, 1.0)


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-4])
def test_noise_of_known_size_is_measured_to_a_factor_of_three(size: float) -> None:
    found = [
        sigma(lambda x: np.sin(x) + size * scrambled(x), x)[0] for x in 1 + np.arange(9) / 7
    ]
    true = size / np.sqrt(3)
    assert np.all(np.array(found) <= 3 * true)
    assert np.all(np.array(found) >= true / 5)  # four degrees of freedom
    assert true / 1.7 <= np.median(found) <= 1.7 * true


def test_a_solver_that_stops_at_a_tolerance_is_as_noisy_as_its_tolerance() -> None:
    assert 1e-10 <= sigma(bisected)[0] <= 2e-8
    found = derivative(lambda x: bisected(np.real(x)), 1.0, 1.0)
    y = 0.6823278038280193  # y**3 + y = 1, and the slope of its inverse
    assert abs(float(found.value) - 1 / (3 * y * y + 1)) <= float(found.error) <= 1e-4


@pytest.mark.parametrize("step", [1e-9, 1e-7, 1e-6, 2e-6, 1e-5, 1e-3])
@pytest.mark.parametrize("x", [0.3, 1.0, 1.0003])
def test_a_quantised_function_is_as_noisy_as_its_quantum(step: float, x: float) -> None:
    """A line that meets one jump of it must not be taken for a line that meets none."""
    found = derivative(quantised(step, lambda x: np.sin(np.real(x))), x, 1.0)
    assert abs(float(found.value) - np.cos(x)) <= float(found.error)
    assert step <= float(found.error) <= 1000 * step


@pytest.mark.parametrize("step", [1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("x", [0.0, 1e-10, np.pi])
def test_a_quantised_function_is_no_noisier_where_it_is_zero(step: float, x: float) -> None:
    found = derivative(quantised(step, lambda x: np.sin(np.real(x))), x, 1.0)
    assert abs(float(found.value) - np.cos(x)) <= float(found.error) <= 1000 * step


def test_a_true_jump_nearby_is_no_noise() -> None:
    assert sigma(lambda x: np.where(x > 1 + 3e-7, 1.0, 0.0))[0] == 0.0


def test_a_float32_slope_is_covered_and_its_error_is_of_float32_size() -> None:
    found = derivative(narrow(np.float32, np.sin), 1.0, 1.0)
    assert abs(float(found.value) - np.cos(1.0)) <= float(found.error)
    assert 1e-8 <= float(found.error) <= 1e-4


@pytest.mark.parametrize(
    "f",
    [np.abs, lambda x: np.maximum(x, 0), lambda x: np.abs(x - 2e-7)],
    ids=["abs", "relu", "near"],
)
def test_a_kink_on_or_near_the_line_is_no_noise(f: Plain) -> None:
    assert sigma(f, 0.0)[0] <= FOREIGN * EPS64 * 1e-6


@pytest.mark.parametrize("speed", [300.0, 1e4, 1e5])
def test_what_varies_fast_is_no_noise(speed: float) -> None:
    """A wave computes its phase with an error of half an ulp of it, and no more."""
    assert sigma(lambda x: np.sin(speed * x))[0] <= 8 * speed * EPS64


def test_a_plateau_has_no_noise() -> None:
    assert sigma(lambda x: 0 * x + 3)[0] <= 3 * EPS64
    assert sigma(lambda x: 0 * x)[0] == 0.0


def test_a_point_outside_the_domain_says_nothing_and_does_not_warn() -> None:
    assert sigma(lambda x: x * np.nan)[0] == 0.0


def test_each_component_has_the_noise_of_its_own_outputs() -> None:
    """Outputs of 1 and 1e8: the noise of one is no noise of the other."""
    ref = reference(lambda x: np.array([0.0, 1e8]) + np.sin(x), x=np.ones(2))
    line = Line(ref.value, ref.inputs, Direction({"x": np.ones(2)}))
    entries = Weights(ref.upstream, [(0,)], (2,))
    found = measure(line, ref.total, ref.centre).of(entries)
    assert found[0] <= 4 * EPS64
    assert EPS64 / 4 * 1e8 <= found[1] <= EPS64 * 1e8


def test_a_component_that_keeps_still_has_the_noise_its_neighbours_show() -> None:
    """Float32 outputs of which some do not change on the whole line."""
    x = np.linspace(0.1, 1.5, 16)
    way = np.where(np.arange(16) % 4 == 0, 0.0, 1.0)
    ref = reference(narrow(np.float32, np.sin), x=x)
    line = Line(ref.value, ref.inputs, Direction({"x": way}))
    found = measure(line, ref.total, ref.centre).of(Weights(ref.upstream, [(0,)], (16,)))
    assert np.all(found >= EPS32 / 16 * np.sin(x))
    assert np.all(found <= 2 * EPS32)


def test_one_clean_line_is_enough_where_the_noise_is_that_of_float64() -> None:
    ref = reference(np.sin, x=np.asarray(1.0))
    before = ref.calls
    measure(Line(ref.value, ref.inputs, Direction({"x": np.ones(())})), ref.total, ref.centre)
    assert ref.calls - before <= 10


def test_many_outputs_are_weighed_at_once() -> None:
    """More outputs than are kept: the noise of their sum is that of the sum."""
    n = 2**20 + 1
    ref = reference(lambda x: np.sin(x) * np.ones(n), x=np.asarray(1.0))
    line = Line(ref.value, ref.inputs, Direction({"x": np.ones(())}))
    noise = measure(line, ref.total, ref.centre)
    assert noise.lines[0][0][0].shape == (1,)
    assert noise.of(ref.total)[0] <= EPS64 * n
