"""Every exit code, each by a case that really ends so."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

ONE = ("--cases", "1", "--no-shrink")

#: What is typed, and the code it ends with.
ENDS = {
    "a right layer": (("run", "layers.py::Double", *ONE), 0),
    "a wrong layer": (("run", "layers.py::Triple", *ONE), 1),
    "a file with both": (("run", "layers.py", *ONE), 1),
    "the right ones of a file": (("run", "layers.py", "-k", "not triple", *ONE), 0),
    "inconclusive": (("run", "layers.py::Square", "--budget", "1", *ONE), 0),
    "inconclusive, strictly": (("run", "layers.py::Square", "--budget", "1", "--strict"), 1),
    "help": (("--help",), 0),
    "help of a command": (("run", "--help"), 0),
    "version": (("--version",), 0),
    "no command": ((), 4),
    "an unknown command": (("rnu",), 4),
    "an unknown option": (("run", "--sed", "1", "--fast"), 4),
    "a number that is none": (("run", "layers.py", "--cases", "many"), 4),
    "a number that is too small": (("run", "layers.py", "--budget", "0"), 4),
    "a negative seed": (("run", "layers.py", "--seed", "-1"), 4),
    "no such file": (("run", "layer.py"), 4),
    "no such module": (("run", "jsn.decoder"), 4),
    "no such name": (("run", "layers.py::Tripel"), 4),
    "an expression that is none": (("run", "layers.py", "-k", "(a"), 4),
    "an expression too deep to read": (("run", "layers.py", "-k", "(" * 3000 + "a"), 4),
    "an expression too negative to read": (("run", "layers.py", "-k", "not " * 3000 + "a"), 4),
    "an unknown format": (("run", "layers.py", "--report", "x.docx"), 4),
    "nothing is named": (("run",), 5),
    "nothing is left": (("run", "layers.py", "-k", "nobody"), 5),
    "no such case": (("run", "layers.py", "--case", "nobody"), 5),
    "nothing is in it": (("run", "empty.py"), 5),
    "a benchmark with a negative seed": (("bench", "--seed", "-1"), 4),
    "a benchmark with a seed too large": (("bench", "--seed", str(2**32)), 4),
    "a benchmark of something": (("bench", "layers.py"), 4),
    "help of the benchmark": (("bench", "--help"), 0),
    "a list": (("list", "layers.py"), 0),
    "a list of nothing": (("list", "layers.py", "-k", "nobody"), 5),
}


@pytest.mark.parametrize(("typed", "code"), ENDS.values(), ids=ENDS)
def test_a_command_ends_with_its_code(
    run: Run, project: Path, typed: tuple[str, ...], code: int
) -> None:
    (project / "empty.py").write_text("x = 1\n")
    ended = run(*typed)
    assert ended.code == code
    assert "Traceback" not in ended.out + ended.err
    assert bool(ended.err) == (code > 1)


def test_our_own_fault_is_told_from_the_target_s(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("gradcheck.running.drained", broken)
    ended = run("run", "layers.py::Double", *ONE)
    assert ended.code == 3
    assert "ZeroDivisionError: planted" in ended.err
    assert "please report it" in ended.err


RAISING = """
class Raising:
    def forward(self, x):
        raise {error}

    def backward(self, dout):
        return dout
"""


@pytest.mark.parametrize("error", ["ValueError('planted')", "SystemExit(7)", "RecursionError"])
def test_a_target_that_raises_is_a_result_and_the_rest_goes_on(
    run: Run, project: Path, error: str
) -> None:
    path = project / "layers.py"
    path.write_text(path.read_text() + RAISING.format(error=error))
    ended = run("run", "layers.py", "-k", "double or raising", "--json", "run.json", *ONE)
    targets = json.loads((project / "run.json").read_text())["targets"]
    verdicts = {t["target"].partition("::")[2]: t["verdict"] for t in targets}
    assert verdicts.pop("Double") == "pass"
    assert set(verdicts.values()) <= {"fail"}
    assert ended.code in (0, 1)


INTERRUPTED = """
CALLS = []


class Late:
    def forward(self, x):
        CALLS.append(1)
        if len(CALLS) > 40:
            raise KeyboardInterrupt
        return x

    def backward(self, dout):
        return dout
"""


def test_an_interrupt_inside_a_target_reports_what_was_done(run: Run, project: Path) -> None:
    path = project / "layers.py"
    path.write_text(path.read_text() + INTERRUPTED)
    ended = run("run", "layers.py", "--no-isolate", "--json", "run.json", *ONE)
    report = json.loads((project / "run.json").read_text())
    assert ended.code == 2
    assert report["interrupted"] is True
    assert [t["target"] for t in report["targets"]] == ["layers.py::Double"]
    assert "interrupted" in ended.out
    assert "Traceback" not in ended.err


def test_an_interrupt_of_a_target_s_own_ends_that_target_alone(run: Run, project: Path) -> None:
    path = project / "layers.py"
    path.write_text(path.read_text() + INTERRUPTED)
    ended = run("run", "layers.py", "--json", "run.json", *ONE)
    report = json.loads((project / "run.json").read_text())
    targets = {t["target"]: t for t in report["targets"]}
    assert ended.code == 1
    assert len(targets) == 4
    (finding,) = targets["layers.py::Late"]["findings"]
    assert (finding["kind"], finding["severity"]) == ("ended", "fail")
    assert "KeyboardInterrupt" in finding["message"]


def test_the_first_failure_ends_the_run_where_that_is_asked(run: Run, project: Path) -> None:
    (project / "layers.py").rename(project / "many.py")
    path = project / "many.py"
    path.write_text(path.read_text().replace("class Double", "class Zwei"))
    ended = run("run", "many.py", "-x", *ONE)
    assert ended.code == 1
    assert "Zwei" not in ended.out
