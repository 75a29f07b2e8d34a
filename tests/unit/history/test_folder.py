"""The cache is kept in its folder, marked as what it is, and never led outside."""

import os
from pathlib import Path

import pytest

from gradcheck.history import Folder, Header, Journal, Outcome, recall, remember, settle

NEWS = [("layers:A", Outcome.PASSED, "print"), ("layers:B", Outcome.FAILED, "print")]


def fill(root: Path) -> Folder:
    """Use a folder in all ways."""
    folder = Folder(root)
    settle(folder)
    journal = Journal.begin(folder, Header({"seed": 0}))
    remember(folder, NEWS)
    journal.fold(folder)
    journal.close()
    return folder


def test_the_folder_says_what_it_is(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    assert not folder.trouble
    assert (folder.path / ".gitignore").read_text().endswith("*\n")
    tag = (folder.path / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert recall(folder)[0].passed == {"layers:A": "print"}
    assert not [p for p in folder.path.iterdir() if p.suffix == ".tmp"]


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    recall(Folder(tmp_path))
    settle(Folder(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", [False, True])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, *, missing: bool) -> None:
    outside, project = tmp_path / "outside", tmp_path / "project"
    project.mkdir()
    if not missing:
        outside.mkdir()
    (project / ".gradcheck_cache").symlink_to(outside)
    folder = fill(project)
    assert "symbolic link" in folder.trouble
    assert not outside.exists() or list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["verdicts.json", "lock", ".gitignore"])
@pytest.mark.parametrize("missing", [False, True])
def test_a_link_in_the_place_of_a_file_is_not_followed(
    tmp_path: Path, *, name: str, missing: bool
) -> None:
    outside = tmp_path / "outside"
    if not missing:
        outside.write_text("mine")
    folder = Folder(tmp_path)
    folder.path.mkdir()
    (folder.path / name).symlink_to(outside)
    fill(tmp_path)
    assert outside.exists() is not missing
    assert missing or outside.read_text() == "mine"


def test_a_journal_that_is_a_link_is_neither_resumed_nor_written(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    fill(other)
    (journal,) = (other / ".gradcheck_cache").glob("run-*")
    folder = Folder(tmp_path)
    folder.path.mkdir()
    (folder.path / journal.name).symlink_to(journal)
    before = journal.read_bytes()
    settle(folder)
    assert folder.names("run-") == [journal.name]
    assert journal.read_bytes() == before


def test_a_file_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / ".gradcheck_cache").write_text("mine")
    folder = fill(tmp_path)
    assert folder.trouble
    assert (tmp_path / ".gradcheck_cache").read_text() == "mine"


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (folder.path / "verdicts.json").mkdir(parents=True)
    assert fill(tmp_path).trouble


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.path.mkdir()
    os.mkfifo(folder.path / "verdicts.json")
    os.mkfifo(folder.path / "lock")
    fill(tmp_path)
    assert recall(Folder(tmp_path))[0].passed == {"layers:A": "print"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_project_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert "denied" in fill(tmp_path).trouble
    finally:
        tmp_path.chmod(0o700)


def test_where_nothing_may_be_written_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    folder = fill(tmp_path)
    assert folder.trouble == ".gradcheck_cache: Permission denied"
    assert list(tmp_path.iterdir()) == []
