"""Folders and files that are no source: nothing waits, all is said."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.discovery.source import LARGEST, refusal, shown
from tests.unit.cli.conftest import LAYERS
from tests.unit.hostile.conftest import Arena

ONE = ("--cases", "1", "--no-shrink")
RIGHT = ("-k", "not triple", *ONE)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)  # from the current folder on: the name of a socket is short


def a_huge_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)  # takes no room on the disk


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


#: What is called x.py, and why it is left out.
ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "a named pipe and no file"),
    "a socket": (a_socket, "a socket and no file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a device and no file"),
    "a loop": (lambda path: path.symlink_to(path.name), "a link that leads nowhere"),
    "a dangling link": (lambda path: path.symlink_to("gone.py"), "a link that leads nowhere"),
    "100 MB": (a_huge_file, "100.0 MB of source, more than the 10 MB that are read"),
    "a NUL": (written(b"x = 1\x00"), "null bytes"),
    "no UTF-8": (written(b"x = '\xff'"), "SyntaxError"),
    "no Python": (written(b"def f(:"), "SyntaxError"),
    "a bomb of parentheses": (written(b"(" * 50_000), "SyntaxError"),
    "a bomb of signs": (written(b"x = " + b"-" * 200_000 + b"1"), "Error"),
    "a bomb of sums": (written(b"x = 0" + b"+1" * 50_000), "RecursionError"),
    "a message that raises": (
        written(b"class E(Exception):\n  def __str__(self): 1/0\nraise E()\n"),
        "its message raised ZeroDivisionError",
    ),
    "an endless message": (written(b"raise ValueError('x' * 10 ** 6)"), "ValueError: xxx"),
    "an escape sequence": (written(b"raise ValueError('\\x1b[31mred')"), r"\x1b[31mred"),
    "an exit": (written(b"raise SystemExit(0)"), "SystemExit"),
}


@pytest.mark.parametrize("typed", ["x.py", "x.py::Layer", "."])
@pytest.mark.parametrize(("make", "why"), ODD.values(), ids=ODD)
def test_what_is_no_source_is_left_out_with_the_reason(
    arena: Arena,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], object],
    why: str,
    typed: str,
) -> None:
    monkeypatch.chdir(arena.project)
    make(arena.project / "x.py")
    ended = arena.civil("list", typed)
    assert ended.code == (0 if typed == "." else 5)
    assert f"{'left out: ' if typed == '.' else ''}x.py: " in ended.said
    assert why in ended.said
    assert len(ended.said) < 10_000


def test_what_may_be_read_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("x = 1")
    assert refusal(file) == ""
    os.truncate(file, LARGEST)
    assert refusal(file) == ""
    os.truncate(file, LARGEST + 1)
    assert "more than the 10 MB" in refusal(file)


def test_the_others_of_a_folder_are_judged(arena: Arena) -> None:
    for name, (make, _) in ODD.items():
        if name != "a socket":
            make(arena.project / f"{name.replace(' ', '_')}.py")
    before = arena.listing()
    ended = arena.civil("run", ".", *RIGHT, "-v")
    assert ended.code == 0
    assert "2 passed" in ended.out
    assert "a_pipe.py: a_pipe.py is not imported: a named pipe and no file" in ended.out
    assert arena.listing() == before


def test_a_package_with_odd_modules_is_judged(arena: Arena) -> None:
    package = arena.project / "hostile_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "layers.py").write_text(LAYERS)
    os.mkfifo(package / "pipe.py")
    (package / "nowhere.py").symlink_to("gone.py")
    a_huge_file(package / "huge.py")
    (package / "broken.py").write_text("1/0")
    ended = arena.civil("run", "hostile_package", *RIGHT, "-v")
    assert ended.code == 0
    assert "2 passed" in ended.out
    said = " ".join(ended.out.split())
    assert "hostile_package.huge is not imported: 100.0 MB of source" in said
    assert "hostile_package.broken raised ZeroDivisionError" in said
    assert "hostile_package.pipe: there is no module" in said


def test_a_package_that_cannot_be_imported_is_left_out_with_what_is_in_it(arena: Arena) -> None:
    package = arena.project / "exploding_package"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('planted')")
    (package / "layers.py").write_text(LAYERS)
    ended = arena.civil("run", "exploding_package.layers")
    assert ended.code == 5
    assert "importing exploding_package raised RuntimeError: planted" in ended.err


def test_links_that_lead_round_do_not_hold_a_search_up(arena: Arena) -> None:
    inner = arena.project / "deep" / "down"
    inner.mkdir(parents=True)
    (inner / "up").symlink_to(arena.project, target_is_directory=True)
    (inner / "own.py").write_text(LAYERS)
    ended = arena.civil("list", ".")
    assert ended.code == 0
    assert "deep/down/own.py::Double" in ended.out
    assert "up/" not in ended.out


def test_a_folder_behind_a_link_is_not_searched_and_can_be_named(arena: Arena) -> None:
    (arena.project / "outside").symlink_to(arena.top / "neighbour", target_is_directory=True)
    assert "outside" not in arena.civil("list", ".").out
    assert "outside/other.py::Double" in arena.civil("list", "./outside").out


def test_a_folder_that_is_called_like_a_file_is_a_folder(arena: Arena) -> None:
    folder = arena.project / "folder.py"
    folder.mkdir()
    (folder / "inner.py").write_text(LAYERS)
    for typed in ("folder.py", "."):
        assert "folder.py/inner.py::Double" in arena.civil("list", typed).out


def test_a_layer_elsewhere_may_be_read_and_nothing_is_written_there(arena: Arena) -> None:
    before = arena.listing()
    for typed in ("../neighbour/other.py", str(arena.top / "neighbour" / "other.py")):
        ended = arena.civil("run", f"{typed}::Double", *ONE, "--json", "a.json")
        assert ended.code == 0
    assert arena.listing().keys() - before.keys() == {"project/a.json"}


def test_reports_name_files_of_the_project_from_there_on(arena: Arena) -> None:
    (arena.project / "a").mkdir()
    typed = (
        "layers.py", "./layers.py", "a/../layers.py", "../project/layers.py",
        str(arena.project / "layers.py"), str(arena.project / "a" / ".." / "layers.py"),
    )  # fmt: skip
    for each in typed:
        ended = arena.civil("run", f"{each}::Triple", *ONE, "--json", "-")
        assert "layers.py::Triple" in ended.err
        assert str(arena.top) not in ended.said
        assert "/layers.py" not in ended.said


def test_a_link_on_the_way_is_not_undone_by_two_dots(arena: Arena) -> None:
    (arena.project / "far").symlink_to(arena.top / "neighbour", target_is_directory=True)
    (arena.top / "layers.py").write_text("")
    elsewhere = arena.project / "far" / ".." / "layers.py"
    assert shown(elsewhere, arena.project) != "layers.py"
    assert elsewhere.samefile(arena.top / "layers.py")


def test_a_folder_without_end_is_no_layer(arena: Arena) -> None:
    deep = arena.project
    for _ in range(40):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "own.py").write_text(LAYERS)
    assert "d/own.py::Double" in arena.civil("list", "./d").out
    shutil.rmtree(arena.project / "d")
