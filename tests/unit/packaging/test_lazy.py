"""Help and version cost nothing: modules are counted, since seconds depend on the machine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COSTLY = ("numpy", "rich", "hypothesis", "threadpoolctl", "pytest")


def loaded_by(program: str) -> set[str]:
    """Return the costly packages in a fresh interpreter after a program ran."""
    after = f"print('\\n'.join(name for name in {COSTLY!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\nprint('loaded')\n{after}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stdout.rpartition("loaded\n")[2].split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["run", "--help"], ["list", "--help"], ["bench", "--help"]],
    ids=" ".join,
)
def test_help_and_version_load_nothing_costly(arguments: list[str]) -> None:
    assert loaded_by(f"from gradcheck.cli import main\nmain({arguments!r})") == set()


def test_the_package_itself_loads_nothing_costly() -> None:
    assert loaded_by("import gradcheck") == set()


def test_hypothesis_is_loaded_only_to_explore() -> None:
    assert "hypothesis" not in loaded_by("from gradcheck import check")


def test_what_is_loaded_is_seen() -> None:
    assert "numpy" in loaded_by("import numpy")
