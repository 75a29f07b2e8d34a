"""The limit of difference quotients, against series whose limit is known."""

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest

from gradcheck.numerics import derivative
from gradcheck.numerics.extrapolation import COLUMNS, NOISE_FACTOR, Limit, limit
from tests.support.probing import along, reference

STEPS = 2.0 ** -np.arange(3.0, 23.0, 2.0)
EPS = 2.0**-52


def extrapolated(
    quotients: np.ndarray, roundoff: np.ndarray | float = 0.0, power: int = 2
) -> Limit:
    """Return the limit of one column of quotients."""
    column = np.asarray(quotients, dtype=float).reshape(-1, 1)
    noise = np.broadcast_to(np.asarray(roundoff, dtype=float).reshape(-1, 1), column.shape)
    return limit(STEPS[: len(column), None], column, noise, power=power)


def apart(found: Limit, truth: float) -> float:
    return float(abs(found.value[0] - truth))


@pytest.mark.parametrize(
    ("coefficients", "power"), [((1.5, -3.0, 7.0), 2), ((1.5,), 2), ((1.0, -2.0, 0.5), 1)]
)
def test_a_polynomial_error_is_taken_away_to_the_last_digits(
    coefficients: tuple[float, ...], power: int
) -> None:
    series = sum(c * STEPS ** (power * (k + 1)) for k, c in enumerate(coefficients))
    found = extrapolated(2.0 + np.asarray(series), power=power)
    assert apart(found, 2.0) <= 16 * EPS
    assert found.error[0] <= 1e-13


def test_the_wrong_power_leaves_an_error_that_is_admitted() -> None:
    """A central difference over a kink has a first power: the bar must still hold the limit."""
    found = extrapolated(2.0 + STEPS, power=2)
    assert apart(found, 2.0) <= found.error[0]
    assert found.error[0] >= STEPS[-1]


def test_a_constant_needs_no_rung_and_has_no_error() -> None:
    found = extrapolated(np.full(5, 3.25))
    assert (found.value[0], found.error[0]) == (3.25, 0.0)


def central(f: Callable, x: float) -> np.ndarray:
    with mp.workdps(40):
        return np.array([float((f(x + h) - f(x - h)) / (2 * h)) for h in map(mp.mpf, STEPS)])


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (mp.exp, mp.mpf(1), mp.exp(1)),
        (mp.tan, mp.mpf(1), 1 + mp.tan(1) ** 2),
        (lambda x: mp.sin(50 * x), mp.mpf(1), 50 * mp.cos(50)),
        (lambda x: 1 / x, mp.mpf("0.3"), -1 / mp.mpf("0.09")),
    ],
)
def test_truncation_is_covered_and_small_where_there_is_no_round_off(
    f: Callable, x: mp.mpf, slope: mp.mpf
) -> None:
    found = extrapolated(central(f, x), 1e-15 * abs(float(slope)))
    assert apart(found, float(slope)) <= found.error[0] <= 1e-10 * abs(float(slope))


@pytest.mark.parametrize("sigma", [1e-12, 1e-8, 1e-4])
def test_round_off_that_grows_as_the_steps_shrink_is_covered(sigma: float) -> None:
    rng = np.random.default_rng(1)
    covered, errors = [], []
    for _ in range(200):
        noise = sigma * rng.normal(size=STEPS.size) / (np.sqrt(2.0) * STEPS)
        found = extrapolated(np.cos(1) + noise, NOISE_FACTOR * sigma / STEPS)
        covered.append(apart(found, np.cos(1)) <= found.error[0])
        errors.append(float(found.error[0]))
    assert np.mean(covered) >= 0.995  # one in a thousand is beyond 3.3 sigma
    # The second rung is the coarsest with a neighbour; its truncation is as large again.
    assert np.median(errors) <= 2 * NOISE_FACTOR * sigma / STEPS[1]


def test_round_off_is_never_left_out_where_all_quotients_agree() -> None:
    """Equal rounded values look converged; they are good to their round-off and no better."""
    found = extrapolated(np.full(6, 1.0), np.full(6, 1e-3))
    assert found.error[0] == 1e-3


def test_extrapolation_magnifies_round_off_and_says_so() -> None:
    """Two quotients a and b give (4 a - b) / 3 or better: the bar holds both round-offs."""
    steps, noise = np.array([[2.0], [1.0]]), np.array([[0.3], [0.9]])
    quotients = np.array([[5.0], [2.0]])
    found = limit(steps, quotients, noise, power=2)
    # Column 0: |2 - 5| + 0.9 = 3.9; column 1: value 1, truncation 4, noise 1.2 + 0.1 = 1.3.
    # Both rivals count, and they lie one apart.
    assert (found.value[0], found.rung[0]) == (2.0, 1)
    assert found.error[0] == pytest.approx(3.9 + 1.0)


def test_coarse_rungs_that_agree_on_another_value_are_vetoed_by_the_fine_ones() -> None:
    aliased = np.array([7.0, 7.0, 7.0, 7.0, 7.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    found = extrapolated(aliased, 1e-9)
    assert apart(found, 2.0) <= found.error[0] <= 1e-8


def test_noisy_fine_rungs_do_not_veto() -> None:
    quotients = np.full(10, 2.0)
    quotients[-3:] += [0.5, -0.7, 0.6]
    noise = np.full(10, 1e-12)
    noise[-3:] = 1.0
    found = extrapolated(quotients, noise)
    assert apart(found, 2.0) <= found.error[0] <= 1e-11


def test_a_rung_out_of_line_widens_the_bar_or_is_not_used() -> None:
    quotients = 2.0 + STEPS**2
    quotients[4] += 1e-3
    found = extrapolated(quotients, 1e-14)
    assert apart(found, 2.0) <= found.error[0]


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf])
def test_rungs_outside_the_domain_are_passed_over(missing: float) -> None:
    quotients = 2.0 + STEPS**2
    quotients[:4] = missing
    found = extrapolated(quotients)
    assert apart(found, 2.0) <= 16 * EPS
    assert found.rung[0] >= 4


@pytest.mark.parametrize("values", [[np.nan] * 5, [1.0], [np.nan, 1.0], [1.0, np.nan, 2.0]])
def test_no_two_neighbours_no_limit(values: list[float]) -> None:
    found = extrapolated(np.array(values))
    assert np.isnan(found.value[0])
    assert np.isinf(found.error[0])


def test_quotients_that_overflow_when_subtracted_are_no_limit_and_no_warning() -> None:
    found = extrapolated(np.array([1.5e308, -1.5e308, 1.5e308, -1.5e308]))
    assert np.isinf(found.error[0])


def test_infinite_round_off_is_no_limit() -> None:
    assert np.isinf(extrapolated(np.full(4, 1.0), np.inf).error[0])


def test_fewer_rungs_than_columns_are_enough() -> None:
    found = extrapolated((2.0 + STEPS**2)[: COLUMNS - 3])
    assert apart(found, 2.0) <= 16 * EPS


def test_more_columns_than_needed_are_not_believed() -> None:
    """Two rungs know one coefficient: a series with two has an error of the second's size."""
    quotients = (2.0 + STEPS**2 + 50 * STEPS**4)[:2]
    found = extrapolated(quotients)
    assert apart(found, 2.0) <= found.error[0]


def test_components_do_not_know_of_each_other() -> None:
    rng = np.random.default_rng(2)
    quotients = 2.0 + STEPS[:, None] ** 2 * rng.normal(size=(1, 7)) + rng.normal(size=(10, 7))
    quotients[:3, 2] = np.nan
    noise = rng.uniform(0, 1, size=quotients.shape)
    steps = STEPS[:, None] * np.ones(7)
    whole = limit(steps, quotients, noise, power=2)
    for c in range(7):
        one = limit(steps[:, [c]], quotients[:, [c]], noise[:, [c]], power=2)
        assert (one.value[0], one.error[0]) == (whole.value[c], whole.error[c])


def test_steps_need_not_be_even() -> None:
    steps = np.array([0.5, 0.2, 0.11, 0.03, 0.01])[:, None]
    found = limit(steps, 2.0 + 3 * steps**2 - steps**4, np.zeros_like(steps), power=2)
    assert apart(found, 2.0) <= 64 * EPS


@pytest.mark.parametrize("scale", [2.0**-10, 0.1, 0.37, 1.0, 3.0])
def test_every_starting_scale_agrees_on_a_fast_wave(scale: float) -> None:
    ref = reference(lambda x: np.sin(1000 * x), x=1.0)
    found = along(ref, scale)
    truth = scale * 1000 * np.cos(1000.0)
    assert abs(found.value[0] - truth) <= found.error[0] <= 1e-8 * scale * 1000


@pytest.mark.parametrize(("x", "truth"), [(1e-7, mp.mpf(1) / mp.mpf(1e-7)), (1e-300, None)])
def test_a_logarithm_near_its_pole_is_not_stepped_over(x: float, truth: mp.mpf | None) -> None:
    found = derivative(lambda x: np.log(np.real(x)), x, 1.0)
    slope = 1 / mp.mpf(x) if truth is None else truth
    assert abs(mp.mpf(float(found.value)) - slope) <= mp.mpf(float(found.error))
    assert float(found.error) <= 1e-8 * float(slope)


def test_a_root_at_zero_has_no_slope_and_its_cube_has_one_from_the_right() -> None:
    root = derivative(lambda x: np.sqrt(np.real(x)), 0.0, 1.0)
    assert np.isnan(root.value)
    assert np.isinf(root.error)
    cube = derivative(lambda x: np.real(x) ** 1.5, 0.0, 1.0)
    assert np.isnan(cube.left)
    assert abs(float(cube.right)) <= float(cube.error) <= 1e-5
