"""A killed run can be gone on with: whatever was written whole is read, and nothing else."""

import errno
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.history import Folder, Header, Journal, Outcome, recall, settle
from gradcheck.model import Judged, TargetResult
from tests.unit.reporters.sample import WRONG_BIAS, failing, passing, undecided

ASKED: Mapping[str, object] = {"seed": 7, "targets": ("layers.py",), "numpy": "2.1"}
#: Without the NaN that the sample has: it equals nothing.
WRONG = replace(failing("m:A"), findings=(WRONG_BIAS,))
RESULTS = (WRONG, passing("m:B"), undecided("m:C"))


def killed(root: Path, *results: TargetResult, asked: Mapping[str, object] = ASKED) -> Path:
    """Return the journal of a run that judged these and was killed."""
    journal = Journal.begin(Folder(root), Header(asked))
    for result in results or RESULTS:
        journal.add(Judged(result.target, (result,)), f"print of {result.target}")
    journal.close()
    return sorted((root / ".gradcheck_cache").glob("run-*"))[-1]


def resumed(root: Path, asked: Mapping[str, object] = ASKED) -> list[TargetResult]:
    journal = Journal.resume(Folder(root), asked, held=0)
    try:
        return list(journal.records)
    finally:
        journal.close()


def test_a_killed_run_is_read_back(tmp_path: Path) -> None:
    killed(tmp_path)
    assert resumed(tmp_path) == list(RESULTS)


def test_it_goes_on_where_it_stopped_more_than_once(tmp_path: Path) -> None:
    killed(tmp_path)
    for name in ("m:D", "m:E"):
        journal = Journal.resume(Folder(tmp_path), ASKED)
        journal.add(Judged(name, (passing(name),)), "print")
        journal.close()
    assert resumed(tmp_path) == [*RESULTS, passing("m:D"), passing("m:E")]
    assert len(Folder(tmp_path).names("run-")) == 1


def test_fingerprints_and_outcomes_come_back(tmp_path: Path) -> None:
    killed(tmp_path)
    journal = Journal.resume(Folder(tmp_path), ASKED)
    journal.close()
    assert journal.outcomes == {
        "m:A": (Outcome.FAILED, "print of m:A"),
        "m:B": (Outcome.PASSED, "print of m:B"),
        "m:C": (Outcome.OPEN, "print of m:C"),
    }


def test_a_journal_cut_at_any_byte_gives_the_lines_before(tmp_path: Path) -> None:
    file = killed(tmp_path, *(passing(f"m:{i}") for i in range(3)))
    whole = file.read_bytes()
    ends = [i for i, byte in enumerate(whole) if byte == 10]
    for length in range(0, len(whole) + 1, 7):
        file.write_bytes(whole[:length])
        lines = sum(end <= length for end in ends)  # the last one's end itself may be missing
        if not lines:
            with pytest.raises(UsageError, match="no interrupted run"):
                resumed(tmp_path)
        else:
            assert [r.target for r in resumed(tmp_path)] == [f"m:{i}" for i in range(lines - 1)]
    for end in ends:
        for length in (end - 1, end, end + 1):
            file.write_bytes(whole[:length])
            lines = sum(e <= length for e in ends)
            if lines:
                assert len(resumed(tmp_path)) == lines - 1


def test_what_is_added_after_a_cut_line_is_read(tmp_path: Path) -> None:
    file = killed(tmp_path)
    file.write_bytes(file.read_bytes()[:-40])
    journal = Journal.resume(Folder(tmp_path), ASKED)
    assert "1 damaged line" in journal.trouble
    journal.add(Judged("m:D", (passing("m:D"),)))
    journal.close()
    assert [r.target for r in resumed(tmp_path)] == ["m:A", "m:B", "m:D"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    killed(root)
    return root


@given(data=st.data())
def test_a_wrong_byte_anywhere_costs_its_line_and_no_more(
    written: Path, data: st.DataObject
) -> None:
    (file,) = (written / ".gradcheck_cache").glob("run-*")
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    file.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    try:
        read = resumed(written)
    except UsageError:
        assert at <= whole.index(b"\n")  # the header: nobody knows what was asked
    else:
        assert set(map(str, read)) <= set(map(str, RESULTS))
        assert len(read) >= (len(RESULTS) - 2 if whole[at] == 10 else len(RESULTS) - 1)
    finally:
        file.write_bytes(whole)


@given(content=st.binary(max_size=300))
def test_foreign_content_is_no_run(written: Path, content: bytes) -> None:
    (file,) = (written / ".gradcheck_cache").glob("run-*")
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        with pytest.raises(UsageError, match="no interrupted run"):
            resumed(written)
    finally:
        file.write_bytes(whole)


def test_another_request_is_refused_with_what_differs(tmp_path: Path) -> None:
    killed(tmp_path)
    with pytest.raises(
        UsageError, match=r"was asked for seed 7, now 8, numpy '2.1', now '2.2'"
    ):
        resumed(tmp_path, {**ASKED, "seed": 8, "numpy": "2.2"})


def test_of_several_the_newest_of_the_same_request_is_taken(tmp_path: Path) -> None:
    other = {**ASKED, "seed": 8}
    killed(tmp_path, passing("m:old"))
    killed(tmp_path, passing("m:new"))
    killed(tmp_path, passing("m:other"), asked=other)
    assert resumed(tmp_path) == [passing("m:new")]
    assert resumed(tmp_path, other) == [passing("m:other")]


def test_a_finished_run_leaves_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    journal = Journal.begin(folder, Header(ASKED), held=0)
    journal.add(Judged("m:A", (passing("m:A"),)), "print")
    journal.fold(folder)
    journal.end()
    assert list(journal.records) == [passing("m:A")]  # reports are written after the end
    journal.close()
    assert folder.names("run-") == []
    with pytest.raises(UsageError, match="no interrupted run"):
        resumed(tmp_path)


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    folder = Folder(tmp_path)
    first, second = (Journal.begin(folder, Header(ASKED)) for _ in range(2))
    for journal in (first, second):
        journal.add(Judged("m:A", (passing("m:A"),)), "print")
    with pytest.raises(UsageError, match="still going on"):
        resumed(tmp_path)
    settle(folder)
    assert recall(folder)[0].passed == {}
    assert len(folder.names("run-")) == 2
    first.close()
    settle(folder)
    assert recall(folder)[0].passed == {"m:A": "print"}
    second.close()


def test_what_a_killed_run_saw_is_remembered_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    killed(tmp_path)
    settle(folder)
    assert recall(folder)[0].failed == {"m:A"}
    again = Journal.begin(folder, Header(ASKED))
    again.add(Judged("m:A", (passing("m:A"),)), "later")
    again.fold(folder)
    again.end()
    again.close()
    settle(folder)
    verdicts, _ = recall(folder)
    assert verdicts.failed == frozenset()
    assert verdicts.passed == {"m:A": "later", "m:B": "print of m:B"}


def test_members_of_another_folder_of_the_project_are_kept_apart(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    journal = Journal.begin(folder, Header(ASKED, prefix="sub>"))
    journal.add(Judged("m:A", (failing("m:A"),)))
    journal.close()
    settle(folder)
    assert recall(folder)[0].failed == {"sub>m:A"}


def test_few_unfinished_runs_are_kept(tmp_path: Path) -> None:
    for i in range(6):
        killed(tmp_path, passing(f"m:{i}"))
    settle(Folder(tmp_path))
    assert resumed(tmp_path) == [passing("m:5")]
    assert len(Folder(tmp_path).names("run-")) == 3


class Full(io.FileIO):
    """A file on a disk with room for so many bytes."""

    room = 3000

    def write(self, content: object, /) -> int:
        part = memoryview(content)[: self.room]  # type: ignore[arg-type]
        if not part:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= len(part)
        return super().write(part)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(Full(tmp_path / "run", "w+"), Header(ASKED), held=0)
    yield journal
    journal.close()


def test_a_full_disk_loses_no_result(full: Journal) -> None:
    results = [passing(f"m:{i}") for i in range(9)]
    for result in results:
        full.add(Judged(result.target, (result,)))
    assert list(full.records) == results
    assert "No space left" in full.trouble
