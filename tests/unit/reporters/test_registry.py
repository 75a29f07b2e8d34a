"""A format is found by the suffix of the file that is asked for."""

from pathlib import Path

import pytest

from gradcheck.reporters import json_report, reporter_for, suffixes


@pytest.mark.parametrize("name", ["run.json", "RUN.JSON", "deep/run.v2.json"])
def test_a_suffix_finds_its_reporter_in_any_case(name: str) -> None:
    assert reporter_for(Path(name)) is json_report


@pytest.mark.parametrize("name", ["run.pdf", "run", ".json"])
def test_an_unknown_suffix_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(ValueError, match=r"no report format .* there are .*\.json"):
        reporter_for(Path(name))


@pytest.mark.parametrize("suffix", suffixes())
def test_every_reporter_dumps(suffix: str) -> None:
    assert callable(reporter_for(Path(f"run{suffix}")).dumps)
