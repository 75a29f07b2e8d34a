"""A report file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from gradcheck.reporters import write_whole


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_the_text_and_no_draft_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "run.json", "größer\n")
    assert (tmp_path / "run.json").read_bytes() == "größer\n".encode()
    assert names_in(tmp_path) == ["run.json"]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text("a much longer text that stood here before")
    write_whole(file, "new")
    assert file.read_text() == "new"


def test_a_missing_folder_is_an_error_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "run.json", "text")
    assert names_in(tmp_path) == []


def test_a_write_that_breaks_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert names_in(tmp_path) == ["run.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    link.symlink_to(real)
    write_whole(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a POSIX system")
def test_a_device_is_written_to_and_not_replaced() -> None:
    write_whole(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()
