"""Ctrl-C, a request to terminate and a closed pipe end a run with what was done so far."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.cli.conftest import ROOT
from tests.unit.cli.hostile import source

SLEEPS = "open('asleep', 'w').close(); __import__('time').sleep(300)"
#: A run that did not hear would sleep for minutes; one that does takes a fraction of this.
PATIENCE = 30


Started = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def started(project: Path) -> Iterator[Started]:
    """Start a run in the project; whatever is left of it ends with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(_started(project, *arguments))


def _started(project: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a run of a right layer and one that sleeps, and wait until that one is asleep."""
    (project / "slow.py").write_text(source({"Sleeps": SLEEPS}))
    command = (sys.executable, "-m", "gradcheck", "run", "slow.py", "--json", "run.json")
    process = subprocess.Popen(
        [*command, "--cases", "1", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not (project / "asleep").exists() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)  # what comes of the other layer is on its way
    return process


Ending = Callable[["subprocess.Popen[bytes]"], None]
ENDINGS: dict[str, Ending] = {
    "Ctrl-C": lambda process: process.send_signal(signal.SIGINT),
    "terminated": lambda process: process.send_signal(signal.SIGTERM),
    "closed pipe": lambda process: process.stdout.close(),  # type: ignore[union-attr]
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("where", [("--isolate",), ("--no-isolate",)], ids=" ".join)
def test_a_run_ends_at_once_with_what_was_done(
    project: Path, started: Started, ending: str, where: tuple[str, ...]
) -> None:
    process = started(*where)
    ENDINGS[ending](process)
    assert process.wait(PATIENCE) == 2
    report = json.loads((project / "run.json").read_text())
    assert report["interrupted"] is True
    # Sleeps was asleep when it was interrupted: what came before it is there, it is not.
    assert [t["target"] for t in report["targets"]] == ["slow.py::Right"]
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    if ending != "closed pipe":
        assert process.stdout is not None
        assert b"interrupted" in process.stdout.read()
    assert not asleep(project)


def asleep(project: Path) -> list[str]:
    """Return the processes that still work in the project's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == project and int(entry.name) != os.getpid():
                found.append((entry / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_several_workers_end_at_once_too(project: Path, started: Started) -> None:
    pytest.importorskip("joblib")
    process = started("-n", "2")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 2
    assert json.loads((project / "run.json").read_text())["interrupted"] is True
    end = time.monotonic() + 5
    while asleep(project) and time.monotonic() < end:
        time.sleep(0.1)
    assert not asleep(project)
