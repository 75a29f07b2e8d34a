"""CI runs the two set-up commands of the README, and nothing can drift apart."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / ".ci" / "run"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def set_up_commands(text: str) -> list[str]:
    """Return the indented lines that install something."""
    return re.findall(r"^ {4}(pip install .*)$", text, flags=re.MULTILINE)


def test_the_readme_has_two_commands_one_runs_and_one_tests() -> None:
    run, test = set_up_commands(README)
    assert run.endswith("&& python -m gradcheck run")
    assert test.endswith("&& python -m pytest")


def test_ci_reads_the_same_two_out_of_the_readme() -> None:
    """Its parser is run here; the commands themselves are run by CI alone."""
    (line,) = re.findall(r"^mapfile -t commands < <\((.*)\)$", SCRIPT.read_text(), re.MULTILINE)
    read = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    )
    assert read.stdout.splitlines() == set_up_commands(README)


def test_extras_that_the_readme_installs_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"\.\[([\w,]+)\]", "\n".join(set_up_commands(README)))
    assert {extra for names in named for extra in names.split(",")} <= set(
        project["optional-dependencies"]
    )


def test_ci_stops_at_the_first_error_and_can_be_started() -> None:
    assert "set -euo pipefail" in SCRIPT.read_text()
    assert os.access(SCRIPT, os.X_OK)
    subprocess.run(["bash", "-n", str(SCRIPT)], timeout=20, check=True)


#: Linked to and not yet there, with the reason; a stale row is a failure too.
MISSING: dict[str, str] = {}


def test_what_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert {name for name in links if not (ROOT / name).exists()} == set(MISSING)
