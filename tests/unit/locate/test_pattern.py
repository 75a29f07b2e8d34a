"""Wrong entries are given the name of the pattern that they form."""

from typing import Any

import numpy as np
import pytest

from gradcheck.locate import Wrong, describe
from gradcheck.model import Array, Leaf, Role

RNG = np.random.default_rng(0)


def of_mask(mask: object, x: Array | None = None, **details: Any) -> str:
    """Return the name of a mask over a leaf W whose values nothing can be read from."""
    wrong = np.asarray(mask, dtype=bool)
    inputs = details.pop("inputs", {})
    leaf = Leaf(details.pop("name", "W"), wrong.shape, **details)
    values = np.full(wrong.shape, 0.5) if x is None else x
    slices = tuple(
        tuple(int(i) for i in np.unique(np.nonzero(wrong)[axis])) for axis in range(wrong.ndim)
    )
    return describe(Wrong(wrong.shape, slices, wrong), leaf, {leaf.name: values, **inputs})


def region(shape: tuple[int, ...], *index: Any) -> Array:
    mask = np.zeros(shape, dtype=bool)
    mask[index] = True
    return mask


SHAPES: dict[str, tuple[Array, dict[str, Any]]] = {
    "the single entry W[2, 3]": (region((4, 5), 2, 3), {}),
    "the single entry W[1]": (region((3,), 1), {}),
    "the single entry W[]": (np.ones((), dtype=bool), {}),
    "all of W": (np.ones((4, 5), dtype=bool), {}),
    "row 2 of W": (region((4, 5), 2), {}),
    "column 3 of W": (region((4, 5), slice(None), 3), {}),
    "example 2 of W": (region((4, 5), 2), {"batch_axis": 0}),
    "example 1 and columns 3 to the end of W": (
        region((4, 5), 1, slice(3, None)),
        {"batch_axis": 0},
    ),
    "channel 1 of W": (region((2, 3, 4, 4), slice(None), 1), {"role": Role.DATA}),
    "index 1 along axis 1 of W": (
        region((2, 3, 4, 4), slice(None), 1),
        {"role": Role.PARAMETER},
    ),
    "indices 0 to 1 along axis 1 of W": (region((2, 3, 4), slice(None), slice(0, 2)), {}),
    "rows 1 to 2 of W": (region((4, 5), slice(1, 3)), {}),
    "rows 2 to the end of W": (region((4, 5), slice(2, None)), {}),
    "rows 0 to 1 of W": (region((4, 5), slice(None, 2)), {}),
    "columns at the border of W": (region((4, 5), slice(None), [0, 4]), {}),
    "indices at the border of W": (region((6,), [0, 5]), {}),
    "indices 0 to 8, every 2nd of W": (region((10,), slice(0, None, 2)), {}),
    "indices 1 to 10, every 3rd of W": (region((12,), slice(1, None, 3)), {}),
    "indices 0 to 8, every 4th of W": (region((12,), slice(0, None, 4)), {}),
    "indices 1, 2, 5 of W": (region((9,), [1, 2, 5]), {}),
    "indices 1 to the end of W": (region((9,), slice(1, None)), {}),
    "examples 1 to 2 of W": (region((4, 5), slice(1, 3)), {"batch_axis": 0}),
    "channels 1 to 2 of W": (region((2, 4, 3, 3), slice(None), slice(1, 3)), {}),
    "indices 0, 1, 3, 4, 6, 7 of W": (region((12,), [0, 1, 3, 4, 6, 7]), {}),
    "indices 1, 5 of W": (region((9,), [1, 5]), {}),
    "rows 1, 3 and column 2 of W": (region((4, 5), [1, 3], 2), {}),
    "indices 0, 1, 3, 4, 6, 7, ... of W": (region((12,), [0, 1, 3, 4, 6, 7, 9]), {}),
    "3 of 20 entries of W": (region((4, 5), [0, 1, 3], [0, 4, 2]), {}),
}


@pytest.mark.parametrize("words", SHAPES)
def test_a_pattern_has_a_name(words: str) -> None:
    mask, details = SHAPES[words]
    assert of_mask(mask, **details) == words


X = np.array([[-2.0, -0.5, 0.0, 0.5, 1.0], [2.0, 0.0, -3.0, 0.25, -1.0]])
UP = np.array([[1.5, 0.5, -3.0, 1.0], [0.25, 2.0, 0.5, 1.0]])

VALUES: dict[str, tuple[Array, Array]] = {
    "the entries where W < 0": (X < 0, X),
    "the entries where W > 0": (X > 0, X),
    "the entries where W = 0": (X == 0, X),
    "the entries where |W| > 1": (np.abs(X) > 1, X),
    "the entries where |W| < 1": (np.abs(X) < 1, X),
    "the entries where W > 1": (UP > 1, UP),
    "the entries where W < -1": (X < -1, X),
}


@pytest.mark.parametrize("words", VALUES)
def test_entries_that_share_a_range_of_values_are_named_by_it(words: str) -> None:
    mask, x = VALUES[words]
    assert of_mask(mask, x) == words


def test_a_row_is_called_a_row_although_its_values_share_a_range() -> None:
    x = np.array([[1.5, 2.5], [0.5, 0.25], [-0.5, 0.5]])
    assert of_mask(x > 1, x) == "row 0 of W"


def test_four_values_are_enough_for_a_range() -> None:
    x = np.array([[-0.5, 0.5], [0.25, -0.75]])
    assert of_mask(x < 0, x) == "the entries where W < 0"


def test_three_values_are_no_range() -> None:
    x = np.array([[-1.0, 1.0, -2.0]])
    assert of_mask(x < 0, x) == "columns at the border of W"


def test_a_range_that_is_not_filled_is_not_named() -> None:
    assert of_mask(region(X.shape, [0, 1], [0, 3]), X) == "2 of 10 entries of W"


def test_values_of_another_shape_say_nothing() -> None:
    mask = region((2, 2), [0, 1], [0, 1])
    assert of_mask(mask, np.array([1.0])) == "2 of 4 entries of W"


SCATTERED = region((5, 3), [1, 1, 3], [0, 2, 1])
REPEATED = "the rows of W that i names more than once"


@pytest.mark.parametrize(
    "i",
    [np.array([[1, 3, 0], [3, 4, 1]]), np.array([1, 3, 1, 3]), np.uint8([3, 3, 3, 1, 1, 0])],
    ids=["two axes", "ends early", "unsigned"],
)
def test_rows_that_an_index_array_repeats_are_named_by_it(i: Array) -> None:
    assert of_mask(SCATTERED, inputs={"i": i}) == REPEATED


@pytest.mark.parametrize(
    "i",
    [
        np.array([1, 1, 3, 4]),
        np.array([1, 1, 3, 3, 4, 4]),
        np.array([1, 1, 3, 3, 9]),
        np.array([1.0, 1.0, 3.0, 3.0, 4.0]),
    ],
    ids=["one of them once", "another twice", "beyond the end", "no integers"],
)
def test_rows_that_it_does_not_repeat_are_not(i: Array) -> None:
    assert of_mask(SCATTERED, inputs={"i": i}) == "3 of 15 entries of W"


def test_row_zero_counts_like_any_other() -> None:
    mask = region((5, 3), [0, 0, 3], [0, 2, 1])
    assert of_mask(mask, inputs={"i": np.array([0, 3, 0, 3, 1])}) == REPEATED
    assert of_mask(mask, inputs={"i": np.array([0, 3, 3, 1])}) == "3 of 15 entries of W"


def test_of_several_index_arrays_the_one_that_fits_is_named() -> None:
    others = {"j": np.array([0, 0]), "i": np.array([1, 3, 1, 3])}
    assert of_mask(SCATTERED, inputs=others) == REPEATED


def test_negative_indices_do_not_count_and_do_not_raise() -> None:
    i = np.array([-1, -1, 1, 3, 1, 3, 4])
    assert of_mask(SCATTERED, inputs={"i": i}) == REPEATED


def test_without_a_mask_the_slices_are_the_name() -> None:
    leaf = Leaf("W", (4, 5))
    assert describe(Wrong((4, 5), ((1,), (2,))), leaf, {}) == "the single entry W[1, 2]"
    assert describe(Wrong((4, 5), ((1,), (0, 1, 2, 3, 4))), leaf, {}) == "row 1 of W"
    assert describe(Wrong((4, 5), ((0, 1, 2, 3), (0, 1, 2, 3, 4))), leaf, {}) == "all of W"
    assert describe(Wrong((4, 5), ((0, 3), (1,))), leaf, {}) == (
        "rows at the border and column 1 of W"
    )


def test_both_of_two_rows_are_all_and_no_border() -> None:
    assert of_mask(region((2, 5), slice(None), 1)) == "column 1 of W"
