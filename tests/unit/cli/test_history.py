"""Runs know of the runs before them, and parts of a run are put together."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradcheck.history import Folder, merged, recall
from gradcheck.model import UNCHANGED
from gradcheck.reporters import json_report, write_together
from tests.unit.cli.conftest import ROOT, Run
from tests.unit.reporters.sample import undecided
from tests.unit.reporters.test_beside import large_run

ONE = ("--cases", "1", "--no-shrink", "-q")
#: Where what judges is replaced, it must be this process that judges.
HERE = ("--no-isolate", *ONE)
MENDED = ("return 2.0 * dout\n", "return 3.0 * dout\n")


def names(report: Path) -> list[str]:
    """Return which layers a report has judged."""
    data = json.loads(report.read_text())
    return [each["target"].rpartition(":")[2] for each in data["targets"]]


def timeless(report: Path) -> Any:
    text = re.sub(r'("(target_)?seconds"): [\d.e-]+', r"\1: 0", report.read_text())
    return json.loads(text)


def mend(project: Path) -> None:
    text = (project / "layers.py").read_text()
    head, tail = text.split("class Triple")
    (project / "layers.py").write_text(head + "class Triple" + tail.replace(*MENDED))


def test_last_failed_runs_what_failed(run: Run, project: Path) -> None:
    run("run", "layers.py", *ONE)
    ended = run("run", "layers.py", "--lf", "--json", "a.json", *ONE)
    assert ended.code == 1
    assert "only what failed last: 1 of 3 members" in ended.err
    assert names(project / "a.json") == ["Triple"]
    mend(project)
    assert run("run", "layers.py", "--last-failed", *ONE).code == 0


def test_once_it_passes_everything_is_run(run_alone: Run, project: Path) -> None:
    assert run_alone("run", "layers.py", *ONE).code == 1
    mend(project)
    assert run_alone("run", "layers.py", "--lf", *ONE).code == 0
    ended = run_alone("run", "layers.py", "--lf", "--json", "a.json", *ONE)
    assert "nothing failed last: everything is run, 3 members" in ended.err
    assert len(names(project / "a.json")) == 3


def test_a_failure_elsewhere_is_not_forgotten(run: Run, project: Path) -> None:
    run("run", "layers.py", *ONE)
    run("run", "layers.py::Double", *ONE)
    run("run", "layers.py", "--lf", "--json", "a.json", *ONE)
    assert names(project / "a.json") == ["Triple"]


def test_known_failures_did_not_fail(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.gradcheck.expected_failures]\n"layers.py::Triple" = "issue 7"\n'
        '"layers.py::Double" = "issue 8"\n'
    )
    run("run", "layers.py", *ONE)
    run("run", "layers.py", "--lf", "--json", "a.json", *ONE)
    assert names(project / "a.json") == ["Double"]  # it passes: its entry is stale


def test_what_passed_and_has_not_changed_is_not_run(run_alone: Run, project: Path) -> None:
    (project / "other.py").write_text((project / "layers.py").read_text())
    run_alone("run", ".", *ONE)
    mend(project)
    ended = run_alone("run", ".", "--changed", "--json", "a.json", *ONE)
    assert "2 unchanged since they passed" in ended.out
    data = json.loads((project / "a.json").read_text())
    assert [each["target"] for each in data["targets"]] == [
        "layers.py::Double",
        "layers.py::Square",
        "layers.py::Triple",
        "other.py::Triple",
    ]
    left = {each["name"]: each["reason"] for each in data["left_out"]}
    assert left == {"other.py::Double": UNCHANGED, "other.py::Square": UNCHANGED}


def test_nothing_left_to_run_is_no_failure(run_alone: Run, project: Path) -> None:
    mend(project)
    run_alone("run", "layers.py", *ONE)
    ended = run_alone("run", "layers.py", "--changed", *ONE)
    assert ended.code == 0
    assert "nothing to run: 3 members unchanged since they passed" in ended.err
    assert "0 passed, 0 failed, 3 unchanged since they passed" in ended.out


@pytest.mark.parametrize(
    "options", [("--seed", "1"), ("--budget", "5000"), ("--strict",)], ids=" ".join
)
def test_other_options_are_a_change(run: Run, project: Path, options: tuple[str, ...]) -> None:
    run("run", "layers.py", *ONE)
    run("run", "layers.py", "--changed", "--json", "a.json", *options, *ONE)
    assert len(names(project / "a.json")) == 3


def test_a_run_of_one_case_proves_too_little(run: Run, project: Path) -> None:
    run("run", "layers.py", "--case", "N=3,D=5-generic", *ONE)
    run("run", "layers.py", "--case", "N=3,D=5-generic", "--changed", "--json", "a.json", *ONE)
    assert len(names(project / "a.json")) == 3
    assert not (project / ".gradcheck_cache").exists()


def test_what_was_edited_while_it_was_judged_is_judged_again(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradcheck.running import judging

    check, text = judging.check_target, (project / "layers.py").read_text()

    def edited(target: Any, policy: Any) -> Any:
        (project / "layers.py").write_text(text + "# edited\n")
        return check(target, policy)

    with monkeypatch.context() as patched:
        patched.setattr(judging, "check_target", edited)
        run("run", "layers.py::Double", *HERE)
    (project / "layers.py").write_text(text)  # put back: the text that passed is not known
    run("run", "layers.py::Double", "--changed", "--json", "a.json", *ONE)
    assert names(project / "a.json") == ["Double"]
    run("run", "layers.py::Double", "--changed", "--json", "a.json", *ONE)
    assert names(project / "a.json") == []


def test_a_known_failure_is_judged_however_old_its_pass(run: Run, project: Path) -> None:
    run("run", "layers.py::Double", *ONE)
    (project / "pyproject.toml").write_text(
        '[tool.gradcheck.expected_failures]\n"layers.py::Double" = "issue 7"\n'
    )
    assert run("run", "layers.py::Double", "--changed", *ONE).code == 1


def test_folders_of_one_project_are_kept_apart(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "sub").mkdir()
    run("run", "layers.py::Triple", *ONE)
    (project / "sub/layers.py").write_text((project / "layers.py").read_text())
    monkeypatch.chdir(project / "sub")
    ended = run("run", "layers.py::Triple", "--lf", *ONE)
    assert "nothing failed last" in ended.err
    assert not (project / "sub/.gradcheck_cache").exists()


@pytest.mark.parametrize("option", ["--lf", "--changed", "--resume"])
def test_without_a_cache_nothing_is_known(run: Run, project: Path, option: str) -> None:
    assert run("run", "layers.py::Double", "--no-cache", *ONE).code == 0
    assert not (project / ".gradcheck_cache").exists()
    ended = run("run", "layers.py", "--no-cache", option, *ONE)
    assert (ended.code, ended.out) == (4, "")
    assert f"{option} needs the cache" in ended.err


def test_the_cache_can_be_switched_off_for_good(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.gradcheck]\ncache = false\n")
    assert run("run", "layers.py::Double", *ONE).code == 0
    assert not (project / ".gradcheck_cache").exists()
    (project / "pyproject.toml").write_text("[tool.gradcheck]\ncache = 1\n")
    assert "must be true or false" in run("run", "layers.py", *ONE).err


def test_a_damaged_cache_is_said_once_and_made_anew(run: Run, project: Path) -> None:
    run("run", "layers.py", *ONE)
    (project / ".gradcheck_cache/verdicts.json").write_bytes(b"\0nonsense")
    ended = run("run", "layers.py::Double", "--changed", *ONE)
    assert ended.code == 0
    assert ended.err.count("is damaged: it is ignored and written anew") == 1
    assert "damaged" not in run("run", "layers.py::Double", "--changed", *ONE).err


def test_a_cache_that_cannot_be_written_is_said_and_changes_nothing(
    run: Run, project: Path
) -> None:
    (project / ".gradcheck_cache").write_text("mine")
    ended = run("run", "layers.py", *ONE)
    assert ended.code == 1
    assert ended.err.count("gradcheck: .gradcheck_cache: ") == 1
    assert ended.err.count("\n") == 1


def test_two_runs_at_a_time_are_both_remembered(project: Path) -> None:
    env = {"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}
    going = [
        subprocess.Popen(
            [sys.executable, "-m", "gradcheck", "run", f"layers.py::{name}", *ONE],
            cwd=project,
            env=env,
            stdout=subprocess.DEVNULL,
        )
        for name in ("Double", "Square")
    ]
    assert [each.wait() for each in going] == [0, 0]
    verdicts, damage = recall(Folder(project))
    assert set(verdicts.passed) == {"layers.py::Double", "layers.py::Square"}
    assert damage == ""
    assert Folder(project).names("run-") == []


SLOW = """import pathlib, time


class Early:
    def forward(self, x):
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout


class Late:
    def forward(self, x):
        if pathlib.Path("slow").exists():
            pathlib.Path("reached").touch()
            time.sleep(60)
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_is_gone_on_with(
    run_alone: Run, project: Path, how: signal.Signals
) -> None:
    (project / "slow.py").write_text(SLOW)
    (project / "slow").touch()
    command = [sys.executable, "-m", "gradcheck", "run", "slow.py", *ONE]
    # Late is probed before Early is judged unless its probe is quick: the flag comes later.
    (project / "slow").unlink()
    whole = run_alone("run", "slow.py", "--json", "whole.json", "--no-cache", *ONE)
    assert whole.code == 0
    marker = project / "marker.py"
    marker.write_text(
        "import gradcheck.running.judging as p, pathlib, runpy, sys\n"
        "check = p.check_target\n"
        "def slow(target, policy):\n"
        "    if target.name.endswith('Late'):\n"
        "        pathlib.Path('slow').touch()\n"
        "    return check(target, policy)\n"
        "p.check_target = slow\n"
        "sys.argv = ['gradcheck', *sys.argv[1:]]\n"
        "runpy.run_module('gradcheck', run_name='__main__')\n"
    )
    command = [sys.executable, str(marker), "run", "slow.py", *HERE]
    env = {"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}
    going = subprocess.Popen(command, cwd=project, env=env, stderr=subprocess.PIPE)
    while not (project / "reached").exists() and going.poll() is None:
        time.sleep(0.02)
    going.send_signal(how)
    _, said = going.communicate()
    assert going.returncode == (2 if how is signal.SIGINT else -how)
    assert (b"--resume goes on from here" in said) is (how is signal.SIGINT)
    (project / "slow").unlink()

    refused = run_alone("run", "slow.py", "--resume", "--seed", "3", *ONE)
    assert refused.code == 4
    assert "cannot resume: the interrupted run was asked for seed 0, now 3" in refused.err
    ended = run_alone("run", "slow.py", "--resume", "--json", "a.json", *ONE)
    assert ended.code == 0
    assert "resuming: 1 of 2 members judged already" in ended.err
    assert timeless(project / "a.json") == timeless(project / "whole.json")
    again = run_alone("run", "slow.py", "--resume", *ONE)
    assert again.code == 4
    assert "there is no interrupted run" in again.err


def test_what_has_changed_since_the_interruption_is_judged_again(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_at(monkeypatch, "Triple")
    assert run("run", "layers.py", *HERE).code == 2
    monkeypatch.undo()
    monkeypatch.chdir(project)
    (project / "layers.py").write_text((project / "layers.py").read_text() + "# edited\n")
    assert "resuming: 0 of 3 members" in run("run", "layers.py", "--resume", *ONE).err


def test_an_interrupted_choice_is_gone_on_with(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("run", "layers.py::Double", *ONE)
    interrupt_at(monkeypatch, "Triple")
    assert run("run", "layers.py", "--changed", *HERE).code == 2
    monkeypatch.undo()
    monkeypatch.chdir(project)
    ended = run("run", "layers.py", "--resume", "--json", "a.json", *ONE)
    assert "resuming: 1 of 2 members judged already" in ended.err
    assert names(project / "a.json") == ["Square", "Triple"]
    assert "1 unchanged since they passed" in ended.out


def interrupt_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from gradcheck.running import judging

    check = judging.check_target

    def interrupted(target: Any, policy: Any) -> Any:
        if target.name.endswith(name):
            raise KeyboardInterrupt
        return check(target, policy)

    monkeypatch.setattr(judging, "check_target", interrupted)


@pytest.mark.parametrize(
    "text", ["0/2", "3/2", "1", "1/0", "a/b", "+1/2", "1/2/3", "1/", "٣/٣"]
)
def test_a_part_that_is_none_is_refused(run: Run, text: str) -> None:
    ended = run("run", "layers.py", "--shard", text)
    assert ended.code == 4
    assert "as in 2/5" in ended.err


def test_the_parts_together_are_the_whole(run: Run, project: Path) -> None:
    text = (project / "layers.py").read_text()
    (project / "more.py").write_text(text.replace("class ", "class More"))
    (project / "broken.py").write_text("raise RuntimeError('planted')\n")
    (project / "pyproject.toml").write_text(
        "[tool.gradcheck]\ntargets = ['.']\n[tool.gradcheck.expected_failures]\n"
        '"more.py::MoreTriple" = "issue 7"\n"more.py::Gone" = "issue 8"\n'
    )
    whole = run("run", "--json", "whole.json", *ONE)
    sizes, codes = [], []
    for i in (1, 2, 3):
        codes.append(run("run", "--shard", f"{i}/3", "--json", f"{i}.json", *ONE).code)
        sizes.append(len(names(project / f"{i}.json")))
    assert sum(sizes) == 7
    assert max(sizes) < 7
    assert sorted(codes) == [0, 0, 1]
    ended = run("merge", "3.json", "1.json", "2.json", "--json", "m.json", "--report", "m.xml")
    assert ended.code == whole.code == 1
    assert "5 passed, 1 failed" in ended.out
    assert (project / "m.xml").exists()
    assert timeless(project / "m.json") == timeless(project / "whole.json")
    listed = run("list", "--shard", "1/3").out
    assert len(re.findall(r"^\w+\.py::", listed, re.MULTILINE)) == sizes[0]


def test_a_part_without_members_is_no_failure(run: Run, project: Path) -> None:
    codes = [run("run", "layers.py::Double", "--shard", f"{i}/2", *ONE) for i in (1, 2)]
    assert [each.code for each in codes] == [0, 0]
    assert sum("holds no member" in each.err for each in codes) == 1


def test_a_merge_refuses_what_does_not_belong_together(run: Run, project: Path) -> None:
    run("run", "layers.py::Double", "--json", "a.json", *ONE)
    run("run", "layers.py::Square", "--json", "b.json", "--seed", "1", *ONE)
    ended = run("merge", "a.json", "b.json")
    assert ended.code == 4
    assert "cannot merge a.json and b.json: seed is 0 in the first and 1" in ended.err
    assert run("merge", "a.json", "none.json").code == 4


def test_arrays_beside_the_parts_are_put_together(run: Run, project: Path) -> None:
    large = large_run()
    parts = {"a": large, "b": replace(large, targets=(undecided("z:Noisy"),))}
    for name, part in {**parts, "whole": merged(parts)}.items():
        write_together(json_report.files(part, project / f"{name}.json"))
    run("merge", "a.json", "b.json", "--json", "m.json", "-q")
    assert load_report("m.json") == load_report("whole.json")
    (project / "a.arrays.npz").unlink()
    assert "plots lack" in run("merge", "a.json", "b.json", "-q").err


def load_report(name: str) -> tuple[str, str]:
    run, missing = json_report.load(Path(name))
    assert Path(name).with_suffix(".arrays.npz").exists()
    return re.sub(r'"seconds": .*', "", json_report.dumps(run)), missing


@pytest.mark.parametrize("strict", [False, True])
def test_a_merge_is_as_strict_as_its_runs(run: Run, project: Path, *, strict: bool) -> None:
    options = ("--budget", "1", *(["--strict"] if strict else []))
    run("run", "layers.py::Double", "--json", "a.json", *options, *ONE)
    assert run("merge", "a.json").code == int(strict)
