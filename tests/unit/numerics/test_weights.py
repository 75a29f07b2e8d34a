"""Weighted sums of outputs and their round-off; random directions that miss no pair."""

import numpy as np
import pytest

from gradcheck.numerics import Weights, difference
from tests.support.probing import reference

EPS = 2.0**-52
RNG = np.random.default_rng(0)


def test_without_axes_all_products_are_one_number() -> None:
    v, y = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
    u, z = RNG.normal(size=4), RNG.normal(size=4)
    found = Weights((v, u)).sum((y, z))
    assert found.shape == (1,)
    assert found[0] == pytest.approx(sum(v.ravel() * y.ravel()) + sum(u * z), rel=1e-14)


@pytest.mark.parametrize(
    ("axes", "formula"),
    [
        ((), "ijk->"),
        ((0,), "ijk->i"),
        ((2,), "ijk->k"),
        ((0, 2), "ijk->ik"),
        ((2, 0), "ijk->ki"),
    ],
)
def test_axes_that_stay_are_in_the_order_of_the_input(
    axes: tuple[int, ...], formula: str
) -> None:
    v, y = RNG.normal(size=(2, 2, 3, 4))
    shape = tuple(v.shape[axis] for axis in axes)
    found = Weights((v,), [axes], shape).sum((y,))
    truth = np.einsum(formula, v * y)
    assert np.allclose(found.reshape(shape), truth, rtol=1e-13, atol=1e-15)


def test_components_add_over_outputs() -> None:
    v, u = RNG.normal(size=(3, 2)), RNG.normal(size=(4, 3))
    y, z = RNG.normal(size=(3, 2)), RNG.normal(size=(4, 3))
    found = Weights((v, u), [(0,), (1,)], (3,)).sum((y, z))
    assert np.allclose(found, (v * y).sum(axis=1) + (u * z).sum(axis=0), rtol=1e-13)


@pytest.mark.parametrize("axes", [None, [(0,)]])
def test_the_floor_is_half_an_ulp_of_every_product_added_in_quadrature(
    axes: list[tuple[int, ...]] | None,
) -> None:
    v, y = np.array([[3.0, 4.0], [6.0, 8.0]]), np.ones((2, 2))
    shape = (1,) if axes is None else (2,)
    found = Weights((v,), axes, shape).floor((y,))
    truth = np.array([np.sqrt(125.0)]) if axes is None else np.array([5.0, 10.0])
    assert np.allclose(found, EPS / 2 * truth, rtol=1e-13)


@pytest.mark.parametrize(
    ("dtype", "eps"), [(np.float32, 2.0**-23), (np.float64, EPS), (np.float16, 2.0**-10)]
)
def test_the_floor_is_that_of_the_dtype_that_is_stored(dtype: type, eps: float) -> None:
    y = np.ones(4, dtype=dtype)
    assert Weights((np.ones(4),)).floor((y,))[0] == pytest.approx(eps)


def test_the_widest_spacing_among_the_outputs_counts() -> None:
    outputs = (np.ones(4, dtype=np.float32), np.ones(1))
    floor = Weights((np.ones(4), np.ones(1))).floor(outputs)
    assert floor[0] == pytest.approx(2.0**-24 * np.sqrt(5.0))


def test_outputs_that_are_no_floats_are_as_fine_as_float64() -> None:
    assert Weights((np.ones(4),)).floor((np.ones(4, dtype=int),))[0] == pytest.approx(EPS)


def test_a_large_offset_cancels_before_it_is_weighed() -> None:
    a, b = (np.array([1e8 + 0.5, 1.0]),), (np.array([1e8, 1.0]),)
    assert Weights((np.array([3.0, 5.0]),)).sum(difference(a, b))[0] == 1.5


def test_differences_of_infinities_do_not_warn() -> None:
    (found,) = difference((np.array([np.inf, 1.0]),), (np.array([np.inf, np.inf]),))
    assert np.isnan(found[0])
    assert found[1] == -np.inf


def test_different_numbers_of_outputs_are_not_paired() -> None:
    with pytest.raises(ValueError, match="zip"):
        difference((np.ones(1),), (np.ones(1), np.ones(1)))
    with pytest.raises(ValueError, match="zip"):
        Weights((np.ones(1),)).sum((np.ones(1), np.ones(1)))


# Random directions.


def directions(n: int, x: np.ndarray, seed: int = 0) -> np.ndarray:
    ref = reference(lambda x: x, seed=seed, x=x)
    return np.stack([ref.draw_direction("x") for _ in range(n)])


def test_every_speed_is_between_one_and_two_of_its_entrys_scale() -> None:
    x = np.array([0.0, 0.3, 1.0, -5.0, 1e6])
    scale = np.array([1.0, 1.0, 2.0, 8.0, 2.0**20])
    speed = np.abs(directions(500, x)) / scale
    assert np.all((speed >= 1.0) & (speed <= 2.0))
    assert np.all(speed.min(axis=0) < 1.05)
    assert np.all(speed.max(axis=0) > 1.95)


def test_both_signs_are_drawn_evenly() -> None:
    share = (directions(2000, np.zeros(5)) > 0).mean(axis=0)
    assert np.all(np.abs(share - 0.5) < 0.06)  # five standard deviations


def test_a_pair_of_opposite_errors_is_not_missed() -> None:
    """Errors +d and -d: plain signs cancel them in half of all directions."""
    error = np.zeros(20)
    error[[3, 11]] = 1.0, -1.0
    drawn = directions(2000, np.zeros(20))
    assert np.mean(np.sign(drawn) @ error == 0.0) > 0.4
    left = np.abs(drawn @ error)
    assert np.all(left > 0.0)
    assert np.mean(left > 1e-3) > 0.99


def test_a_single_error_is_seen_in_full() -> None:
    error = np.zeros(20)
    error[7] = 1.0
    assert np.abs(directions(500, np.zeros(20)) @ error).min() >= 1.0


def test_directions_are_new_each_time_and_the_same_for_a_seed() -> None:
    x = np.zeros(8)
    first, second = directions(2, x)
    assert not np.array_equal(first, second)
    assert np.array_equal(directions(2, x), directions(2, x))
    assert not np.array_equal(directions(1, x, 0), directions(1, x, 1))
