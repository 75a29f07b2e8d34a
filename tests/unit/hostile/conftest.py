"""A folder with a project in it and neighbours that nothing may touch."""

import io
import os
import sys
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.cli import main
from tests.unit.cli.conftest import LAYERS

#: What a stream of ours may hold besides characters that can be seen.
_HARMLESS = {"\n"}
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
        """Run a command in this process, with streams as strict as a terminal's."""
        out, err = _stream(), _stream()
        before = Path.cwd()
        os.chdir(self.project)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = main(arguments)
        finally:
            os.chdir(before)
        return Ended(code, _text(out), _text(err))

    def listing(self) -> dict[str, bytes]:
        """Return what every regular file holds, by its path; folders end with a slash."""
        found = {}
        for folder, _, files in os.walk(self.top):
            found[os.path.relpath(folder, self.top) + "/"] = b""
            for name in files:
                path = Path(folder, name)
                regular = path.is_file() and not path.is_symlink()
                found[os.path.relpath(path, self.top)] = path.read_bytes() if regular else b""
        return found


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    binary = stream.buffer
    assert isinstance(binary, io.BytesIO)
    return binary.getvalue().decode("utf-8")


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arena:
    """A project with layers, an empty configuration and a neighbour."""
    for name in ("CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = Arena(tmp_path)
    made.project.mkdir()
    (made.project / ".git").mkdir()
    (made.project / "layers.py").write_text(LAYERS)
    (made.project / "pyproject.toml").write_text("[tool.gradcheck]\n")
    neighbour = tmp_path / "neighbour"
    neighbour.mkdir()
    (neighbour / "other.py").write_text(LAYERS)
    (neighbour / "precious.json").write_text("{}")
    return made


def unseen(text: str) -> list[str]:
    """Return the characters that could repaint a terminal or turn a line round."""
    return [c for c in text if c not in _HARMLESS and unicodedata.category(c) in _UNSEEN]


def demand_civil(ended: Ended) -> None:
    """Fail where a command ended in a way that is our fault, or said something harmful."""
    assert ended.code in (0, 1, 2, 4, 5), ended
    assert "Traceback" not in ended.said
    assert not unseen(ended.said)
    if ended.code >= 4:
        assert ended.err.strip()
