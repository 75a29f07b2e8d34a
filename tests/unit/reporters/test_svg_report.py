"""The terminal's report as a picture: whole, harmless, and it loads nothing."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from gradcheck.reporters import svg_report
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import CAUSE, WRONG_BIAS, a_run, failing


@pytest.mark.parametrize("run", [a_run(), hostile_run()])
def test_the_picture_is_well_formed_and_loads_nothing(run) -> None:
    svg = svg_report.dumps(run)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    links = set(re.findall(r"https?://[^\s\"<]+", svg))
    assert links <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    assert "@font-face" not in svg
    assert "<script" not in svg
    assert not re.search(r"<[^>]+ on\w+=", svg)


def test_nothing_is_cut_off_at_the_right() -> None:
    command = "again " * 40
    told = replace(WRONG_BIAS, reproduce=command)
    svg = svg_report.dumps(a_run(replace(failing(), findings=(told,))))
    assert svg.count("again") >= 40


def test_the_picture_tells_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")  # a picture is no terminal
    svg = svg_report.dumps(a_run()).replace("&#160;", " ")
    assert CAUSE.title in svg
    assert "FAIL" in svg
    assert len(set(re.findall(r"fill: (#[0-9a-f]{6})", svg))) > 3
