"""Pictures show what the numbers say."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reporters.drawing.axis import linear, log
from gradcheck.reporters.drawing.heatmap import heatmap
from gradcheck.reporters.drawing.ladder import ladder_of
from gradcheck.reporters.drawing.png import png
from tests.unit.reporters.test_html_report import compared

finite = st.floats(-1e300, 1e300)


@given(finite, finite)
def test_a_linear_axis_keeps_its_values_inside_and_has_ticks(a: float, b: float) -> None:
    axis = linear(min(a, b), max(a, b), 0.0, 100.0)
    assert 0.0 <= axis.at(a) <= 100.0
    assert 2 <= len(axis.ticks()) <= 8
    assert all(-1e-6 <= at <= 100 + 1e-6 for at, _ in axis.ticks())


@given(st.lists(st.floats(0.0, 1e300), min_size=1))
def test_a_log_axis_keeps_its_values_inside(values: list[float]) -> None:
    axis = log(values, 0.0, 100.0)
    assert all(0.0 <= axis.at(value) <= 100.0 for value in values)
    assert 2 <= len(axis.ticks()) <= 7


def test_a_png_holds_its_pixels() -> None:
    image = png([[0, 1, 2], [2, 1, 0]], [(1, 2, 3), (4, 5, 6), (7, 8, 9)])
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", image[16:24]) == (3, 2)
    at = image.index(b"IDAT")
    [length] = struct.unpack(">I", image[at - 4 : at])
    assert zlib.decompress(image[at + 4 : at + 4 + length]) == b"\0\0\1\2\0\2\1\0"


@pytest.mark.parametrize("rows", [[], [[]], [[1], [1, 2]]])
def test_an_image_without_pixels_is_refused(rows: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="rows of one length"):
        png(rows, [(0, 0, 0)])


def test_the_ladder_finds_what_it_climbed_to_and_the_best_single_step() -> None:
    climbed = ladder_of(compared(wrong=False).agreements[0])
    assert climbed is not None
    assert climbed.reference == 1.0
    assert climbed.error == 1e-13
    assert climbed.truncation == pytest.approx(1.0)
    assert 1e-7 < climbed.steps[climbed.best] < 1e-3


def test_the_heat_map_names_where_it_is_wrong() -> None:
    drawn = heatmap(compared(wrong=True).agreements[0])
    assert drawn is not None
    assert "6 rows of 10" in drawn.described
    assert "7 entries are wrong, the first at row 0 column 0, row 0 column 9" in drawn.described
