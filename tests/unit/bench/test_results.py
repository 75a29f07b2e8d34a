"""Results are read back as they were written, and fit a narrow terminal."""

import json
import re

import pytest
from rich.console import Console

from gradcheck.bench import dumps, loads, tables
from tests.support.benchmarked import made_up


def refuse(constant: str) -> None:
    raise AssertionError(f"a bare {constant} is no JSON")


def text(width: int = 80) -> str:
    console = Console(width=width, markup=False, highlight=False)
    with console.capture() as capture:
        for table in tables(made_up()):
            console.print(table)
    return capture.get()


def line(start: str) -> list[str]:
    """Return the cells of the first line that starts so."""
    (first, *_) = (each for each in text().splitlines() if each.startswith(start))
    return first.removeprefix(start).split()


def test_json_is_read_back_as_it_was() -> None:
    """Compared as text: NaN equals nothing."""
    written = dumps(made_up())
    assert dumps(loads(written)) == written
    assert loads(written).verdicts == made_up().verdicts


def test_what_is_not_a_number_is_a_string() -> None:
    data = json.loads(dumps(made_up()), parse_constant=refuse)
    assert data["shares"][0]["passes"] == "nan"
    assert data["spent"][0]["seconds"] == "inf"
    assert data["peers"][2]["version"] is None


def test_the_summary_says_what_was_not_measured_and_why() -> None:
    assert line("1 ours") == ["0", "of", "1", "0", "of", "1", "1e-10", "none", "1,234"]
    assert line("2 theirs")[6:] == ["rejects", "rejects", "too", "slow"]
    assert line("3 absent") == ["missing", "-", "-", "-", "-"]


def test_every_opinion_has_its_mark() -> None:
    assert line("upstream as |g|, [bold]") == ["r", "A", "-"]
    assert line("relu at 0") == ["?", "R", "-"]


def test_overhead_and_memory_are_shown() -> None:
    assert "25%     43            nan" in text()
    assert "1 MiB  4 MiB  3 MiB" in re.sub(" +(?= )", " ", text())


def test_thresholds_are_said_to_be_ours_or_theirs() -> None:
    assert "2 theirs 2.0: ours: a threshold" in text()
    assert "3 absent not installed: its defaults" in text()


@pytest.mark.parametrize("width", [80, 200])
def test_tables_fit_in_ascii_without_blanks_at_the_end(width: int) -> None:
    lines = text(width).splitlines()
    assert max(map(len, lines)) <= 80
    assert [each for each in lines if each != each.rstrip()] == []
    assert text(width).isascii()
