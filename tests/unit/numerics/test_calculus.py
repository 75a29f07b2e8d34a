"""The public functions: values with their errors, shapes, and what they refuse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcheck
from gradcheck.model import Array, Estimate, Point
from gradcheck.numerics import derivative, gradient, jacobian

FIELDS = ("value", "error", "point", "left", "right")


def shapes(found: Estimate) -> set[tuple[int, ...]]:
    return {np.shape(getattr(found, name)) for name in FIELDS}


def test_they_are_public() -> None:
    assert gradcheck.derivative is derivative
    assert gradcheck.gradient is gradient
    assert gradcheck.jacobian is jacobian


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 2)])
@pytest.mark.parametrize("out", [(), (1,), (2,), (2, 2)])
def test_every_array_of_a_jacobian_has_the_shape_of_outputs_by_inputs(
    shape: tuple[int, ...], out: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(*out, *shape))
    x = rng.normal(size=shape)
    axes = len(shape)
    found = jacobian(lambda x: np.tensordot(matrix, x, axes=axes), x)
    assert shapes(found) == {out + shape}
    assert np.all(np.abs(found.value - matrix) <= found.error + 1e-15)
    assert np.all(found.error <= 1e-12)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3)])
def test_every_array_of_a_gradient_has_the_shape_of_the_point(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    found = gradient(lambda x: np.sum(x**3), x)
    assert shapes(found) == {shape}
    assert np.all(np.abs(found.value - 3 * x * x) <= found.error)
    assert np.all(found.error <= 1e-11)


@pytest.mark.parametrize("out", [(), (1,), (3,), (2, 2)])
def test_every_array_of_a_derivative_has_the_shape_of_the_output(out: tuple[int, ...]) -> None:
    x, way = np.array([0.3, -0.5]), np.array([2.0, -1.0])
    found = derivative(lambda x: np.sin(x[0] * x[1]) * np.ones(out), x, way)
    truth = np.cos(-0.15) * (2.0 * -0.5 - 1.0 * 0.3)
    assert shapes(found) == {out}
    assert np.all(np.abs(found.value - truth) <= found.error)


def test_a_single_entry_in_brackets_is_a_number_for_a_gradient() -> None:
    assert gradient(lambda x: np.array([[np.sum(x * x)]]), [3.0]).value == pytest.approx(6.0)


def test_outputs_of_very_different_size_have_errors_of_their_own() -> None:
    found = derivative(lambda x: np.array([1e-9, 1.0, 1e9]) * np.sin(np.real(x)), 1.0, 1.0)
    truth = np.array([1e-9, 1.0, 1e9]) * np.cos(1.0)
    assert np.all(np.abs(found.value - truth) <= found.error)
    assert np.all(found.error <= 1e-11 * truth)


@pytest.mark.parametrize("length", [1e-8, 1e-3, 1.0, 1e5, -2.0])
def test_a_derivative_is_proportional_to_its_direction(length: float) -> None:
    found = derivative(lambda x: np.exp(np.real(x)), 0.5, length)
    assert abs(float(found.value) - length * np.exp(0.5)) <= float(found.error)
    assert float(found.error) <= 1e-11 * abs(length)


def test_going_backwards_turns_a_kink_around() -> None:
    """Along -1 the slopes of a ReLU are 0 and -1: left and right change places."""
    found = derivative(lambda x: np.maximum(np.real(x), 0.0), 0.0, -1.0)
    assert Point(int(found.point)) is Point.KINK
    assert sorted((float(found.left), float(found.right))) == pytest.approx([-1.0, 0.0])


def test_no_direction_no_change() -> None:
    found = derivative(lambda x: np.sin(np.sum(x)), [1.0, 2.0], [0.0, 0.0])
    assert float(found.value) == 0.0
    assert float(found.error) <= 1e-12


@pytest.mark.parametrize("x", [3, [1, 2], True, np.array([1, 2], dtype=np.int8), np.float32(3)])
def test_integers_are_taken_as_the_numbers_they_are(x: Any) -> None:
    found = gradient(lambda x: np.sum(x * x), x)
    assert np.all(np.abs(found.value - 2.0 * np.asarray(x, dtype=float)) <= found.error)
    assert found.value.dtype == np.float64


def test_a_function_that_answers_with_integers_is_a_function() -> None:
    found = derivative(lambda x: np.sign(np.real(x)).astype(int), 1.0, 1.0)
    assert float(found.value) == 0.0


def test_no_inputs_no_entries() -> None:
    empty = np.zeros((0, 3))
    assert shapes(gradient(lambda x: np.sum(x), empty)) == {(0, 3)}
    assert shapes(jacobian(lambda x: np.ones(2) * np.sum(x), empty)) == {(2, 0, 3)}
    assert shapes(derivative(lambda x: 2 * x, empty, empty)) == {(0, 3)}
    still = derivative(lambda x: np.sum(x), empty, empty)
    assert (float(still.value), shapes(still)) == (0.0, {()})


def test_no_outputs_no_entries() -> None:
    assert shapes(jacobian(lambda x: x[:0], np.ones(3))) == {(0, 3)}
    assert shapes(derivative(lambda x: x[:0], np.ones(3), np.ones(3))) == {(0,)}


@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf])
def test_where_x_is_not_finite_no_derivative_is_made_up(x: float) -> None:
    found = derivative(np.sin, x, 1.0)
    assert np.isnan(found.value)
    assert np.isinf(found.error)
    assert Point(int(found.point)) is Point.UNDEFINED


def test_where_f_is_not_finite_no_derivative_is_made_up() -> None:
    found = gradient(lambda x: np.where(x[0] > 0, x[1], np.nan), [-1.0, 2.0])
    assert np.all(np.isnan(found.value))
    assert np.all(np.isinf(found.error))


def growing(x: Array) -> Array:
    return np.ones(3 if np.real(x) > 1.0 else 1) * x


REFUSED: dict[str, tuple[Callable[[], Estimate], str]] = {
    "complex x": (
        lambda: derivative(np.sin, 1j, 1.0),
        "real numbers for x, got complex",
    ),
    "complex direction": (
        lambda: derivative(np.sin, 1.0, 1j),
        "for the direction, got complex",
    ),
    "complex f(x)": (
        lambda: derivative(lambda x: np.exp(1j * x), 1.0, 1.0),
        r"for f\(x\), got c",
    ),
    "complex gradient": (lambda: gradient(lambda x: 1j * np.sum(x), [1.0]), r"for f\(x\)"),
    "complex jacobian": (lambda: jacobian(lambda x: 1j * x, [1.0]), r"for f\(x\)"),
    "words": (lambda: gradient(np.sin, "word"), "expected real numbers for x"),
    "words out": (lambda: gradient(lambda x: "word", 1.0), r"for f\(x\)"),
    "nothing out": (lambda: derivative(lambda x: None, 1.0, 1.0), r"for f\(x\), got object"),
    "endless": (lambda: derivative(np.sin, 1.0, np.inf), "direction is not finite"),
    "no number": (lambda: derivative(np.sin, 1.0, np.nan), "direction is not finite"),
    "other shape": (lambda: derivative(np.sin, [1.0], 1.0), r"direction has shape \(\)"),
    "two outputs": (lambda: gradient(lambda x: x, [1.0, 2.0]), "2 entries.*use jacobian"),
    "no output": (lambda: gradient(lambda x: x[:0], [1.0]), "0 entries"),
    "changing shape": (lambda: derivative(growing, 1.0, 1.0), r"shape \(3,\) here and \(1,\)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_words(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        call()


def test_what_the_function_raises_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError):
        derivative(lambda x: 1 / 0, 1.0, 1.0)


def test_the_function_may_write_into_its_argument_and_the_point_is_kept() -> None:
    x = np.array([0.3, 0.7])

    def f(x: Array) -> Array:
        y = np.sum(np.sin(x))
        x[...] = 99.0
        return y

    found = gradient(f, x)
    assert np.all(np.abs(found.value - np.cos([0.3, 0.7])) <= found.error)
    assert np.array_equal(x, [0.3, 0.7])


def test_the_number_of_calls_is_counted_and_bounded() -> None:
    calls = []

    def f(x: Array) -> Array:
        calls.append(1)
        return np.sum(np.abs(np.real(x)))

    found = gradient(f, np.array([1e-5, 0.3, -4.0]))
    assert found.calls <= len(calls) <= 3 * 90


def test_each_entry_is_climbed_at_its_own_scale() -> None:
    """A pole within the finest step of one entry, an entry of a million beside it."""
    x = np.array([1e-12, 1e6])
    found = gradient(lambda x: np.log(x[0]) + 1e-3 * x[1] ** 2, x)
    truth = np.array([1e12, 2e3])
    assert np.all(np.abs(found.value - truth) <= found.error)
    assert np.all(found.error <= 1e-7 * truth)


def test_the_nearer_scale_replaces_only_what_found_nothing() -> None:
    found = derivative(lambda x: np.array([np.log(np.real(x)), 5.0 * np.real(x)]), 1e-12, 1.0)
    assert abs(float(found.value[0]) - 1e12) <= float(found.error[0]) <= 1e5
    assert abs(float(found.value[1]) - 5.0) <= float(found.error[1]) <= 1e-11
