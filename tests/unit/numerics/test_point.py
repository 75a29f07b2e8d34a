"""What a point looks like, from differences in 40 digits and from functions as they compute."""

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest

from gradcheck.model import Array, Estimate, Point
from gradcheck.numerics import STAGES, derivative
from gradcheck.numerics.kind import refined
from gradcheck.numerics.ladder import join
from gradcheck.numerics.point import estimate
from tests.support.probing import ALL, exact_samples, kind

Exact = Callable[[mp.mpf], mp.mpf]


def found(f: Exact, x: float, exponents: tuple[int, ...] = ALL) -> Estimate:
    """Estimate from exact differences; the kind of point is the refined one."""
    samples = exact_samples(f, x, exponents)
    sigma = samples.floor[-1]
    first = estimate(samples, sigma, np.array([abs(x)]), calls=0)
    point = refined(samples, sigma, first)
    return Estimate(**{**_fields(first), "point": point})


def _fields(whole: Estimate) -> dict[str, object]:
    return {name: getattr(whole, name) for name in Estimate.__slots__}


def relu(x: mp.mpf) -> mp.mpf:
    return x if x > 0 else mp.mpf(0)


def real_root(x: mp.mpf) -> mp.mpf:
    return mp.sqrt(x) if x >= 0 else mp.nan


def step(x: mp.mpf) -> mp.mpf:
    return mp.mpf(1) if x >= 0 else mp.mpf(0)


def ripple(x: mp.mpf, slope: str) -> mp.mpf:
    return mp.mpf(slope) * mp.sin(100 * x) / 100


NAMED: dict[str, tuple[Exact, float, Point]] = {
    "sin": (mp.sin, 1.0, Point.SMOOTH),
    "constant": (lambda x: mp.mpf(3), 1.0, Point.SMOOTH),
    "cubic at its saddle": (lambda x: x**3, 0.0, Point.SMOOTH),
    "smooth to the first order": (lambda x: x * abs(x), 0.0, Point.SMOOTH),
    "abs": (abs, 0.0, Point.KINK),
    "relu": (relu, 0.0, Point.KINK),
    "a small kink": (lambda x: mp.sin(x) + mp.mpf("1e-6") * abs(x), 0.0, Point.KINK),
    "a tie": (lambda x: max(1 + x, 1 - x / 3), 0.0, Point.KINK),
    "abs nearby": (abs, 1e-5, Point.NEAR_KINK),
    "relu nearby, flat side": (relu, -1e-4, Point.NEAR_KINK),
    "step": (step, 0.0, Point.JUMP),
    "step with a slope": (lambda x: step(x) + mp.sin(x), 0.0, Point.JUMP),
    "minus step": (lambda x: -step(x), 0.0, Point.JUMP),
    "root of abs": (lambda x: mp.sqrt(abs(x)), 0.0, Point.CUSP),
    "cube root": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), 0.0, Point.CUSP),
    "two thirds": (lambda x: mp.cbrt(x * x), 0.0, Point.CUSP),
    "root at its end": (real_root, 0.0, Point.CUSP),
    "power at its end": (lambda x: real_root(x) ** 3, 0.0, Point.EDGE),
    "end of a line": (lambda x: x if x <= 1 else mp.nan, 1.0, Point.EDGE),
    "beginning of a line": (lambda x: x if x >= 1 else mp.nan, 1.0, Point.EDGE),
    "log near its pole": (lambda x: mp.log(x) if x > 0 else mp.nan, 1e-6, Point.EDGE),
    "round": (lambda x: mp.nint(x), 0.49, Point.PLATEAU),
    "step nearby": (step, 1e-3, Point.PLATEAU),
    "step quite near": (step, 1e-5, Point.PLATEAU),
    "wave that two rungs miss": (lambda x: mp.sin(100 * x), 1.0, Point.ALIASED),
    "wave upon a slope against it": (
        lambda x: ripple(x, "1.8") - x * 4 / 5,
        1.0,
        Point.ALIASED,
    ),
    "wave upon a steep slope": (lambda x: ripple(x, "3") - x * 8 / 5, 1.0, Point.SMOOTH),
    "fast wave": (lambda x: mp.sin(1000 * x), 1.0, Point.ALIASED),
    "nothing": (lambda x: mp.nan, 0.0, Point.UNDEFINED),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_point_is_called_what_it_is(name: str) -> None:
    f, x, point = NAMED[name]
    assert kind(found(f, x)) is point


def test_points_side_by_side_do_not_know_of_each_other() -> None:
    samples = join([exact_samples(f, x) for f, x, _ in NAMED.values()])
    sigma = samples.floor[-1]
    reach = np.array([abs(x) for _, x, _ in NAMED.values()])
    points = refined(samples, sigma, estimate(samples, sigma, reach, calls=0))
    assert {n: Point(int(p)) for n, p in zip(NAMED, points, strict=True)} == {
        name: point for name, (_, _, point) in NAMED.items()
    }


@pytest.mark.parametrize(
    ("f", "sigma", "point"),
    [
        (lambda x: mp.mpf(3), 1e-3, Point.PLATEAU),
        (lambda x: mp.mpf(3), 1e-16, Point.SMOOTH),
        (lambda x: 3 + x**2, 1e-3, Point.NOISE),
    ],
    ids=["noise and no move", "no noise", "noise and moves"],
)
def test_what_never_moves_on_the_ladder_and_is_noisy_beside_it_is_a_plateau(
    f: Exact, sigma: float, point: Point
) -> None:
    samples, noise = exact_samples(f, 0.0), np.array([sigma])
    first = estimate(samples, noise, np.zeros(1), calls=0)
    assert Point(int(refined(samples, noise, first)[0])) is point


def test_a_noisy_plateau_beside_what_moves_is_one_all_the_same() -> None:
    samples = join([exact_samples(f, 0.0) for f in (lambda x: mp.mpf(3), lambda x: 3 + x)])
    noise = np.full(2, 1e-3)
    points = refined(samples, noise, estimate(samples, noise, np.zeros(2), calls=0))
    assert points.tolist() == [Point.PLATEAU, Point.NOISE]


SLOPES: dict[str, tuple[Exact, float, float, float]] = {
    "abs": (abs, 0.0, -1.0, 1.0),
    "relu": (relu, 0.0, 0.0, 1.0),
    "relu of sin": (lambda x: relu(mp.sin(x)), 0.0, 0.0, 1.0),
    "minus abs": (lambda x: -abs(x), 0.0, 1.0, -1.0),
    "a tie": (lambda x: max(1 + x, 1 - x / 3), 0.0, -1 / 3, 1.0),
    "exponential on one side": (lambda x: max(mp.mpf(1), mp.exp(2 * x)), 0.0, 0.0, 2.0),
}


@pytest.mark.parametrize("name", SLOPES)
def test_at_a_kink_the_sides_are_told_apart_and_the_value_lies_between(name: str) -> None:
    f, x, left, right = SLOPES[name]
    one = found(f, x)
    assert abs(one.left[0] - left) <= one.error[0] <= 1e-9
    assert abs(one.right[0] - right) <= one.error[0]
    assert one.value[0] == (one.left[0] + one.right[0]) / 2


@pytest.mark.parametrize("gap", [1e-8, 1e-5, 1e-2])
def test_a_kink_of_any_size_above_the_error_is_one(gap: float) -> None:
    one = found(lambda x: mp.exp(x) + mp.mpf(gap) * relu(x), 0.0)
    assert kind(one) is Point.KINK
    assert one.right[0] - one.left[0] == pytest.approx(gap, rel=1e-2)


def test_a_kink_below_the_error_is_none_and_the_bar_holds_both_slopes() -> None:
    one = found(lambda x: 1 + x + mp.mpf("1e-17") * abs(x), 0.0)
    assert kind(one) is Point.SMOOTH
    assert abs(one.value[0] - 1.0) + 1e-17 <= one.error[0]


def test_at_a_smooth_point_the_sides_are_the_value() -> None:
    one = found(mp.exp, 0.5)
    assert one.left[0] == one.right[0] == one.value[0]


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_at_an_edge_the_side_that_exists_is_given(side: float) -> None:
    one = found(lambda x: mp.exp(x) if side * x >= 0 else mp.nan, 0.0)
    inside, outside = (one.right, one.left) if side > 0 else (one.left, one.right)
    assert kind(one) is Point.EDGE
    assert abs(inside[0] - 1.0) <= one.error[0] <= 1e-6
    assert inside[0] == one.value[0]
    assert np.isnan(outside[0])


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_where_only_one_side_jumps_the_other_has_a_slope(slope: float) -> None:
    """Continuous from the right: the left quotient is 1 / h."""
    one = found(lambda x: step(x) + slope * x, 0.0)
    assert kind(one) is Point.JUMP
    assert np.isnan(one.left[0])
    assert abs(one.right[0] - slope) <= one.error[0] <= 1e-9


def test_where_both_sides_jump_there_is_nothing() -> None:
    one = found(lambda x: mp.sign(x), 0.0)
    assert kind(one) is Point.JUMP
    assert np.isnan([one.value[0], one.left[0], one.right[0]]).all()
    assert np.isinf(one.error[0])


@pytest.mark.parametrize("away", [0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_kink_nearby_is_no_kink_here_and_its_distance_is_told(away: float, side: int) -> None:
    """Between the finest step that crossed it and the next one, four times finer."""
    one = found(lambda x: mp.exp(x) + 3 * abs(x - side * mp.mpf(away)), 0.0)
    assert abs(one.value[0] - (1 - 3 * side)) <= one.error[0] <= 1e-8
    if away < 0.1:
        assert kind(one) is Point.NEAR_KINK
        assert one.distance is not None
        assert away / 4 <= one.distance[0] <= 4 * away


def test_a_kink_beyond_the_ladder_is_not_seen() -> None:
    one = found(lambda x: mp.exp(x) + abs(x - mp.mpf("0.2")), 0.0)
    assert kind(one) is Point.SMOOTH
    assert one.distance is not None
    assert np.isnan(one.distance[0])


def test_a_jump_nearby_is_no_jump_here() -> None:
    one = found(lambda x: mp.sin(x) + step(x), 1e-4)
    assert abs(one.value[0] - np.cos(1e-4)) <= one.error[0] <= 1e-8


@pytest.mark.parametrize("x", [1.0, 0.3])
def test_a_line_is_not_flat_because_its_neighbourhood_is(x: float) -> None:
    """A slope that starts where the ladder ends is the slope here."""
    one = found(lambda z: max(z - mp.mpf(x), -(mp.mpf(2) ** -30)), x)
    assert abs(one.value[0] - 1.0) <= one.error[0] <= 1e-5


def test_too_few_rungs_name_nothing_that_they_cannot_know() -> None:
    one = found(mp.sin, 1.0, (3, 5))
    assert kind(one) is Point.SMOOTH
    assert abs(one.value[0] - np.cos(1.0)) <= one.error[0]


def test_one_rung_is_no_limit() -> None:
    samples = exact_samples(mp.sin, 1.0, (12,))
    one = estimate(samples, samples.floor[-1], np.ones(1), calls=0)
    assert np.isnan(one.value[0])
    assert np.isinf(one.error[0])


def test_the_ladder_of_the_worst_component_is_kept_for_the_plot() -> None:
    joined = join([exact_samples(mp.sin, 1.0), exact_samples(lambda x: mp.sin(300 * x), 1.0)])
    both = estimate(joined, joined.floor[-1], np.ones(2), calls=7)
    assert both.calls == 7
    assert len(both.rungs) == len(ALL)
    assert both.rungs[0].step == 2.0 ** -min(ALL)
    fine = next(rung for rung in both.rungs if rung.step == 2.0**-21)
    assert fine.value == pytest.approx(300 * np.cos(300.0), rel=1e-6)  # the wave's
    steps = np.array([rung.step for rung in both.rungs])
    errors = np.array([rung.error for rung in both.rungs])
    assert np.all(np.diff(steps) < 0)
    assert np.allclose(errors * steps, errors[0] * steps[0], rtol=8)


NOISY: dict[str, tuple[Callable[[Array], Array], float]] = {
    "float32": (lambda x: np.float64(np.sin(np.float32(np.real(x)))), 1e-4),
    "quantised": (lambda x: 1e-7 * np.round(np.sin(np.real(x)) * 1e7), 1e-4),
}


@pytest.mark.parametrize("name", NOISY)
def test_where_rounding_takes_the_digits_noise_is_named(name: str) -> None:
    f, most = NOISY[name]
    one = derivative(f, 1.0, 1.0)
    assert kind(one) is Point.NOISE
    assert abs(float(one.value) - np.cos(1.0)) <= float(one.error) <= most
    assert one.noise > 1e-12


def test_noise_that_takes_no_digits_is_not_named() -> None:
    """A float32 line through its own grid points is exact."""
    one = derivative(lambda x: np.float64(np.float32(0.0) * np.float32(np.real(x))), 1.0, 1.0)
    assert kind(one) is Point.SMOOTH


def test_a_float32_ramp_is_no_plateau() -> None:
    one = derivative(lambda x: np.float64(np.float32(np.real(x)) * 3), 0.7, 1.0)
    assert kind(one) is not Point.PLATEAU
    assert abs(float(one.value) - 3.0) <= float(one.error) <= 1e-3


def test_stages_hold_no_rung_twice() -> None:
    assert len(set(ALL)) == len(ALL)
    assert all(tuple(sorted(stage)) == stage for stage in STAGES)
