"""Pictures show what the numbers say."""

import struct
import zlib
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reporters.drawing.axis import linear, log
from gradcheck.reporters.drawing.entries import entries
from gradcheck.reporters.drawing.heatmap import heatmap
from gradcheck.reporters.drawing.ladder import ladder, ladder_of
from gradcheck.reporters.drawing.png import png
from gradcheck.reporters.drawing.svg import text
from gradcheck.reporters.html.detail import stages
from gradcheck.reporters.html.figures import figures
from tests.unit.reporters.sample import a_run
from tests.unit.reporters.test_html_report import STEPS, compared

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


def test_the_best_step_is_marked_in_the_plot_in_words_and_in_the_table() -> None:
    agreement = compared(wrong=False).agreements[0]
    climbed = ladder_of(agreement)
    assert climbed is not None
    step, truncation = climbed.steps[climbed.best], climbed.truncations[climbed.best]
    drawn = ladder("l", climbed, "b")
    assert f">best step {step:.0e}<" in drawn
    assert drawn.count('class="best"') == 1
    assert "Step ladder of entry [4, 0] of b" in drawn
    assert f"best single step is {step:.1e}" in drawn
    assert f"truncation {truncation:.0e}" in drawn
    assert "an error bar of 1e-13" in drawn
    shown = figures("f", agreement, stages(a_run())[0])
    [marked] = [row for row in shown.rungs if row[0].endswith(" best")]
    assert marked[0] == f"{step:.1e} best"
    assert marked[3] == f"{truncation:.0e}"
    assert shown.rungs[-1][:3] == ("limit", "1", "1e-13")


def test_truncation_that_drowns_is_not_claimed() -> None:
    flat = tuple((step, 1.0 + 1e-16 / step, 1e-15 / step) for step, _, _ in STEPS)
    climbed = ladder_of(replace(compared(wrong=False).agreements[0], rungs=flat))
    assert climbed is not None
    assert climbed.truncation is None
    assert "no visible truncation" in ladder("l", climbed, "b")


def test_entries_are_named_by_their_index_where_the_sample_holds_all_of_them() -> None:
    agreement = compared(wrong=False).agreements[0]
    assert [e.name for e in entries(agreement)][11] == "[1, 1]"
    assert entries(replace(agreement, shape=(600,)))[11].name == "no. 11"
    assert entries(replace(agreement, strategy="directional"))[11].name == "no. 11"


@given(st.floats(1e-9, 1e9), st.floats(-1.0, 1.0))
def test_a_linear_axis_has_three_ticks_wherever_it_lies(span: float, shift: float) -> None:
    axis = linear(shift * span - span, shift * span + span, 0.0, 100.0)
    assert 3 <= len(axis.ticks()) <= 8


def test_the_heat_map_names_where_it_is_wrong() -> None:
    drawn = heatmap(compared(wrong=True).agreements[0])
    assert drawn is not None
    assert "6 rows of 10" in drawn.described
    assert "7 entries are wrong, the first at row 0 column 0, row 0 column 9" in drawn.described


@given(st.text())
def test_text_in_a_picture_cannot_turn_the_line_round_or_break_the_markup(said: str) -> None:
    shown = text(0, 0, said)
    assert ElementTree.fromstring(shown).tag == "text"
    assert not set("\u202a\u202e\u2066\u2069\u200f") & set(shown)
