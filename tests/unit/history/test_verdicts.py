"""What passed and what failed is remembered, or forgotten as a whole where a byte is wrong."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.history import Folder, Outcome, Verdicts, recall, remember
from gradcheck.history.verdicts import outcome_of
from gradcheck.model import Judged, LeftOut
from tests.unit.reporters.sample import failing, passing, undecided

OUT = (LeftOut("m:a", "abstract"),)
OUTCOMES = {
    "all passed": (Judged("m", (passing("a"), passing("b"))), Outcome.PASSED),
    "one failed": (Judged("m", (passing("a"), failing("b"))), Outcome.FAILED),
    "failed and left out": (Judged("m", (failing("b"),), OUT), Outcome.FAILED),
    "undecided": (Judged("m", (passing("a"), undecided("b"))), Outcome.OPEN),
    "passed in part": (Judged("m", (passing("a"),), OUT), Outcome.OPEN),
    "left out": (Judged("m", (), OUT), Outcome.OPEN),
    "nothing": (Judged("m"), Outcome.OPEN),
}


@pytest.mark.parametrize(("judged", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_became_of_a_member(judged: Judged, outcome: Outcome) -> None:
    assert outcome_of(judged) is outcome


def test_a_failure_is_remembered_until_it_passes(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    remember(folder, [("a", Outcome.FAILED, "1"), ("b", Outcome.PASSED, "1")])
    assert recall(folder)[0] == Verdicts({"b": "1"}, frozenset({"a"}))
    remember(folder, [("a", Outcome.OPEN, "1"), ("b", Outcome.OPEN, "2")])
    assert recall(folder)[0] == Verdicts({}, frozenset({"a"}))
    remember(folder, [("a", Outcome.PASSED, "2")])
    assert recall(folder)[0] == Verdicts({"a": "2"}, frozenset())


def test_unchanged_is_what_passed_with_the_same_fingerprint() -> None:
    verdicts = Verdicts({"a": "1", "b": "1", "c": ""})
    assert verdicts.unchanged({"a": "1", "b": "2", "c": "", "d": "1"}) == {"a"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    remember(Folder(root), [("m:a", Outcome.PASSED, "f" * 64), ("m:b", Outcome.FAILED, "0")])
    return root


@given(data=st.data())
def test_a_wrong_byte_anywhere_makes_it_forget_and_say_so(written: Path, data: st.DataObject):
    file = Folder(written).path / "verdicts.json"
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    file.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    try:
        verdicts, said = recall(Folder(written))
    finally:
        file.write_bytes(whole)
    assert verdicts == Verdicts()
    assert "damaged" in said
    assert recall(Folder(written))[1] == ""


@given(content=st.binary(max_size=200))
def test_foreign_content_is_ignored_and_said(written: Path, content: bytes) -> None:
    file = Folder(written).path / "verdicts.json"
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        assert recall(Folder(written))[0] == Verdicts()
    finally:
        file.write_bytes(whole)


def test_a_cut_file_is_ignored_at_every_length(written: Path) -> None:
    file = Folder(written).path / "verdicts.json"
    whole = file.read_bytes()
    try:
        for length in range(len(whole) - 1):  # without the line's end it is still whole
            file.write_bytes(whole[:length])
            assert recall(Folder(written))[0] == Verdicts()
    finally:
        file.write_bytes(whole)


def test_what_is_damaged_is_written_anew(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    remember(folder, [("a", Outcome.PASSED, "1")])
    (folder.path / "verdicts.json").write_bytes(b"nonsense")
    remember(folder, [("b", Outcome.PASSED, "1")])
    assert recall(folder) == (Verdicts({"b": "1"}), "")


def test_two_runs_at_a_time_lose_nothing(tmp_path: Path) -> None:
    def work(who: str) -> None:
        for i in range(10):
            remember(Folder(tmp_path), [(f"{who}{i}", Outcome.FAILED, "1")])

    threads = [threading.Thread(target=work, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recall(Folder(tmp_path))[0].failed) == 20
