"""A report is written whole or not at all, and the verdict of the run is kept."""

import errno
import os
from pathlib import Path

import pytest

from gradcheck.cli import main
from gradcheck.reporters import files, suffixes

LAYER = """
class {name}:
    def forward(self, x):
        return 3 * x
    def backward(self, dout):
        return {factor} * dout
"""
FORMATS = [suffix for suffix in suffixes() if suffix != ".svg"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.py").write_text(LAYER.format(name="Wrong", factor=2))
    (tmp_path / "right.py").write_text(LAYER.format(name="Right", factor=3))
    return tmp_path


def run(*options: str) -> int:
    return main(["run", *options, "--cases", "1", "--no-shrink", "-q"])


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_written_by_a_run(folder: Path, suffix: str) -> None:
    assert run("wrong.py", "--report", f"out{suffix}") == 1
    assert "Wrong" in (folder / f"out{suffix}").read_text(encoding="utf-8")
    assert not list(folder.glob(".*.tmp"))


def test_a_missing_folder_is_said_and_the_verdict_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("wrong.py", "--report", "no/such/folder/a.html", "--report", "b.html") != 0
    ended = capsys.readouterr()
    assert "cannot write" in ended.err
    assert "Wrong" in ended.out
    assert (folder / "b.html").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shut = folder / "shut"
    shut.mkdir(mode=0o500)
    assert run("right.py", "--report", "shut/a.html") == 4
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_report_and_no_draft(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    (folder / "a.html").write_text("old")
    monkeypatch.setattr(files.os, "fsync", full)
    assert run("right.py", "--report", "a.html") == 4
    ended = capsys.readouterr()
    assert os.strerror(number) in ended.err
    assert "1 passed" in ended.out
    assert (folder / "a.html").read_text() == "old"
    assert not list(folder.glob(".*.tmp"))


def test_what_failed_stays_failed_although_the_report_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    assert run("wrong.py", "--report", "a.html") in (1, 4)
    assert "1 failed" in capsys.readouterr().out
