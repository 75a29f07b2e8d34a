"""Lines, steps and samples: where the function is asked, and by how much it was moved."""

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.model import Array
from gradcheck.numerics import LOOKS, STAGES, Direction, Line, Weights
from gradcheck.numerics.ladder import join, merge, sample
from gradcheck.numerics.steps import scale_of
from tests.support.probing import reference


@pytest.mark.parametrize(
    ("x", "scale"),
    [
        (0.0, 1.0),
        (1e-300, 1.0),
        (0.5, 1.0),
        (0.999, 1.0),
        (1.0, 2.0),
        (-1.5, 2.0),
        (2.0, 4.0),
        (1000.0, 1024.0),
        (-1e6, 2.0**20),
        (1e300, 2.0**997),
    ],
)
def test_a_scale_is_the_power_of_two_above_one_and_above_the_entry(
    x: float, scale: float
) -> None:
    assert scale_of(np.asarray(x)) == scale


def test_scales_keep_the_shape_and_take_integers() -> None:
    assert scale_of(np.array([[0, 3], [-9, 1]])).tolist() == [[1.0, 4.0], [16.0, 2.0]]
    assert scale_of(np.float32(3)).dtype == np.float64


def test_looks_and_stages_step_from_coarse_to_fine() -> None:
    for exponents in (*LOOKS, *STAGES):
        assert list(exponents) == sorted(exponents)
    assert all(len(look) in (1, 2) for look in LOOKS)


X, Y = np.array([1.0, -2.0, 4.0]), np.array([[0.5, 0.25]])


def test_a_direction_through_whole_inputs_moves_each_at_its_speed() -> None:
    way = Direction({"x": np.array([1.0, 0.0, -2.0])})
    (moved,) = way.moved({"x": X, "y": Y}, 0.5)
    assert moved["x"].tolist() == [1.5, -2.0, 3.0]
    assert moved["y"] is Y
    assert X.tolist() == [1.0, -2.0, 4.0]


@pytest.mark.parametrize("where", [..., slice(None), (slice(None),), (slice(None), ...)])
def test_an_index_of_all_entries_is_a_direction_through_the_whole(where: object) -> None:
    speed, x = np.array([1.0, 0.1, -3.0]), np.array([1.0, 1e-9, 4.0])
    some, every = Direction({"x": speed}, {"x": where}), Direction({"x": speed})
    for one, other in zip(some.moved({"x": x}, 0.3, -0.3), every.moved({"x": x}, 0.3, -0.3)):  # noqa: B905
        assert np.array_equal(one["x"], other["x"])
        assert not one["x"].flags.writeable
    assert np.array_equal(some.step({"x": x}, 0.3), (x + 0.3 * speed) - x)


@pytest.mark.parametrize(
    "where", [slice(None, None, -1), (np.array([2, 1, 0]),), np.array([True, True, True])]
)
def test_an_index_of_all_entries_in_another_order_keeps_it(where: object) -> None:
    speed, truth = np.array([1.0, 2.0, 3.0]), np.zeros(3)
    truth[where] = speed  # type: ignore[call-overload]
    (moved,) = Direction({"x": speed}, {"x": where}).moved({"x": np.zeros(3)}, 1.0)
    assert np.array_equal(moved["x"], truth)


def test_both_ends_of_a_line_are_the_points_that_it_has_at_either_side() -> None:
    line = Line(lambda inputs: (inputs["x"] ** 3,), {"x": X}, Direction({"x": np.sin(X)}))
    for end, t in zip(line.ends(0.25), (0.25, -0.25), strict=True):
        assert np.array_equal(end[0], line.at(t)[0])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_point_keeps_the_memory_order_of_the_input(order: str) -> None:
    x = np.asarray(np.arange(12.0).reshape(3, 4), order=order)  # type: ignore[call-overload]
    (moved,) = Direction({"x": np.ones((3, 4))}).moved({"x": x}, 0.5)
    assert moved["x"].strides == x.strides
    assert np.array_equal(moved["x"], x + 0.5)


def test_a_direction_through_some_entries_leaves_the_others() -> None:
    way = Direction({"x": np.array([8.0, 8.0])}, {"x": slice(1, None)})
    assert way.moved({"x": X}, 0.25)[0]["x"].tolist() == [1.0, 0.0, 6.0]
    assert X.tolist() == [1.0, -2.0, 4.0]
    assert way.entries("x", X).tolist() == [-2.0, 4.0]


def test_the_step_is_the_one_that_was_really_taken() -> None:
    """1e-3 is no binary fraction: x + h - x is another number than h."""
    x = np.array([1.0, 1e6])
    way = Direction({"x": np.ones(2)}, {"x": ...})
    for t in (1e-3, -1e-3):
        step = way.step({"x": x}, t)
        assert step.tolist() == ((x + t) - x).tolist()
        assert np.all(step != t)


def test_a_step_smaller_than_half_an_ulp_is_none() -> None:
    way = Direction({"x": np.ones(1)}, {"x": ...})
    assert way.step({"x": np.array([1e6])}, 1e-12).tolist() == [0.0]


def test_the_reach_of_entries_is_their_size_and_of_a_direction_the_ratio_of_norms() -> None:
    entries = Direction({"x": np.ones(2)}, {"x": slice(1, None)})
    assert entries.reach({"x": X}, unit=False).tolist() == [2.0, 4.0]
    whole = Direction({"x": np.array([3.0, 4.0, 0.0]), "y": np.array([[0.0, 12.0]])})
    size = np.sqrt(1 + 4 + 16 + 0.25 + 0.0625)
    assert whole.reach({"x": X, "y": Y}, unit=True) == pytest.approx([size / 13.0])
    still = Direction({"x": np.zeros(3)})
    assert still.reach({"x": X}, unit=True).tolist() == [0.0]


def lined(f: Callable[[Array], Array], x: Array, *, unit: bool) -> tuple[Line, Weights, tuple]:
    ref = reference(f, x=x)
    if unit:
        return (
            Line(ref.value, ref.inputs, Direction({"x": np.ones(x.shape)})),
            ref.total,
            ref.centre,
        )
    weights = Weights(ref.upstream, [(0,)], x.shape)
    line = Line(ref.value, ref.inputs, Direction({"x": np.ones(x.shape)}, {"x": ...}))
    return line, weights, ref.centre


def test_samples_hold_every_difference_of_every_rung_coarse_first() -> None:
    x = np.array([1.0, 3.0])
    line, weights, centre = lined(lambda x: x * x, x, unit=False)
    found = sample(line, weights, centre, (5, 2), unit=False)
    assert found.exponents == (2, 5)
    h = np.array([[0.25], [0.03125]])
    assert np.array_equal(found.up, h * np.ones(2))
    assert np.array_equal(found.down, h * np.ones(2))
    assert np.array_equal(found.plus, (x + h) ** 2 - x**2)
    assert np.array_equal(found.minus, x**2 - (x - h) ** 2)
    assert np.array_equal(found.both, (x + h) ** 2 - (x - h) ** 2)
    assert np.array_equal(found.central, 2 * x * np.ones((2, 1)))
    assert np.array_equal(found.right, 2 * x + h)
    assert np.array_equal(found.left, 2 * x - h)
    assert np.allclose(found.floor, 2.0**-53 * (x + h) ** 2, rtol=1e-12)


def test_the_floor_is_that_of_the_side_that_is_larger_or_defined() -> None:
    line, weights, centre = lined(
        lambda x: np.where(x > 0.9, x, np.nan), np.ones(1), unit=False
    )
    found = sample(line, weights, centre, (2,), unit=False)
    assert found.floor[0, 0] == 2.0**-53 * 1.25


def test_a_rung_takes_two_calls_and_a_direction_one_component() -> None:
    ref = reference(lambda x: np.sin(x), x=np.array([0.5, 0.7]))
    line = Line(ref.value, ref.inputs, Direction({"x": np.array([1.0, 2.0])}))
    before = ref.calls
    found = sample(line, ref.total, ref.centre, (4, 6, 8), unit=True)
    assert ref.calls - before == 6
    assert found.both.shape == (3, 1)
    truth = np.cos(0.5) + 2 * np.cos(0.7)
    assert found.central[-1, 0] == pytest.approx(truth, rel=1e-5)


def test_only_the_chosen_components_are_kept() -> None:
    x = np.array([1.0, 2.0, 3.0])
    line, weights, centre = lined(lambda x: x * x, x, unit=False)
    chosen = np.array([True, False, True])
    whole = sample(line, weights, centre, (3, 5), unit=False)
    part = sample(line, weights, centre, (3, 5), unit=False, chosen=chosen)
    for name in ("up", "down", "both", "plus", "minus", "floor"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[:, chosen])
        assert np.array_equal(getattr(part, name), getattr(whole.pick(chosen), name))


def test_merged_rungs_are_those_of_one_sampling() -> None:
    line, weights, centre = lined(np.exp, np.array([0.1, 0.2]), unit=False)
    one = sample(line, weights, centre, (3, 5, 7, 9), unit=False)
    two = merge(
        sample(line, weights, centre, (9, 5), unit=False),
        sample(line, weights, centre, (7, 3), unit=False),
    )
    assert two.exponents == one.exponents
    assert np.array_equal(two.both, one.both)
    assert np.array_equal(two.up, one.up)


def test_joined_lines_lie_side_by_side() -> None:
    first, second = (
        sample(*lined(np.exp, np.array([at]), unit=False), (3, 5), unit=False)
        for at in (0.1, 0.7)
    )
    both = join([first, second])
    assert both.exponents == (3, 5)
    assert np.array_equal(both.plus, np.hstack([first.plus, second.plus]))
