"""The complex step is heard where it agrees, and dropped where the code is not analytic."""

from collections.abc import Callable
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest

from gradcheck.model import Array, Arrays, Estimate, Outputs, Point
from gradcheck.numerics import derivative, gradient, jacobian, sharpened
from tests.support.probing import reference

Plain = Callable[[Array], Array]
mp.mp.dps = 40


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


ANALYTIC = {
    "sin": (np.sin, 1.0, mp.cos(1)),
    "exp": (np.exp, -2.0, mp.exp(-2)),
    "sigmoid": (sigmoid, 0.5, mp.mpf(1) / (2 + 2 * mp.cosh(mp.mpf("0.5")))),
    "saturated sigmoid": (sigmoid, 20.0, mp.mpf(1) / (2 + 2 * mp.cosh(20))),
    "x cubed": (lambda x: x**3, 1e5, 3 * mp.mpf(10) ** 10),
    "1e8 + sin": (lambda x: 1e8 + np.sin(x), 1.0, mp.cos(1)),
    "log": (np.log, 3.0, 1 / mp.mpf(3)),
}


@pytest.mark.parametrize("name", ANALYTIC)
def test_analytic_code_gives_the_last_digits(name: str) -> None:
    f, x, slope = ANALYTIC[name]
    found = derivative(f, x, 1.0)
    assert found.method == "complex step"
    assert abs(mp.mpf(float(found.value)) - slope) <= mp.mpf(float(found.error))
    assert float(found.error) <= 1e-13 * abs(float(slope)) + 1e-24
    assert float(found.left) == float(found.right) == float(found.value)


#: Code that takes complex numbers and is not analytic: function, point, true slope.
OTHERWISE = {
    "abs": (np.abs, -2.0, -1.0),
    "abs squared": (lambda x: np.abs(x) ** 2 + 0j, 1.0, 2.0),
    "conj": (lambda x: x * np.conj(x), 1.5, 3.0),
    "conj alone": (np.conj, 0.5, 1.0),
    "real part": (lambda x: np.real(x) ** 2 + 0j, 1.0, 2.0),
    "imaginary part on top": (lambda x: np.sin(x) + 1j * np.imag(x), 1.0, float(np.cos(1.0))),
    "half the imaginary part": (lambda x: np.real(x) + 0.5j * np.imag(x), 1.0, 1.0),
    "nearly": (lambda x: np.sin(x) + 1e-6j * np.imag(x), 1.0, float(np.cos(1.0))),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_where_it_differs_it_is_dropped(name: str) -> None:
    f, x, slope = OTHERWISE[name]
    found = derivative(lambda x: f(x) if np.iscomplexobj(x) else np.real(f(x)), x, 1.0)
    assert found.method == "ladder"
    assert abs(float(found.value) - slope) <= float(found.error) <= 1e-9


#: Code that refuses complex numbers, loses them, or answers with none.
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.array([float(v.real) ** 2 for v in np.atleast_1d(x)]),
        lambda x: np.cbrt(x) ** 6,
        lambda x: np.asarray(x, dtype=np.float64) ** 2,
        lambda x: x**2 if not np.iscomplexobj(x) else x * np.nan,
        lambda x: x**2 if not np.iscomplexobj(x) else np.array(1 / 0),
    ],
    ids=["real", "cbrt", "cast", "nan", "raises"],
)
def test_code_that_does_not_follow_complex_numbers_is_differentiated_all_the_same(
    f: Plain,
) -> None:
    found = derivative(f, [1.5], [1.0])
    assert found.method == "ladder"
    assert abs(float(found.value[0]) - 3.0) <= float(found.error[0]) <= 1e-10


def relu(x: Array) -> Array:
    return np.where(np.real(x) > 0, x, 0 * x)


def test_at_a_kink_it_is_not_asked_although_it_has_an_answer() -> None:
    found = derivative(relu, 0.0, 1.0)
    assert (float(found.left), float(found.right)) == pytest.approx((0.0, 1.0))
    assert Point(int(found.point)) is Point.KINK


def test_a_kink_within_the_last_digits_looks_smooth_from_neither_side() -> None:
    """The bar must hold the slopes of both sides, and so it is not sharpened."""
    found = derivative(lambda x: relu(x - 1.0), 1.0 + 2.0**-52, 1.0)
    assert float(found.error) >= 0.4 or Point(int(found.point)) is Point.KINK


def test_near_a_kink_it_is_heard() -> None:
    found = derivative(lambda x: relu(x) ** 2, 1e-5, 1.0)
    assert abs(float(found.value) - 2e-5) <= 1e-18


def test_where_only_some_entries_are_analytic_only_those_are_sharpened() -> None:
    def f(x: Array) -> Array:
        parts = (np.sin(x[:1]), np.abs(x[1:]))
        return np.concatenate([np.asarray(p, dtype=x.dtype) for p in parts])

    found = derivative(f, [1.0, -2.0], [1.0, 1.0])
    assert float(found.error[0]) <= 1e-14
    assert abs(float(found.value[1]) + 1.0) <= float(found.error[1]) <= 1e-10


def test_a_jacobian_and_a_gradient_are_sharpened_entry_by_entry() -> None:
    x = np.array([0.3, 1e4, -2.0])
    found = gradient(lambda x: np.sum(1e6 + np.sin(x)), x)
    assert np.all(np.abs(found.value - np.cos(x)) <= found.error)
    # An entry of 1e4 is itself known to an ulp of 1e4, and the slope changes as fast as x.
    assert np.all(found.error <= 2.0**-46 + 2.0**-48 * np.abs(x))
    wide = jacobian(lambda x: 1e6 + np.outer(np.sin(x), x), x)
    truth = np.zeros((3, 3, 3))
    for k in range(3):
        truth[k, :, k] += np.cos(x[k]) * x
        truth[:, k, k] += np.sin(x)
    # NumPy's own sine and cosine and one product each: a few ulps
    assert np.all(np.abs(wide.value - truth) <= wide.error + 1e-15 * np.abs(truth).max())


def claim(value: float, error: float, point: Point) -> Estimate:
    """An estimate as the ladder would hand it on."""
    one = np.array([value])
    return Estimate(one, np.array([error]), np.array([int(point)]), one, one, calls=0)


def heard(first: Estimate) -> Estimate:
    """Sharpen an estimate of the derivative of sin at 1 along a unit direction."""
    ref = reference(np.sin, x=np.asarray(1.0))
    probe = ref.directional({"x": np.ones(())})

    def f(inputs: Arrays) -> Outputs:
        return (np.sin(inputs["x"]),)

    return sharpened(first, probe.line, probe.weights, f, unit=True)


COS1 = float(np.cos(1.0))


@pytest.mark.parametrize("point", [Point.SMOOTH, Point.NEAR_KINK])
def test_a_witness_within_the_bar_is_heard(point: Point) -> None:
    found = heard(claim(COS1 + 0.9e-6, 1e-6, point))
    assert abs(found.value[0] - COS1) <= found.error[0] <= 1e-14
    assert found.method == "complex step"


def test_a_witness_outside_the_bar_is_not_heard() -> None:
    first = claim(COS1 + 1.1e-6, 1e-6, Point.SMOOTH)
    assert heard(first) is first


@pytest.mark.parametrize("point", set(Point) - {Point.SMOOTH, Point.NEAR_KINK})
def test_at_any_other_point_no_witness_is_heard(point: Point) -> None:
    first = claim(COS1, 1e-6, point)
    assert heard(first) is first


@pytest.mark.parametrize("x", [2.0**-51, -(2.0**-51)])
def test_a_kink_to_either_side_is_seen_beside_the_point(x: float) -> None:
    slope = 1.0 if x > 0 else 0.0
    first = claim(slope, 0.3, Point.SMOOTH)
    probe = reference(relu, x=np.asarray(x)).directional({"x": np.ones(())})
    found = sharpened(first, probe.line, probe.weights, lambda i: (relu(i["x"]),), unit=True)
    assert found is first


def test_slopes_that_cancel_leave_the_round_off_of_their_terms() -> None:
    def both(x: Array) -> tuple[Array, Array]:
        return 1e8 * np.sin(x), -1e8 * np.sin(x) + x

    probe = reference(both, x=np.asarray(1.0)).directional({"x": np.ones(())})
    first = claim(1.0, 1e-3, Point.SMOOTH)
    found = sharpened(first, probe.line, probe.weights, lambda i: both(i["x"]), unit=True)
    terms = np.sqrt(2) * 1e8 * COS1
    assert 8 * 2.0**-52 * terms <= found.error[0] <= 64 * 2.0**-52 * terms


def test_a_sharper_estimate_is_kept() -> None:
    first = claim(COS1, 1e-18, Point.SMOOTH)
    assert heard(first) is first


def test_no_answer_from_any_of_the_three_points_leaves_the_estimate() -> None:
    first = claim(COS1, 1e-6, Point.SMOOTH)
    ref = reference(np.sin, x=np.asarray(1.0))
    probe = ref.directional({"x": np.ones(())})
    for missing in range(3):
        asked: list[int] = []

        def f(
            inputs: Arrays, missing: int = missing, asked: list[int] = asked
        ) -> Outputs | None:
            asked.append(1)
            return None if len(asked) == missing + 1 else (np.sin(inputs["x"]),)

        assert sharpened(first, probe.line, probe.weights, f, unit=True) is first


def test_entries_are_divided_by_their_own_speed() -> None:
    """Of a probe that steps many entries at once, each at the pace of its size."""
    from gradcheck.numerics import Weights

    x = np.array([0.5, 3.0, 1000.0])
    ref = reference(np.sin, x=x)
    probe = ref.entries("x", ..., Weights(ref.upstream, [(0,)], (3,)))
    first = probe.estimate(range(3, 23, 2), ["x"])
    found = sharpened(
        replace(first, error=first.error + 1e-3),
        probe.line,
        probe.weights,
        lambda inputs: (np.sin(inputs["x"]),),
        unit=False,
    )
    assert np.all(np.abs(found.value - np.cos(x)) <= found.error)
    assert np.all(found.error <= 2.0**-46 + 2.0**-48 * np.abs(x))
