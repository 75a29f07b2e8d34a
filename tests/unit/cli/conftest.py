"""Run the command line in a folder of its own, in this process or in a new one."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.cli import main

ROOT = Path(__file__).resolve().parents[3]

LAYERS = '''"""Two right layers and a wrong one."""


class Double:
    def forward(self, x):
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout


class Square:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return 2.0 * self.x * dout


class Triple:
    def forward(self, x):
        return 3.0 * x

    def backward(self, dout):
        return 2.0 * dout
'''


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the layers and an empty configuration; the current one in the test."""
    for name in ("CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "layers.py").write_text(LAYERS)
    (tmp_path / "pyproject.toml").write_text("[tool.gradcheck]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in this process."""

    def call(*arguments: str) -> Ended:
        capsys.readouterr()
        code = main(arguments)
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def run_alone(project: Path) -> Run:
    """Call the command line in a process of its own; `shell` is put behind it."""

    def call(*arguments: str, shell: str = "", env: Mapping[str, str] | None = None) -> Ended:
        command = [sys.executable, "-m", "gradcheck", *arguments]
        if shell:
            command = ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *command]
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        done = subprocess.run(
            command, cwd=project, env=variables, capture_output=True, timeout=120, check=False
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call
