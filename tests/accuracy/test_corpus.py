"""The claimed error covers the true one on ten thousand functions of every unpleasant kind.

Covered means: at a smooth point the true slope lies within the error bar; at a kink both
one-sided slopes do, each within the bar of its side, or the kink is reported smooth with a bar
so wide that it holds both.
"""

from functools import cache

import numpy as np
import pytest

from gradcheck.model import Estimate, Point
from gradcheck.numerics import derivative
from tests.accuracy.corpus import FAMILIES, MEMBERS, Family, families

Answer = tuple[Family, Estimate]

#: Digits that the median of a kind must reach; noise and float32 have no more to give.
DIGITS = {
    "smooth": 12.0,
    "analytic": 15.0,
    "scaled": 12.0,
    "offset": 8.0,
    "fast": 10.0,
    "near kink": 9.0,
    "noisy": 5.0,
    "float32": 4.5,
}


@cache
def answers() -> tuple[Answer, ...]:
    return tuple(
        (family, derivative(family.f, family.x, np.ones(MEMBERS))) for family in families()
    )


def covered(family: Family, estimate: Estimate) -> np.ndarray:
    """Which members' error bars hold the truth."""
    both = _within(estimate.value, family.left, estimate) & _within(
        estimate.value, family.right, estimate
    )
    sides = _within(estimate.left, family.left, estimate) & _within(
        estimate.right, family.right, estimate
    )
    kinked = (family.left != family.right) & (estimate.point == Point.KINK)
    return np.where(kinked, sides, both)


def _within(value: np.ndarray, truth: np.ndarray, estimate: Estimate) -> np.ndarray:
    return np.abs(value - truth) <= estimate.error


def relative(error: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Errors in parts of the slope, without the members that are flat."""
    moving = slope != 0
    return np.asarray(error[moving] / np.abs(slope[moving]))


def of_kind(kind: str) -> list[Answer]:
    return [answer for answer in answers() if answer[0].kind == kind]


def test_the_corpus_holds_ten_thousand_functions_of_every_kind() -> None:
    assert sum(FAMILIES.values()) * MEMBERS == 10_000
    assert {family.kind for family, _ in answers()} == set(FAMILIES)


def test_the_claimed_error_covers_the_true_one_in_999_of_1000() -> None:
    held = np.concatenate([covered(*answer) for answer in answers()])
    assert held.mean() >= 0.999


@pytest.mark.parametrize("kind", DIGITS)
def test_half_of_a_kind_agrees_to_its_digits(kind: str) -> None:
    off = [relative(np.abs(e.value - f.left), f.left) for f, e in of_kind(kind)]
    assert np.median(np.concatenate(off)) <= 10.0 ** -DIGITS[kind]


@pytest.mark.parametrize("kind", DIGITS)
def test_an_error_bar_is_no_excuse(kind: str) -> None:
    """A bar of infinity covers everything; half of them are within two digits of it."""
    wide = [relative(e.error, f.left) for f, e in of_kind(kind)]
    assert np.median(np.concatenate(wide)) <= 100 * 10.0 ** -DIGITS[kind]


def test_no_kink_is_reported_smooth_whose_slopes_differ_by_more_than_the_noise() -> None:
    for family, estimate in of_kind("kink"):
        unnamed = (family.left != family.right) & (estimate.point != Point.KINK)
        assert np.all(covered(family, estimate)[unnamed])


def test_nearly_every_kink_is_named_and_nearly_nothing_else() -> None:
    for kind, least, most in (
        ("kink", 0.99, 1.0),
        ("smooth", 0.0, 0.001),
        ("scaled", 0.0, 0.002),
    ):
        share = np.mean([np.mean(e.point == Point.KINK) for _, e in of_kind(kind)])
        assert least <= share <= most, kind
