"""A check leaves the process as it found it."""

import warnings

import numpy as np
import pytest

from gradcheck.model import Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy
from tests.support.layer_target import data, layer_target


class Rude:
    """Warns, sets error states and filters, draws from the global generator."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        np.seterr(all="ignore")
        np.seterrcall(print)
        warnings.warn("look at me", stacklevel=1)
        warnings.simplefilter("always")
        self.x = x
        return np.exp(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        dout[...] *= np.exp(self.x)
        return dout


def rude() -> Target:
    return layer_target("rude", [(Rude, [data("x", 3, 5)])])


def test_the_error_state_of_numpy_is_put_back() -> None:
    with np.errstate(over="raise", call=max):
        check_target(rude(), Policy())
        assert np.geterr()["over"] == "raise"
        assert np.geterrcall() is max


def test_the_filters_of_warnings_are_put_back() -> None:
    before = list(warnings.filters)
    check_target(rude(), Policy())
    assert warnings.filters == before


def test_the_global_generator_is_left_alone() -> None:
    np.random.seed(3)  # noqa: NPY002 - this is the state that must not move
    expected = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]  # noqa: NPY002
    check_target(rude(), Policy())
    assert np.array_equal(np.random.get_state()[1], expected)  # noqa: NPY002


def test_arrays_of_the_author_are_left_alone() -> None:
    given = np.linspace(-1.0, 1.0, 15).reshape(3, 5)
    leaf = data("x", 3, 5, values=given, frozen=True)
    before = given.copy()
    check_target(layer_target("rude", [(Rude, [leaf])]), Policy())
    assert np.array_equal(given, before)
    assert given.flags.writeable


@pytest.mark.parametrize("flavour", ["generic", "large"])
def test_no_warning_of_a_target_reaches_the_caller(flavour: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_target(rude(), Policy(case=f"3x5-{flavour}"))
