"""Derivatives that defeat checkers, against closed forms in high precision.

Every row is judged twice: as written, where the complex step may follow, and in real arithmetic
alone, where only difference quotients are left.
"""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp
import numpy as np
import pytest

from gradcheck.model import Estimate, Point
from gradcheck.numerics import derivative, gradient, jacobian

Plain = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Row:
    """A function, a point, the true slope there, and what is to be said of it."""

    name: str
    f: Plain
    x: float
    slope: float | mp.mpf
    point: Point
    digits: float
    """Digits that the real difference quotients must claim and keep."""


def narrow(dtype: type, f: Plain) -> Plain:
    """Return `f` computed in fewer digits behind a float64 face."""
    return lambda x: np.asarray(f(np.asarray(np.real(x), dtype=dtype)), dtype=np.float64)


def wobbly(x: np.ndarray) -> np.ndarray:
    """A sine with deterministic noise of 1e-8."""
    return np.sin(x) + 1e-8 * np.sin(1e9 * x * x + 12345 * np.cos(1e7 * x))


mp.mp.dps = 40
M = mp.mpf
S = Point.SMOOTH

SMOOTH = (
    Row("sin at 1", np.sin, 1.0, mp.cos(1), S, 12),
    Row("exp(3x) at 2", lambda x: np.exp(3 * x), 2.0, 3 * mp.exp(6), S, 11.5),
    Row("exp(30x) at 1", lambda x: np.exp(30 * x), 1.0, 30 * mp.exp(30), S, 11),
    Row("x squared at 1e8", lambda x: x * x, 1e8, 2 * M(10) ** 8, S, 13),
    Row("x squared at 1.1e11", lambda x: x * x, 1.1e11, M("2.2e11"), S, 13),
    Row("1e-12 sin", lambda x: 1e-12 * np.sin(x), 1.0, M(1e-12) * mp.cos(1), S, 12),
    Row("1e8 + sin", lambda x: 1e8 + np.sin(x), 1.0, mp.cos(1), S, 5),
    Row("1000 + sin", lambda x: 1000 + np.sin(x), 1.0, mp.cos(1), S, 9.5),
    Row("constant", lambda x: 0 * x + 3, 1.0, M(0), S, 13),
    Row("log at 1e-12", np.log, 1e-12, 1 / M(1e-12), S, 10.5),
)

UNEASY = (
    Row("sin(300x)", lambda x: np.sin(300 * x), 1.0, 300 * mp.cos(300), Point.ALIASED, 10),
    Row("sin(1000x)", lambda x: np.sin(1000 * x), 1.0, 1000 * mp.cos(1000), Point.ALIASED, 9.5),
    Row(
        "sin(1e5 x)", lambda x: np.sin(1e5 * x), 1.0, 10**5 * mp.cos(10**5), Point.ALIASED, 7.5
    ),
    Row("log at 1e-6", np.log, 1e-6, 1 / M(1e-6), Point.EDGE, 10.5),
    Row("log at 1e-7", np.log, 1e-7, 1 / M(1e-7), Point.EDGE, 10.5),
    Row("sqrt at 5e-7", np.sqrt, 5e-7, 1 / (2 * mp.sqrt(M(5e-7))), Point.EDGE, 10.5),
    Row("log at 0.1", np.log, 0.1, 1 / M(0.1), Point.EDGE, 10),
    Row("abs at 3e-7", np.abs, 3e-7, M(1), Point.NEAR_KINK, 13),
    Row("relu at 1e-5", lambda x: np.where(x > 0, x, 0 * x), 1e-5, M(1), Point.NEAR_KINK, 13),
    Row("relu at -1e-5", lambda x: np.where(x > 0, x, 0 * x), -1e-5, M(0), Point.NEAR_KINK, 13),
    Row("round at 0.49", np.round, 0.49, M(0), Point.PLATEAU, 13),
    Row("float32 sin", narrow(np.float32, np.sin), 1.0, mp.cos(1), Point.NOISE, 4),
    Row("float32 tanh", narrow(np.float32, np.tanh), 0.5, mp.sech(M(0.5)) ** 2, Point.NOISE, 4),
    Row("float16 sin", narrow(np.float16, np.sin), 1.0, mp.cos(1), Point.NOISE, 1),
    Row("sin with noise 1e-8", wobbly, 1.0, mp.cos(1), Point.NOISE, 4.5),
)

#: A kink at the point: function, slope from the left, slope from the right.
KINKS = {
    "abs": (np.abs, -1.0, 1.0),
    "relu": (lambda x: np.maximum(np.real(x), 0.0), 0.0, 1.0),
    "leaky relu": (lambda x: np.where(x > 0, x, 0.01 * x), 0.01, 1.0),
    "sin of abs": (lambda x: np.sin(np.abs(x)), -1.0, 1.0),
}

#: No derivative exists: function, and what the point is.
NOWHERE = {
    "step": (lambda x: np.where(np.real(x) >= 0, 1.0, 0.0), Point.JUMP),
    "root of abs": (lambda x: np.sqrt(np.abs(x)), Point.CUSP),
    "cube root": (lambda x: np.cbrt(np.real(x)), Point.CUSP),
    "square root": (np.sqrt, Point.CUSP),
}


def real_only(f: Plain) -> Plain:
    return lambda x: f(np.asarray(np.real(x), dtype=np.float64))


def covers(estimate: Estimate, slope: float | mp.mpf) -> bool:
    return bool(abs(M(float(estimate.value)) - slope) <= M(float(estimate.error)))


@pytest.mark.parametrize("row", SMOOTH + UNEASY, ids=lambda row: row.name)
@pytest.mark.parametrize("way", [lambda f: f, real_only], ids=["as written", "real only"])
def test_the_error_bar_covers_the_true_slope(row: Row, way: Callable[[Plain], Plain]) -> None:
    assert covers(derivative(way(row.f), row.x, 1.0), row.slope)


@pytest.mark.parametrize("row", SMOOTH + UNEASY, ids=lambda row: row.name)
def test_the_error_bar_is_as_tight_as_the_function_allows(row: Row) -> None:
    estimate = derivative(real_only(row.f), row.x, 1.0)
    assert float(estimate.error) <= 10.0**-row.digits * (abs(float(row.slope)) or 1.0)


@pytest.mark.parametrize("row", SMOOTH + UNEASY, ids=lambda row: row.name)
def test_the_point_is_called_what_it_is(row: Row) -> None:
    assert Point(int(derivative(real_only(row.f), row.x, 1.0).point)) is row.point


@pytest.mark.parametrize("row", SMOOTH[:5], ids=lambda row: row.name)
def test_the_complex_step_gives_the_last_digits_where_the_code_is_analytic(row: Row) -> None:
    estimate = derivative(row.f, row.x, 1.0)
    off = abs(M(float(estimate.value)) - row.slope) / abs(row.slope)
    assert off <= M("1e-13")


@pytest.mark.parametrize("name", KINKS)
def test_at_a_kink_both_slopes_are_given(name: str) -> None:
    f, left, right = KINKS[name]
    estimate = derivative(f, 0.0, 1.0)
    assert Point(int(estimate.point)) is Point.KINK
    assert abs(float(estimate.left) - left) <= float(estimate.error) <= 1e-9
    assert abs(float(estimate.right) - right) <= float(estimate.error)


@pytest.mark.parametrize("name", NOWHERE)
def test_where_no_derivative_exists_that_is_said(name: str) -> None:
    f, point = NOWHERE[name]
    estimate = derivative(f, 0.0, 1.0)
    assert Point(int(estimate.point)) is point
    assert np.isnan(estimate.left) or np.isnan(estimate.right)


def test_at_the_edge_of_a_domain_the_one_sided_derivative_is_given() -> None:
    estimate = derivative(lambda x: np.real(x) ** 1.5, 0.0, 1.0)
    assert Point(int(estimate.point)) is Point.EDGE
    assert covers(estimate, M(0))


@pytest.mark.parametrize("away", [1e-2, 1e-3, 1e-5, 3e-7])
def test_the_distance_to_a_kink_nearby_is_right_within_a_factor_of_eight(away: float) -> None:
    estimate = derivative(real_only(np.abs), away, 1.0)
    assert estimate.distance is not None
    assert away / 8 <= float(estimate.distance) <= 8 * away


def test_a_gradient_has_an_error_for_every_entry_of_its_own_scale() -> None:
    x = np.array([1e-6, 1.0, 1e6])
    estimate = gradient(lambda x: np.sum(np.log(x)), x)
    truth = np.array([float(1 / M(float(v))) for v in x])
    assert estimate.value.shape == x.shape
    assert np.all(np.abs(estimate.value - truth) <= estimate.error)
    assert np.all(estimate.error <= 1e-8 * truth)


def test_a_jacobian_has_the_shape_of_outputs_by_inputs() -> None:
    matrix = np.arange(6.0).reshape(2, 3) - 2.5
    x = np.array([[0.3, -0.7, 1.1]])
    estimate = jacobian(lambda x: np.sin(matrix @ x[0]), x)
    truth = np.cos(matrix @ x[0])[:, None] * matrix
    assert estimate.value.shape == (2, 1, 3)
    assert np.all(np.abs(estimate.value[:, 0] - truth) <= estimate.error[:, 0] + 1e-15)


def test_a_direction_is_not_normalised() -> None:
    x, way = np.array([0.3, 0.4]), np.array([30.0, -40.0])
    estimate = derivative(lambda x: np.sum(np.sin(x)), x, way)
    assert abs(float(estimate.value) - float(np.cos(x) @ way)) <= float(estimate.error) + 1e-13


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: derivative(np.sin, [1.0, 2.0], [1.0]), "direction has shape"),
        (lambda: gradient(np.sin, [1.0, 2.0]), "use jacobian"),
        (lambda: gradient(np.abs, 1j), "expected real numbers"),
    ],
)
def test_what_cannot_be_differentiated_is_refused(
    call: Callable[[], Estimate], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        call()
