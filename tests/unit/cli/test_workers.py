"""Several workers say what one says, and lose nothing when one of them is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck.policy import Policy
from gradcheck.running import Engine, Work, parallel
from gradcheck.running.parallel import chunks
from tests.unit.cli.conftest import ROOT, Run
from tests.unit.cli.hostile import source

pytest.importorskip("joblib")

ONE = ("--no-shrink", "--cases", "2")


def report(path: Path) -> Any:
    """Return a report without its times, as text: bytes are what must be alike."""

    def scrub(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: scrub(v) for k, v in value.items() if not k.endswith("seconds")}
        return [scrub(v) for v in value] if isinstance(value, list) else value

    return json.dumps(scrub(json.loads(path.read_text())))


@pytest.mark.parametrize("where", ["--isolate", "--no-isolate"])
def test_two_workers_report_what_one_reports(run: Run, project: Path, where: str) -> None:
    (project / "more.py").write_text(source({"Other": "pass", "Third": "print('said')"}))
    for number in ("1", "2"):
        run(
            "run", "layers.py", "more.py", where, "-n", number, "--json", f"{number}.json", *ONE
        )
    assert report(project / "1.json") == report(project / "2.json")
    assert len(json.loads((project / "2.json").read_text())["targets"]) == 6


def test_a_worker_that_a_layer_takes_down_harms_no_other(run: Run, project: Path) -> None:
    (project / "hostile.py").write_text(source({"Leaves": "os._exit(0)"}))
    run("run", "layers.py", "hostile.py", "-n", "2", "--json", "r.json", *ONE)
    verdicts = {
        t["target"].rpartition("::")[2]: t["verdict"]
        for t in json.loads((project / "r.json").read_text())["targets"]
    }
    assert verdicts == {
        "Double": "pass",
        "Square": "pass",
        "Triple": "fail",
        "Right": "pass",
        "Leaves": "fail",
    }


def test_chunks_share_all_members_out_and_keep_the_rest_of_the_work() -> None:
    names = tuple(f"m:L{i}" for i in range(1000))
    work = Work(names, "/", names, Policy(seed=5))
    parts = list(chunks(work, workers=2))
    assert sorted(name for part in parts for name in part.members) == sorted(names)
    assert max(len(part.members) for part in parts) <= 32
    assert {part.policy.seed for part in parts} == {5}
    assert len(list(chunks(Work(names[:3], "/", names[:3]), workers=2))) == 3


def test_a_backend_that_is_not_there_is_wrong_usage(run: Run, project: Path) -> None:
    ended = run("run", "layers.py", "--backend", "nonsense")
    assert ended.code == 4
    assert "nonsense" in ended.err
    assert run("run", "layers.py", "--backend", "dask").code == 4
    assert run("run", "layers.py", "-n", "0").code == 4


@pytest.fixture
def cluster(project: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler and two workers in processes of their own, on the loopback."""
    pytest.importorskip("distributed")
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    file = project / "scheduler.json"
    command = (sys.executable, "-m", "distributed.cli.dask_scheduler")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env}
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file")
    scheduler = subprocess.Popen([*command, *options, str(file)], **quiet)  # type: ignore[call-overload]
    end = time.monotonic() + 60
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    command = (sys.executable, "-m", "distributed.cli.dask_worker", address)
    options = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny")
    workers = [
        subprocess.Popen([*command, *options], **quiet)  # type: ignore[call-overload]
        for _ in range(2)
    ]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_a_cluster_that_loses_a_worker_loses_no_target_and_counts_none_twice(
    project: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    address, workers = cluster
    (project / "many.py").write_text(
        source({f"L{i}": "__import__('time').sleep(0.01)" for i in range(12)})
    )
    names = ("many.py::Right", *(f"many.py::L{i}" for i in range(12)))
    work = Work(names, str(project), names, Policy(cases=1))
    seen = []
    for judged in parallel(work, Engine(2, "dask", address)):
        seen.append(judged.member)
        if len(seen) == 2:
            workers[0].send_signal(signal.SIGKILL)
    assert sorted(seen) == sorted(names)
