"""Wrong entries of a comparison, as a mask and as slices."""

import numpy as np
import pytest

from gradcheck.compare import FAIL, INCONCLUSIVE, PASS
from gradcheck.locate import Wrong, from_entries
from gradcheck.model import Comparison, Estimate


def comparison(codes: object) -> Comparison:
    verdicts = np.asarray(codes)
    zero = np.zeros(verdicts.shape)
    reference = Estimate(zero, zero, np.zeros(verdicts.shape, dtype=int), zero, zero, calls=0)
    return Comparison("x", zero, reference, zero, zero, verdicts, 1.0, 1.0, 0.0)


def test_only_what_failed_is_wrong() -> None:
    found = from_entries(comparison([[PASS, FAIL, INCONCLUSIVE], [PASS, FAIL, FAIL]]))
    assert found.shape == (2, 3)
    assert found.mask is not None
    assert found.mask.tolist() == [[False, True, False], [False, True, True]]
    assert found.slices == ((0, 1), (1, 2))
    assert found.first == (0, 1)
    assert not found.single


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (2, 3, 4)])
def test_a_single_wrong_entry_is_single_and_first(shape: tuple[int, ...]) -> None:
    for index in np.ndindex(shape):
        codes = np.full(shape, PASS)
        codes[index] = FAIL
        found = from_entries(comparison(codes))
        assert found.single
        assert found.first == index
        assert found.slices == tuple((i,) for i in index)


def test_nothing_wrong_has_no_first_entry() -> None:
    found = from_entries(comparison([[PASS, INCONCLUSIVE]]))
    assert found.slices == ((), ())
    assert not found.single
    assert found.first == ()


def test_two_on_a_diagonal_are_two_and_no_rectangle() -> None:
    found = from_entries(comparison(np.where(np.eye(2) > 0, FAIL, PASS)))
    assert found.slices == ((0, 1), (0, 1))
    assert not found.single
    assert found.mask is not None
    assert found.mask.sum() == 2


def test_slices_alone_are_single_where_each_names_one_index() -> None:
    assert Wrong((4, 5), ((3,), (2,))).single
    assert Wrong((4, 5), ((3,), (2,))).first == (3, 2)
    assert not Wrong((4, 5), ((1, 3), (2,))).single
    assert Wrong((4, 5), ((1, 3), (2,))).first == (1, 2)


def test_indices_are_plain_integers() -> None:
    found = from_entries(comparison([PASS, FAIL]))
    assert type(found.first[0]) is int
    assert type(found.slices[0][0]) is int
