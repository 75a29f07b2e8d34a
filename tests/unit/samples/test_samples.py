"""The pictures that are kept are those that would be taken today."""

import os
import re

import pytest

from tests.unit.samples.pictures import FOLDER, PICTURES, drawn, words, write
from tests.unit.samples.scrub import scrubbed


@pytest.fixture(scope="module", autouse=True)
def _anew() -> None:
    if os.environ.get("GOLDEN") == "write":
        write()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_a_run_says_today(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert scrubbed(words(kept)) == scrubbed(words(drawn(PICTURES[name])))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fetches_nothing_and_names_no_place(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    links = set(re.findall(r"https?://[^\s\"<]+", text))
    assert links <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    assert "@font-face" not in text
    assert not re.search(r"/(home|root|tmp|work|Users)/", text)


#: Two texts, and whether they are the same report.
SAME = {
    "times": ("done in 12 ms, 1.3 s, 1 min 2 s", "done in <1 ms, 1.4 s, 3 s", True),
    "calls": ("1,200 forward calls", "980 forward calls", True),
    "error bars": ("true 0.5 ± 2e-15", "true 0.5 ± 3e-14", True),
    "digits below": ("true 0.1234567890", "true 0.1234567891", True),
    "digits above": ("true 0.12345", "true 0.12346", False),
    "verdicts": ("✓ pass a 1 9.0 3e-9 12 1 ms", "✗ FAIL a 1 9.0 3e-9 12 1 ms", False),
    "columns": ("✓ pass  a  10  9.0   3e-09  12  1 ms", "✓ pass a 10 17.0 1e-10 9 2 ms", True),
    "cases": ("✓ pass a 10 9.0 3e-09 12 1 ms", "✓ pass a 11 9.0 3e-09 12 1 ms", False),
    "words": ("why: a sum", "why: a mean", False),
}


@pytest.mark.parametrize(("one", "other", "same"), SAME.values(), ids=SAME)
def test_scrubbing_hides_what_may_differ_and_nothing_else(
    one: str, other: str, *, same: bool
) -> None:
    assert (scrubbed(one) == scrubbed(other)) is same
