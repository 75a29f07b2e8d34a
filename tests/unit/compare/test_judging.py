"""Pass, inconclusive, fail: three zones, and what lies outside of all of them."""

import numpy as np
import pytest

from gradcheck.compare import (
    EPS,
    FAIL,
    INCONCLUSIVE,
    PASS,
    Scale,
    agrees,
    closed,
    judge,
)
from gradcheck.compare.allowance import ALONE, LOOK, LOOK_RESOLUTION, PROOF, USEFUL, ZERO
from gradcheck.model import Comparison, Estimate, Floats, Point, Verdict
from gradcheck.numerics import Look

ONE = Scale(size=1.0, norm=1.0, unit=1.0)
NAN, INF = np.nan, np.inf


def estimate(
    value: object,
    error: object = 1e-10,
    point: Point = Point.SMOOTH,
    left: object = None,
    right: object = None,
    method: str = "complex step",
) -> Estimate:
    values = np.atleast_1d(np.asarray(value, dtype=float))
    full = [
        values if x is None else np.broadcast_to(np.asarray(x, dtype=float), values.shape)
        for x in (left, right)
    ]
    errors = np.broadcast_to(np.asarray(error, dtype=float), values.shape)
    points = np.full(values.shape, point, dtype=np.int64)
    return Estimate(values, errors, points, *full, calls=0, method=method)


def judged(
    claimed: object, reference: Estimate, error: object = 0.0, scale: Scale = ONE
) -> Comparison:
    claims = np.atleast_1d(np.asarray(claimed, dtype=float))
    errors = np.broadcast_to(np.asarray(error, dtype=float), claims.shape)
    return judge("x", claims, reference, errors, scale)


def code(claimed: object, reference: Estimate, error: object = 0.0, scale: Scale = ONE) -> int:
    (found,) = judged(claimed, reference, error, scale).verdicts
    return int(found)


# The three zones.


@pytest.mark.parametrize(
    ("allowances", "expected"),
    [
        (0.0, PASS),
        (0.5, PASS),
        (0.999, PASS),
        (1.001, INCONCLUSIVE),
        (2.0, INCONCLUSIVE),
        (2.999, INCONCLUSIVE),
        (3.001, FAIL),
        (1e6, FAIL),
    ],
)
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("size", [1e-12, 1e-10, 1e-4])
def test_within_the_allowance_pass_three_times_beyond_fail_between_open(
    allowances: float, expected: int, sign: int, size: float
) -> None:
    assert code(2.0 + sign * allowances * size, estimate(2.0, size)) == expected


@pytest.mark.parametrize(("reference", "claim"), [(1e-6, 0.0), (0.0, 1e-6), (4e-7, 6e-7)])
def test_the_allowance_is_the_error_of_the_reference_and_of_the_claim(
    reference: float, claim: float
) -> None:
    found = judged(1.0, estimate(1.0, reference), claim)
    assert found.allowance[0] == pytest.approx(1e-6, rel=1e-9)
    assert code(1.0 + 0.99e-6, estimate(1.0, reference), claim) == PASS
    assert code(1.0 + 3.1e-6, estimate(1.0, reference), claim) == FAIL


def test_an_allowance_too_wide_to_decide_passes_nobody() -> None:
    assert code(1.0, estimate(1.0, 0.99 * USEFUL)) == PASS
    assert code(1.0, estimate(1.0, 1.01 * USEFUL)) == INCONCLUSIVE
    assert code(1.0 + 4 * USEFUL, estimate(1.0, 1.01 * USEFUL)) == FAIL


def test_useful_is_relative_to_the_typical_entry() -> None:
    wide = estimate(1.0, 10 * USEFUL)
    assert code(1.0, wide) == INCONCLUSIVE
    assert code(1.0, wide, scale=Scale(size=11.0, norm=11.0, unit=1.0)) == PASS


def test_what_is_zero_beside_the_function_itself_is_zero() -> None:
    """A gradient that cancels: typical entries of 1e-17 from outputs of one."""
    nothing = Scale(size=1e-17, norm=1e-17, unit=1.0)
    assert code(3e-17, estimate(0.0, 1e-16), scale=nothing) == PASS
    assert code(0.0, estimate(0.0, 2 * ZERO), scale=nothing) == INCONCLUSIVE
    assert code(1e-6, estimate(0.0, 1e-16), scale=nothing) == FAIL


def test_below_the_square_of_eps_of_the_functions_size_nothing_is_proved() -> None:
    exact = estimate(0.0, 0.0)
    assert code(0.9 * EPS**2 * 1e9, exact, scale=Scale(1.0, 1.0, 1e9)) == PASS
    assert code(3.1 * EPS**2 * 1e9, exact, scale=Scale(1.0, 1.0, 1e9)) == FAIL


def test_a_difference_proves_nothing_below_a_few_eps_of_the_functions_size() -> None:
    """However sure it is of itself: a saturated gate leaves noise, and a bar below it."""
    sure, wide = estimate(0.0, 0.0, method="ladder"), Scale(1.0, 1.0, 1e3)
    assert code(0.9 * ALONE * EPS * 1e3, sure, scale=wide) == PASS
    assert code(2.0 * ALONE * EPS * 1e3, sure, scale=wide) == INCONCLUSIVE
    assert code(3.1 * ALONE * EPS * 1e3, sure, scale=wide) == FAIL


def test_exact_agreement_with_an_exact_reference_passes() -> None:
    assert code(1.0, estimate(1.0, 0.0), scale=Scale(1.0, 1.0, 0.0)) == PASS
    assert code(0.0, estimate(0.0, 0.0), scale=Scale(0.0, 0.0, 0.0)) == PASS


def test_entries_are_judged_alone() -> None:
    claimed = np.array([[1.0, 2.0], [3.0 + 2e-10, 4.0 + 1e-3]])
    found = judged(claimed, estimate([[1.0, 2.0], [3.0, 4.0]]))
    assert found.verdicts.tolist() == [[PASS, PASS], [INCONCLUSIVE, FAIL]]
    assert found.verdict is Verdict.FAIL
    assert found.worst == (1, 1)


def test_a_large_entry_hides_no_small_one() -> None:
    claimed = np.array([1e12, 1.0 + 1e-6])
    found = judged(claimed, estimate([1e12, 1.0], [1e-2, 1e-10]), scale=Scale(1e12, 1e12, 1.0))
    assert found.verdicts.tolist() == [PASS, FAIL]


# What is not a number.


@pytest.mark.parametrize("claim", [NAN, INF, -INF])
def test_a_claim_that_is_no_number_fails_where_a_derivative_exists(claim: float) -> None:
    assert code(claim, estimate(1.0)) == FAIL
    assert code(claim, estimate(0.5, point=Point.KINK, left=0.0, right=1.0)) == FAIL
    assert code(claim, estimate(1.0, point=Point.EDGE, left=NAN, right=1.0)) == FAIL


@pytest.mark.parametrize("claim", [NAN, INF, 0.0, 7.0])
def test_where_no_derivative_exists_nothing_can_be_wrong(claim: float) -> None:
    nowhere = estimate(NAN, INF, Point.UNDEFINED, NAN, NAN)
    found = judged(claim, nowhere)
    assert found.verdicts.tolist() == [PASS]
    assert found.excess.tolist() == [0.0]


@pytest.mark.parametrize("point", [Point.JUMP, Point.CUSP])
def test_at_a_jump_or_a_cusp_with_one_slope_nothing_is_proved(point: Point) -> None:
    one_sided = estimate(0.0, 1e-10, point, NAN, 0.0)
    assert code(0.0, one_sided) == PASS
    assert code(5.0, one_sided) == INCONCLUSIVE
    assert code(NAN, one_sided) == INCONCLUSIVE


@pytest.mark.parametrize("point", set(Point) - {Point.JUMP, Point.CUSP})
def test_at_any_other_point_a_proof_is_a_proof(point: Point) -> None:
    assert code(5.0, estimate(0.0, 1e-10, point)) == FAIL


@pytest.mark.parametrize("claim", [0.0, 1e300])
def test_an_infinite_error_leaves_everything_open(claim: float) -> None:
    found = judged(claim, estimate(1.0, INF))
    assert found.verdicts.tolist() == [INCONCLUSIVE]


def test_an_error_of_no_number_passes_nobody() -> None:
    assert code(1.0, estimate(1.0, NAN)) == INCONCLUSIVE
    assert code(2.0, estimate(1.0, NAN)) == INCONCLUSIVE


def test_no_entries_pass() -> None:
    none = np.zeros((0, 3))
    empty = Estimate(none, none, np.zeros((0, 3), dtype=np.int64), none, none, calls=0)
    found = judge("x", none, empty, none, Scale(0.0, 0.0, 0.0))
    assert found.verdict is Verdict.PASS
    assert found.resolution == 0.0


# Kinks: every subgradient is right, and nothing else is.


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (-1.0, PASS),
        (0.0, PASS),
        (0.3, PASS),
        (1.0, PASS),
        (1.0 + 0.9e-10, PASS),
        (-1.0 - 2e-10, INCONCLUSIVE),
        (1.0 + 4e-10, FAIL),
        (-1.1, FAIL),
        (2.0, FAIL),
    ],
)
@pytest.mark.parametrize(("left", "right"), [(-1.0, 1.0), (1.0, -1.0)])
def test_every_value_between_the_slopes_of_a_kink_is_right(
    claim: float, expected: int, left: float, right: float
) -> None:
    """A maximum turns the two slopes around; the interval is the same."""
    assert code(claim, estimate(0.0, 1e-10, Point.KINK, left, right)) == expected


def test_the_excess_is_the_distance_to_the_nearest_right_value() -> None:
    kink = estimate([0.5] * 5, 1e-10, Point.KINK, 0.0, 1.0)
    found = judged([-2.0, 0.0, 0.7, 1.0, 1.25], kink)
    assert found.excess.tolist() == [2.0, 0.0, 0.0, 0.0, 0.25]


def test_a_side_that_is_missing_is_replaced_by_the_value() -> None:
    assert code(1.0, estimate(1.0, 1e-10, Point.EDGE, NAN, 1.0)) == PASS
    assert code(1.1, estimate(1.0, 1e-10, Point.EDGE, NAN, 1.0)) == FAIL
    assert code(0.9, estimate(1.0, 1e-10, Point.EDGE, 1.0, NAN)) == FAIL


def tie_interval(speed: Floats) -> tuple[float, float]:
    """One-sided slopes of max(x) at a tie of all entries, along a direction."""
    return float(np.min(speed)), float(np.max(speed))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("share", [[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]])
def test_along_any_direction_through_a_tie_every_way_to_share_is_right(
    seed: int, share: list[float]
) -> None:
    speed = np.random.default_rng(seed).normal(size=3)
    left, right = tie_interval(speed)
    tie = estimate((left + right) / 2, 1e-12, Point.KINK, left, right)
    assert code(float(np.dot(share, speed)), tie) == PASS


def test_a_tie_that_pays_everybody_in_full_is_wrong_along_some_direction() -> None:
    codes = []
    for seed in range(10):
        speed = np.random.default_rng(seed).normal(size=3)
        left, right = tie_interval(speed)
        tie = estimate((left + right) / 2, 1e-12, Point.KINK, left, right)
        codes.append(code(float(speed.sum()), tie))
    assert FAIL in codes


# What the comparison says of itself.


def test_the_resolution_is_the_largest_error_that_could_have_been_missed() -> None:
    found = judged([1.0, 2.0 + 1e-9], estimate([1.0, 2.0], [3e-8, 1e-8]), [1e-8, 0.0])
    assert found.resolution == pytest.approx(4e-8, rel=1e-6)
    half = judged([1.0], estimate([1.0], 1e-8), scale=Scale(1.0, 4.0, 1.0))
    assert half.resolution == pytest.approx(0.25e-8, rel=1e-6)


def test_the_resolution_counts_what_lies_apart() -> None:
    found = judged(2.0 + 5e-9, estimate(2.0, 1e-8))
    assert found.resolution == pytest.approx(1.5e-8, rel=1e-6)


def test_a_norm_of_zero_is_replaced_by_what_is_zero_beside_the_function() -> None:
    found = judged(0.0, estimate(0.0, 1e-16), scale=Scale(0.0, 0.0, 1.0))
    assert found.resolution == pytest.approx(1e-16 / ZERO, rel=1e-6)
    assert found.scale == ZERO
    assert judged(0.0, estimate(0.0, 1e-16), scale=Scale(0.0, 0.0, 0.0)).resolution == 1e-16


def test_what_is_left_open_for_good_states_no_resolution() -> None:
    assert judged([1.0, 1.0], estimate([1.0, 1.0], [INF, 1e-9])).resolution == pytest.approx(
        1e-9
    )


def test_an_infinite_slope_is_no_claim_that_can_be_right() -> None:
    assert code(INF, estimate(INF, 1e-10)) == FAIL


def test_an_undefined_entry_does_not_count_for_the_resolution() -> None:
    both = Estimate(
        np.array([NAN, 1.0]),
        np.array([INF, 1e-8]),
        np.array([Point.UNDEFINED, Point.SMOOTH]),
        np.array([NAN, 1.0]),
        np.array([NAN, 1.0]),
        calls=0,
    )
    found = judged([5.0, 1.0], both)
    assert found.resolution == pytest.approx(1e-8, rel=1e-6)
    assert found.verdicts.tolist() == [PASS, PASS]


def test_what_was_asked_is_on_record() -> None:
    reference = estimate([1.0, 2.0])
    found = judge("W", np.array([1.0, 2.0]), reference, np.zeros(2), Scale(3.0, 4.0, 5.0))
    assert (found.tensor, found.scale, found.norm, found.direction) == ("W", 3.0, 4.0, False)
    assert found.reference is reference
    whole = judge("W", np.ones(2), reference, np.zeros(2), ONE, direction=True)
    assert whole.direction


def test_shapes_are_compared_and_never_broadcast() -> None:
    with pytest.raises((ValueError, IndexError)):
        judge("x", np.ones(3), estimate([1.0]), np.zeros(3), ONE)


# A first look.


def look(value: object, roundoff: object) -> Look:
    return Look(
        np.atleast_1d(np.asarray(value, float)), np.atleast_1d(np.asarray(roundoff, float))
    )


@pytest.mark.parametrize(
    ("apart", "roundoff", "norm", "expected"),
    [
        (0.0, 1e-12, 1.0, True),
        (3.9e-12, 1e-12, 1.0, True),
        (-3.9e-12, 1e-12, 1.0, True),
        (4.1e-12, 1e-12, 1.0, False),
        (1e-9, 1e-8, 1.0, True),
        (1e-9, 3e-8, 1.0, False),
        (1e-9, 3e-8, 10.0, True),
        (0.0, 3e-8, 1.0, True),
        (0.0, 0.0, 0.0, True),
        (NAN, 1e-12, 1.0, False),
        (0.0, NAN, 1.0, True),
        (1e-15, NAN, 1.0, False),
        (INF, 1e-12, 1.0, False),
    ],
)
def test_a_look_closes_where_it_is_sharp_and_agrees(
    apart: float, roundoff: float, norm: float, *, expected: bool
) -> None:
    found = agrees(np.array([1.0 + apart]) if apart else np.ones(1), look(1.0, roundoff), norm)
    assert found.tolist() == [expected]


def test_two_infinities_do_not_agree_and_do_not_warn() -> None:
    assert not agrees(np.array([INF]), look(INF, 1e-12), 1.0).any()


def test_the_bounds_of_a_look_are_those_of_the_table() -> None:
    sharp = LOOK_RESOLUTION * 2.0
    at = look(0.0, sharp)
    assert agrees(np.array([LOOK * sharp]), at, 2.0).all()
    assert not agrees(np.array([1.01 * LOOK * sharp]), at, 2.0).any()
    assert not agrees(np.array([sharp]), look(0.0, 1.01 * sharp), 2.0).any()


def test_a_closed_look_is_an_estimate_whose_bar_holds_the_claim() -> None:
    found = closed(np.array([1.0 + 3e-12, 2.0]), look([1.0, 2.0], [1e-12, 1e-11]))
    assert np.allclose(found.error, [4e-12, 1e-11], rtol=1e-3)
    assert found.value.tolist() == found.left.tolist() == found.right.tolist() == [1.0, 2.0]
    assert (found.method, found.calls) == ("look", 0)
    assert np.all(found.point == Point.SMOOTH)
    assert (
        judge("x", np.array([1.0 + 3e-12, 2.0]), found, np.zeros(2), ONE).verdict
        is Verdict.PASS
    )


def test_the_codes_are_ordered_from_good_to_bad() -> None:
    assert (PASS, INCONCLUSIVE, FAIL) == (0, 1, 2)
    assert PROOF == 3.0
