"""Whatever a target does to its process, it ends as one finding and the others are judged."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.hostile import FATAL, POLITE, REMARKED, source

LIMITS = ("--timeout", "6", "--memory", "1024", "--no-shrink", "--case", "N=3,D=5-generic")


def judged(run: Run, *arguments: str) -> dict[str, Any]:
    """Run and return the results by the name of the class."""
    run("run", *arguments, "--json", "run.json", *LIMITS)
    targets = json.loads(Path("run.json").read_text())["targets"]
    return {t["target"].rpartition("::")[2]: t for t in targets}


@pytest.fixture(scope="module")
def fatal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _all(tmp_path_factory, {name: body for name, (body, *_) in FATAL.items()})


@pytest.fixture(scope="module")
def remarked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    bodies = {name: body for name, (body, _) in REMARKED.items()} | POLITE
    return _all(tmp_path_factory, bodies)


def _all(factory: pytest.TempPathFactory, bodies: dict[str, str]) -> dict[str, Any]:
    from gradcheck.cli import main

    folder, before = factory.mktemp("hostile"), Path.cwd()
    (folder / "hostile.py").write_text(source(bodies))
    os.chdir(folder)
    try:
        return judged(lambda *arguments: main(arguments), "hostile.py")
    finally:
        os.chdir(before)


@pytest.mark.parametrize("name", FATAL)
def test_a_layer_that_ends_its_process_is_one_finding(fatal: dict[str, Any], name: str) -> None:
    _, kind, words = FATAL[name]
    (finding,) = fatal[name]["findings"]
    assert (finding["kind"], finding["severity"]) == (kind, "fail")
    assert words in finding["message"]


def test_every_other_target_is_judged(fatal: dict[str, Any]) -> None:
    assert fatal["Right"]["verdict"] == "pass"
    assert len(fatal) == len(FATAL) + 1


@pytest.mark.parametrize("name", REMARKED)
def test_what_a_layer_does_to_the_process_is_remarked(
    remarked: dict[str, Any], name: str
) -> None:
    findings = [f for f in remarked[name]["findings"] if f["kind"] == "surroundings"]
    assert remarked[name]["verdict"] == "pass"
    assert [f["severity"] for f in findings] == ["remark"]
    assert REMARKED[name][1] in findings[0]["message"]


@pytest.mark.parametrize("name", [*POLITE, "Right"])
def test_what_is_put_back_is_not_remarked(remarked: dict[str, Any], name: str) -> None:
    assert remarked[name]["verdict"] == "pass"
    assert remarked[name]["findings"] == []


def test_what_a_target_prints_is_kept_with_it_and_not_let_through(
    run: Run, project: Path
) -> None:
    text = "print('here'); os.write(1, b'below\\n'); print('x' * 10**6)"
    (project / "hostile.py").write_text(source({"Says": text}))
    ended = run("run", "hostile.py", "--json", "-", *LIMITS)
    report = json.loads(ended.out)
    printed = {t["target"]: t["output"] for t in report["targets"]}["hostile.py::Says"]
    assert "here" in printed
    assert "below" in printed
    assert len(printed) < 10_000
    assert "bytes left out" in printed


IMPORTS = {
    "hangs": ("while True: pass", "time-limit", "fail"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "ended", "fail"),
    "leaves": ("import os; os._exit(1)", "ended", "fail"),
    "raises": ("raise ValueError('at import')", "not-built", "inconclusive"),
    "stops": ("raise SystemExit(2)", "not-built", "inconclusive"),
    "forks": ("import os; os.fork()", "", ""),
}


def test_a_file_that_does_not_survive_its_import_is_one_finding(
    run: Run, project: Path
) -> None:
    for name, (body, *_) in IMPORTS.items():
        (project / "pack" / f"{name}.py").parent.mkdir(exist_ok=True)
        (project / "pack" / f"{name}.py").write_text(source({}) + "\n" + body + "\n")
    results = judged(run, "pack/")
    for name, (_, kind, severity) in IMPORTS.items():
        if kind:
            (finding,) = results[f"pack/{name}.py"]["findings"]
            assert (finding["kind"], finding["severity"]) == (kind, severity), name
    assert results["Right"]["verdict"] == "pass"


def test_nothing_but_files_that_cannot_be_imported_is_nothing_to_check(
    run: Run, project: Path
) -> None:
    (project / "broken.py").write_text("raise ValueError('at import')")
    ended = run("run", "broken.py")
    assert ended.code == 5
    assert "at import" in ended.err


def test_processes_that_a_layer_leaves_behind_are_ended(run: Run, project: Path) -> None:
    body = (
        "import subprocess; open('pids', 'a').write(str(subprocess.Popen(['sleep', '600'], "
        "start_new_session=True).pid) + '\\n')"
    )
    (project / "hostile.py").write_text(source({"Starts": body}))
    results = judged(run, "hostile.py::Starts")
    pids = [int(line) for line in (project / "pids").read_text().split()]
    assert results["Starts"]["verdict"] == "pass"
    assert pids
    time.sleep(0.2)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_module_that_starts_threads_is_judged_without_forking_it(
    run: Run, project: Path
) -> None:
    thread = (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    (project / "hostile.py").write_text(thread + source({"Other": "pass"}))
    results = judged(run, "hostile.py")
    assert {name: t["verdict"] for name, t in results.items()} == {
        "Right": "pass",
        "Other": "pass",
    }


def test_both_ways_say_the_same_of_harmless_layers(run: Run, project: Path) -> None:
    apart = run("run", "layers.py", "--isolate", "--json", "a.json", "--seed", "3")
    here = run("run", "layers.py", "--no-isolate", "--json", "b.json", "--seed", "3")
    assert apart.code == here.code == 1
    assert _timeless(project / "a.json") == _timeless(project / "b.json")


def _timeless(path: Path) -> Any:
    def scrub(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: scrub(v) for k, v in value.items() if not k.endswith("seconds")}
        return [scrub(v) for v in value] if isinstance(value, list) else value

    return scrub(json.loads(path.read_text()))
