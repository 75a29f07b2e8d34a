"""What a comparison tells: the error it would have seen, its price, the choice at a kink."""

import re

import numpy as np
import pytest

import gradcheck


class Kinked:
    """|x|, with a slope of `at_zero` claimed where x is 0."""

    def __init__(self, at_zero: float) -> None:
        self._at_zero = at_zero

    def forward(self, x: np.ndarray) -> np.ndarray:
        self._x = x
        return np.abs(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return dout * np.where(self._x == 0, self._at_zero, np.sign(self._x))


X = np.array([0.0, 1.5, -0.5, 0.0])


def notes(layer: object, x: np.ndarray = X) -> list[str]:
    report = gradcheck.check(layer, x)
    assert report.verdict == "pass"
    return [note.partition(": ")[2] for note in report.result.notes]


@pytest.mark.parametrize(("at_zero", "chosen"), [(0.0, "zero"), (0.25, "not the same every")])
def test_the_subgradient_chosen_at_a_kink_is_named(at_zero: float, chosen: str) -> None:
    (told,) = (note for note in notes(Kinked(at_zero)) if "kink" in note)
    assert told.startswith("x: 2 of 4 entries sit on a kink; the subgradient chosen there is")
    assert chosen in told


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_side_that_is_chosen_is_named(side: str) -> None:
    class Leaning(Kinked):
        def backward(self, dout: np.ndarray) -> np.ndarray:
            slope = np.where(self._x > 0, 1.0, 0.1) if side == "left" else None
            return dout * (np.where(self._x >= 0, 1.0, 0.1) if slope is None else slope)

        def forward(self, x: np.ndarray) -> np.ndarray:
            self._x = x
            return np.maximum(x, 0.1 * x)

    (told,) = (note for note in notes(Leaning(0.0)) if "kink" in note)
    assert told.endswith(f"the derivative from the {side}")


def test_where_no_entry_sits_on_a_kink_nothing_is_said_of_one() -> None:
    assert not [note for note in notes(Kinked(0.0), X + 0.25) if "kink" in note]


def test_a_pass_says_what_it_would_have_seen_and_what_it_cost() -> None:
    (told,) = (note for note in notes(Kinked(0.0), X + 0.25) if "would have been seen" in note)
    assert re.search(r"would have been seen; [1-9] forward calls$", told)
    assert "above 0e+00" not in told


def test_an_empty_tensor_covers_nothing() -> None:
    assert any("there is nothing to compare" in n for n in notes(Kinked(0.0), X[:0]))
