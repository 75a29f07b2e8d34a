"""A folder with a project in it and neighbours that nothing may touch."""

import io
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.cli import main
from tests.unit.cli.conftest import LAYERS

#: Unicode categories that could repaint a terminal or turn a line round.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


@dataclass(frozen=True)
class Arena:
    """A project among neighbours."""

    top: Path
    """Everything that could be touched by mistake."""

    @property
    def project(self) -> Path:
        """The current folder of every command."""
        return self.top / "project"

    def call(self, *arguments: str) -> Ended:
        """Run a command in this process, with streams as strict as those of a pipe."""
        out, err = _stream(), _stream()
        with chdir(self.project), redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
        return Ended(code, _text(out), _text(err))

    def civil(self, *arguments: str) -> Ended:
        """Run a command that must end without a fault of ours or harm to a terminal."""
        ended = self.call(*arguments)
        assert ended.code in (0, 1, 2, 4, 5), ended.err
        assert "Traceback" not in ended.said
        assert not unseen(ended.said)
        assert ended.code < 4 or ended.err.strip()
        return ended

    def listing(self) -> dict[str, bytes]:
        """Return what every regular file holds, by its path; folders end with a slash.

        The project's own cache is left out: that runs are remembered there is said.
        """
        found = {}
        for folder, inner, files in os.walk(self.top):
            if Path(folder) == self.top / "project" and ".gradcheck_cache" in inner:
                inner.remove(".gradcheck_cache")
            found[os.path.relpath(folder, self.top) + "/"] = b""
            for name in files:
                path = Path(folder, name)
                regular = path.is_file() and not path.is_symlink()
                found[os.path.relpath(path, self.top)] = path.read_bytes() if regular else b""
        return found

    def clear(self, kept: dict[str, bytes]) -> None:
        """Remove whatever is not in an earlier listing."""
        for name in sorted(self.listing().keys() - kept.keys()):
            path = self.top / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def unseen(text: str) -> list[str]:
    """Return the characters that could repaint a terminal or turn a line round."""
    return [c for c in text if c != "\n" and unicodedata.category(c) in _UNSEEN]


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    binary = stream.buffer
    assert isinstance(binary, io.BytesIO)
    return binary.getvalue().decode("utf-8")


def _made(top: Path, patch: pytest.MonkeyPatch) -> Arena:
    for name in ("CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        patch.delenv(name, raising=False)
    patch.setattr(sys, "dont_write_bytecode", True)
    arena, neighbour = Arena(top), top / "neighbour"
    (arena.project / ".git").mkdir(parents=True)
    (arena.project / "layers.py").write_text(LAYERS)
    (arena.project / "pyproject.toml").write_text("[tool.gradcheck]\n")
    neighbour.mkdir()
    (neighbour / "other.py").write_text(LAYERS)
    (neighbour / "precious.json").write_text("{}")
    return arena


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arena:
    """A project with layers, an empty configuration and a neighbour."""
    return _made(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The same for all examples of a module: whoever writes in it clears it."""
    with pytest.MonkeyPatch.context() as patch:
        yield _made(tmp_path_factory.mktemp("ground"), patch)
