"""What disagreement proves nothing: per entry, in ulps of the dtype, never silently more."""

import numpy as np
import pytest

from gradcheck.compare import EPS, NEARLY, RESOLUTION, claim_error, zero_of
from gradcheck.compare.allowance import LOOK, LOOK_RESOLUTION, PROOF, USEFUL, ZERO

RNG = np.random.default_rng(0)
DTYPES = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10}


def test_the_tolerances_stand_in_the_order_that_they_need() -> None:
    assert EPS == 2.0**-52
    assert EPS < NEARLY < LOOK_RESOLUTION < RESOLUTION < USEFUL < 1
    assert PROOF > 1
    assert LOOK >= 1
    # A speed of up to 4 hides a quarter of an error in one entry; the rest is left of a fifth.
    assert 4 * LOOK_RESOLUTION < RESOLUTION
    assert ZERO <= RESOLUTION


@pytest.mark.parametrize(("name", "eps"), DTYPES.items())
def test_a_claim_that_repeats_itself_is_good_to_a_few_ulps_of_its_dtype(
    name: str, eps: float
) -> None:
    g = np.ones(100)
    error = claim_error(g, g, eps)
    assert np.all((error >= 4 * eps) & (error <= 32 * eps))


def test_no_dtype_is_better_than_float64() -> None:
    """Extended precision claims end in float64; zero is the spacing of no floats at all."""
    g = np.ones(3)
    for eps in (0.0, 2.0**-63):
        assert np.array_equal(claim_error(g, g, eps), claim_error(g, g, EPS))


def test_every_entry_has_an_error_of_its_own_and_small_ones_that_of_the_typical() -> None:
    """One entry of 1e6 among a million of one: its round-off is its own affair."""
    g = np.ones(10_000)
    g[0] = 1e6
    error = claim_error(g, g, EPS)
    assert error.shape == g.shape
    assert error[0] > 50 * error[1]
    zero = claim_error(np.array([1.0, 0.0]), np.array([1.0, 0.0]), EPS)
    assert 0 < zero[1] < zero[0]


def test_the_number_of_entries_does_not_widen_it() -> None:
    few, many = np.ones(10), np.ones(100_000)
    assert claim_error(many, many, EPS)[0] == pytest.approx(claim_error(few, few, EPS)[0])


@pytest.mark.parametrize("factor", [2.0**-40, 2.0**-3, 2.0**20])
def test_it_scales_with_the_claim(factor: float) -> None:
    g, again = RNG.normal(size=(2, 50)) * [[1.0], [1e-12]] + [[0.0], [0.0]]
    again = g + again
    assert np.array_equal(
        claim_error(factor * g, factor * again, EPS), factor * claim_error(g, again, EPS)
    )


@pytest.mark.parametrize("size", [1e-12, 1e-9, 1e-6])
def test_scatter_between_two_claims_is_allowed_for_four_times(size: float) -> None:
    g = np.ones(400)
    scatter = size * RNG.normal(size=400)
    error = claim_error(g, g + scatter, EPS)
    rms = np.sqrt(np.mean(scatter**2))
    assert np.all(error >= 4 * np.maximum(np.abs(scatter), rms))
    assert np.all(error <= 4 * np.maximum(np.abs(scatter), rms) + 32 * EPS)


def test_two_samples_of_round_off_cover_the_claims_error() -> None:
    g, sigma = np.ones(5000), 1e-8
    first, second = (g + sigma * RNG.normal(size=5000) for _ in range(2))
    error = claim_error(first, second, EPS)
    assert np.mean(np.abs(first - g) <= error) >= 0.9999


@pytest.mark.parametrize("wrong", [2e-4, 0.1, 3.0])
def test_a_claim_that_is_not_linear_gets_no_allowance_for_it(wrong: float) -> None:
    """Clipping inside backward scatters widely, and is no round-off."""
    g = np.ones(100)
    assert np.array_equal(claim_error(g, (1 + wrong) * g, EPS), claim_error(g, g, EPS))


def test_just_below_that_limit_scatter_counts() -> None:
    g = np.ones(100)
    assert claim_error(g, (1 + 0.9e-4) * g, EPS)[0] >= 3.6e-4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_spoils_no_other_entry(bad: float) -> None:
    g = np.ones(100)
    g[3] = bad
    error = claim_error(g, g, EPS)
    others = np.arange(100) != 3
    assert np.all(np.isfinite(error[others]))
    assert np.all(error[others] <= 32 * EPS)
    again = np.ones(100)
    assert np.all(claim_error(g, again, EPS)[others] <= 32 * EPS)


def test_without_a_single_number_there_is_no_typical_entry() -> None:
    none = np.full(3, np.nan)
    assert claim_error(none, none, EPS).tolist() == [0.0, 0.0, 0.0]


def test_what_cancels_keeps_the_round_off_of_its_terms() -> None:
    """A bias before a batch norm: its gradient is zero, summed up from terms of size one."""
    zero = np.zeros(4)
    assert np.all(claim_error(zero, zero, EPS) == 0.0)
    assert np.all(claim_error(zero, zero, EPS, beside=2.0) >= 8 * EPS)
    assert np.all(claim_error(zero, zero, EPS, beside=2.0) <= 64 * EPS)


def test_a_smaller_neighbour_changes_nothing() -> None:
    g = np.ones(4)
    assert np.array_equal(claim_error(g, g, EPS, beside=0.5), claim_error(g, g, EPS))


def test_no_entries_no_error() -> None:
    none = np.zeros((0, 3))
    assert claim_error(none, none, EPS).shape == (0, 3)


def test_nothing_warns_and_the_arguments_are_kept() -> None:
    g, again = np.array([1.0, np.nan]), np.array([1.0, np.inf])
    before = g.copy(), again.copy()
    claim_error(g, again, EPS)
    assert np.array_equal(g, before[0], equal_nan=True)
    assert np.array_equal(again, before[1])


@pytest.mark.parametrize(("name", "eps"), DTYPES.items())
def test_zero_is_a_few_dozen_ulps_of_the_terms(name: str, eps: float) -> None:
    """What judges in units of ZERO calls everything below so many ulps zero."""
    assert 32 * eps <= ZERO * zero_of(eps, 1.0) <= 128 * eps
    assert zero_of(eps, 10.0) == pytest.approx(10 * zero_of(eps, 1.0))
    assert zero_of(eps, 0.0) == 0.0


# Run by run, as one formula.


def plain(claimed: np.ndarray, repeated: np.ndarray, eps: float, beside: float) -> np.ndarray:
    """The round-off of a claim in whole arrays."""
    error = np.abs(claimed - repeated)
    size = np.sqrt(np.mean(claimed**2))
    scatter = np.sqrt(np.mean(error**2))
    floor = 8.0 * max(eps, EPS) * (np.abs(claimed) + max(size, beside))
    return 4.0 * np.maximum(error, scatter) + floor


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(), (1,), (7, 5), (3, 100_003)])
def test_runs_of_entries_make_the_same_error_as_whole_arrays(
    shape: tuple[int, ...], order: str
) -> None:
    g = np.asarray(RNG.normal(size=shape), order=order)  # type: ignore[call-overload]
    again = g * (1.0 + 1e-15 * RNG.normal(size=shape))
    found = claim_error(g, again, EPS, beside=3.0)
    assert found.shape == shape
    # A mean of n squares is good to n eps in any order, its root to half of that.
    assert np.allclose(found, plain(g, again, EPS, 3.0), rtol=(g.size + 8) * EPS, atol=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 70_000])
def test_one_entry_that_is_not_finite_leaves_the_floor_of_all_others(
    bad: float, place: int
) -> None:
    g = np.ones(70_001)
    again = g.copy()
    again[place] = bad
    assert np.array_equal(claim_error(g, again, EPS), np.full(g.shape, 16.0 * EPS))
    again, g[place] = np.ones(70_001), bad
    assert np.all(np.isfinite(np.delete(claim_error(g, again, EPS), place)))


def test_a_claim_without_entries_has_no_error() -> None:
    assert claim_error(np.zeros((0, 3)), np.zeros((0, 3)), EPS).shape == (0, 3)
