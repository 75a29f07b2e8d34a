"""Wrong entries are cornered by halving, in few calls, wherever they are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck.locate import Wrong, corner, describe
from gradcheck.model import Array, Leaf, Role
from tests.support.examined import exam_of

RNG = np.random.default_rng(0)
SHAPE = (24, 40)
X = RNG.normal(size=SHAPE)
TRUE = 1 / np.cosh(X) ** 2


def cornered(
    claimed: Array, x: Array = X, f: Callable[[Array], Array] = np.tanh, *, seed: int = 0
) -> tuple[Wrong | None, int]:
    """Return where a claimed gradient of the sum of f is wrong, and the calls it took."""
    exam = exam_of(f, x, seed=seed)
    exam.reference  # noqa: B018  # its own call is not the search's
    before = exam.reference.calls
    wrong = corner(exam, "x", claimed, 1e-6)
    return wrong, exam.reference.calls - before


def spoiled(*index: Any, by: Any = 0.1) -> Array:
    claimed = TRUE.copy()
    claimed[index] += by
    return claimed


def named(wrong: Wrong | None, **details: Any) -> str:
    assert wrong is not None
    return describe(wrong, Leaf("x", SHAPE, **details), {"x": X})


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("index", [(0, 0), (23, 39), (11, 20), (12, 19), (0, 39), (7, 3)])
def test_a_single_wrong_entry_is_cornered(index: tuple[int, int], seed: int) -> None:
    wrong, _ = cornered(spoiled(*index), seed=seed)
    assert wrong is not None
    assert wrong.slices == ((index[0],), (index[1],))
    assert wrong.single
    assert wrong.mask is None


@pytest.mark.parametrize("size", [1e-7, 1e-5, 1e-2, 1.0, -3.0, 1e6])
def test_errors_of_any_size_above_the_resolution_are_cornered(size: float) -> None:
    exam = exam_of(np.tanh, X)
    wrong = corner(exam, "x", spoiled(5, 6, by=size), size)
    assert wrong is not None
    assert wrong.slices == ((5,), (6,))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("first", "second"),
    [((3, 4), (20, 30)), ((3, 4), (3, 30)), ((3, 4), (20, 4)), ((0, 0), (0, 1))],
)
def test_two_errors_of_opposite_sign_do_not_hide_each_other(
    first: tuple[int, int], second: tuple[int, int], seed: int
) -> None:
    claimed = TRUE.copy()
    claimed[first] += 0.1
    claimed[second] -= 0.1
    wrong, _ = cornered(claimed, seed=seed)
    assert wrong is not None
    for axis in range(2):
        assert wrong.slices[axis] == tuple(sorted({first[axis], second[axis]}))


PATTERNS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "row 7 of x": ((7,), {}),
    "column 33 of x": ((slice(None), 33), {}),
    "example 7 of x": ((7,), {"batch_axis": 0}),
    "rows at the border of x": (([0, 23],), {}),
    "columns at the border of x": ((slice(None), [0, 39]), {}),
    "rows 21 to the end of x": ((slice(21, None),), {}),
    "columns 0 to 2 of x": ((slice(None), slice(0, 3)), {}),
    "rows 2 to 22, every 4th of x": ((slice(2, None, 4),), {}),
    "columns 5 to 35, every 10th of x": ((slice(None), slice(5, None, 10)), {}),
    "all of x": ((...,), {}),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("words", PATTERNS)
def test_a_pattern_is_cornered_and_named(words: str, seed: int) -> None:
    index, details = PATTERNS[words]
    wrong, _ = cornered(spoiled(*index), seed=seed)
    assert named(wrong, **details) == words


def test_a_wrong_channel_of_images_is_named() -> None:
    x = RNG.normal(size=(2, 5, 6, 6))
    claimed = 1 / np.cosh(x) ** 2
    claimed[:, 3] *= 1.01
    wrong, _ = cornered(claimed, x)
    assert wrong is not None
    leaf = Leaf("x", x.shape, role=Role.DATA)
    assert describe(wrong, leaf, {"x": x}) == "channel 3 of x"


def test_rows_that_are_gathered_twice_and_counted_once_are_cornered() -> None:
    i = np.array([1, 4, 4, 9, 7])
    x = RNG.normal(size=(12, 3))
    claimed = np.zeros(x.shape)
    claimed[i] = 1.0  # assignment where an addition is due: row 4 gets one and not two
    wrong, _ = cornered(claimed, x, lambda x: x[i])
    assert wrong is not None
    assert wrong.slices == ((4,), (0, 1, 2))


def test_a_scalar_and_a_vector_are_cornered_too() -> None:
    wrong, _ = cornered(np.asarray(2.0), np.asarray(0.5), np.sin)
    assert wrong is not None
    assert (wrong.slices, wrong.single, wrong.first) == ((), True, ())
    x = RNG.normal(size=9)
    claimed = np.cos(x)
    claimed[8] = 0.0
    wrong, _ = cornered(claimed, x, np.sin)
    assert wrong is not None
    assert wrong.slices == ((8,),)


@pytest.mark.parametrize("many", [7, 12, 24])
def test_more_wrong_slices_than_are_told_apart_are_the_whole_axis(many: int) -> None:
    rows = np.linspace(0, 23, many).astype(int)
    wrong, _ = cornered(spoiled(rows, 3), seed=1)
    assert wrong is not None
    assert wrong.slices == (tuple(range(24)), (3,))


def test_six_wrong_slices_are_told_apart() -> None:
    rows = np.array([0, 5, 9, 14, 18, 23])
    wrong, _ = cornered(spoiled(rows, 3))
    assert wrong is not None
    assert wrong.slices == (tuple(rows.tolist()), (3,))


@pytest.mark.parametrize("n", [4, 64, 1000, 30_000])
def test_a_single_error_among_n_costs_two_calls_a_halving(n: int) -> None:
    x = np.linspace(-1, 1, n)
    claimed = np.cos(x)
    claimed[n // 3] += 0.5
    wrong, calls = cornered(claimed, x, np.sin)
    assert wrong is not None
    assert wrong.slices == ((n // 3,),)
    start = 10  # five steps are tried, two calls each
    assert calls <= start + 2 * int(np.ceil(np.log2(n)))


@pytest.mark.parametrize("wrong", [(..., 5), (slice(0, 24, 5), 7), (...,)])
def test_the_calls_are_bounded_whatever_is_wrong(wrong: tuple[Any, ...]) -> None:
    """No more than six groups are halved at a time on each of two axes."""
    _, calls = cornered(spoiled(*wrong))
    assert calls <= 10 + 2 * 6 * (5 + 6)


def test_a_right_gradient_is_not_cornered() -> None:
    for seed in range(5):
        wrong, calls = cornered(TRUE, seed=seed)
        assert wrong is None
        assert calls == 10


def test_what_lies_below_the_noise_is_not_cornered() -> None:
    wrong, _ = cornered(spoiled(5, 6, by=1e-13))
    assert wrong is None


def test_a_disagreement_that_was_proved_and_does_not_show_again_is_not_cornered() -> None:
    """A thousandth of what was proved is another thing."""
    exam = exam_of(np.tanh, X)
    assert corner(exam, "x", spoiled(5, 6, by=1e-4), 1.0) is None
    assert corner(exam, "x", spoiled(5, 6, by=1e-4), -1.0) is None
    assert corner(exam, "x", spoiled(5, 6, by=1e-4), -1e-4) is not None
    assert corner(exam, "x", spoiled(5, 6, by=1e-4), 1e-2) is not None  # a hundredth is not


def test_errors_beside_kinks_are_cornered_at_a_step_that_crosses_none() -> None:
    """A wide ReLU has kinks at every distance; the steadiest step decides."""
    x = RNG.normal(size=(30, 50))
    claimed = np.where(x > 0, 1.0, 0.0)
    claimed[17, 42] += 0.3
    for seed in range(5):
        wrong, _ = cornered(claimed, x, lambda x: np.maximum(x, 0.0), seed=seed)
        assert wrong is not None
        assert wrong.slices == ((17,), (42,))


def test_a_noisy_function_is_cornered_at_a_long_step() -> None:
    def single(x: Array) -> Array:
        return np.tanh(np.asarray(x, dtype=np.float32)).astype(np.float64)

    wrong, _ = cornered(spoiled(7, 8, by=2.0), f=single)
    assert wrong is not None
    assert wrong.slices == ((7,), (8,))


def test_a_claim_without_numbers_is_not_cornered_to_a_wrong_place() -> None:
    wrong, _ = cornered(spoiled(5, 6, by=np.nan))
    assert wrong is None
