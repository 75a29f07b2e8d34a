"""What goes where: pipes, colours, widths, encodings, files, and modules that stay away."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from gradcheck.reporters import json_report
from tests.unit.cli.conftest import ROOT, Run

ONE = ("--cases", "1", "--no-shrink")
WRONG = ("run", "layers.py", *ONE)
ESCAPE = "\x1b"

#: Modules that are too heavy for a question about options.
HEAVY = {"numpy", "rich", "hypothesis", "threadpoolctl", "nn"}


@pytest.mark.parametrize("typed", [("--help",), ("--version",), ("run", "--help"), ("rnu",)])
def test_questions_about_usage_are_answered_without_heavy_modules(
    typed: tuple[str, ...],
) -> None:
    code = (
        "import sys; from gradcheck.cli import main; before = sys.stdout.flush(); "
        f"main({typed!r}); sys.stderr.write('|' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stderr.rpartition("|")[2].split()
    assert "gradcheck.cli.app" in loaded
    assert HEAVY & set(loaded) == set()


def test_a_reader_that_goes_away_ends_the_run_quietly(run_alone: Run, project: Path) -> None:
    ended = run_alone(*WRONG, "--json", "run.json", shell="| head -1")
    assert ended.out.startswith("verdict")
    assert ended.out.count("\n") == 1
    assert ended.err == ""
    assert json_report.loads((project / "run.json").read_text()).targets


@pytest.mark.parametrize(("target", "code"), [("Double", 0), ("Triple", 1)])
def test_a_reader_that_goes_away_takes_neither_verdict_nor_report_with_it(
    run_alone: Run, project: Path, target: str, code: int
) -> None:
    reads_a_word = "| head -c 1 > /dev/null"
    arguments = ("run", f"layers.py::{target}", "--json", "run.json", *ONE)
    ended = run_alone(*arguments, shell=reads_a_word)
    assert ended.code == code
    assert ended.err == ""
    assert (project / "run.json").is_file()


@pytest.mark.parametrize(
    "env", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "0"}, {"TERM": "dumb"}], ids=str
)
def test_a_pipe_gets_no_colours(run_alone: Run, env: dict[str, str]) -> None:
    ended = run_alone(*WRONG, env=env)
    assert ended.code == 1
    assert ESCAPE not in ended.out + ended.err


def test_colours_can_be_forced(run_alone: Run) -> None:
    ended = run_alone(*WRONG, env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert ESCAPE in ended.out


def test_without_colour_stands_before_forced_colour(run_alone: Run) -> None:
    ended = run_alone(*WRONG, env={"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"})
    assert "\x1b[31m" not in ended.out
    assert "\x1b[32m" not in ended.out


def test_a_pipe_gets_eighty_columns(run_alone: Run) -> None:
    lines = run_alone(*WRONG).out.splitlines()
    assert max(cell_len(line) for line in lines if "again:" not in line) <= 80


def test_no_line_ends_in_blanks(run: Run) -> None:
    lines = run(*WRONG).out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []


WIDE = """
class 层:
    def forward(self, x):
        return 2.0 * x

    def backward(self, dout):
        return {factor} * dout
"""


@pytest.mark.parametrize(
    "typed", [WRONG, ("list", "layers.py"), (*WRONG, "-v"), (*WRONG, "-q")]
)
def test_a_stream_in_ascii_gets_ascii_and_no_traceback(
    run_alone: Run, project: Path, typed: tuple[str, ...]
) -> None:
    (project / "layers.py").write_text(WIDE.format(factor=3.0), encoding="utf-8")
    ended = run_alone(*typed, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ended.code in (0, 1)
    assert (ended.out + ended.err).isascii()
    assert r"\u5c42" in ended.out


def test_wide_names_keep_the_table_aligned(run: Run, project: Path) -> None:
    path = project / "layers.py"
    path.write_text(path.read_text() + WIDE.format(factor=2.0), encoding="utf-8")
    table = run("run", "layers.py", "-k", "double or 层", *ONE).out.splitlines()[:3]
    assert "层" in table[2]
    assert len({cell_len(line.rstrip()) for line in table}) == 1


def test_json_to_standard_output_is_json_alone(run: Run) -> None:
    ended = run(*WRONG, "--json", "-")
    report = json_report.loads(ended.out)
    assert [t.target for t in report.targets] == [
        f"layers.py::{name}" for name in ("Double", "Square", "Triple")
    ]
    assert "FAIL" in ended.err
    assert ended.code == 1


def test_a_json_file_is_json_whatever_its_name(run: Run, project: Path) -> None:
    for name in ("report.txt", "report.html", "report"):
        run("run", "layers.py::Double", "--json", name, *ONE)
        assert json.loads((project / name).read_text())["schema_version"]


def test_a_report_goes_into_a_new_folder(run: Run, project: Path) -> None:
    run("run", "layers.py::Double", "--report", "reports/run.json", *ONE)
    assert (project / "reports" / "run.json").is_file()


@pytest.mark.parametrize(
    ("target", "code", "counts"), [("Double", 4, "1 passed"), ("Triple", 1, "1 failed")]
)
def test_a_report_that_cannot_be_written_is_said_and_keeps_the_verdict(
    run: Run, project: Path, target: str, code: int, counts: str
) -> None:
    ended = run("run", f"layers.py::{target}", "--json", "layers.py/run.json", *ONE)
    assert ended.code == code
    assert "cannot write" in ended.err
    assert counts in ended.out


def test_configured_reports_are_written_where_nothing_else_is_asked(
    run: Run, project: Path
) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.gradcheck]\ntargets = ["layers.py::Double"]\nreport = ["reports/run.json"]\n'
    )
    run("run", "layers.py::Double", *ONE)
    assert not (project / "reports").exists()
    run("run", *ONE)
    assert (project / "reports" / "run.json").is_file()


def test_quiet_and_verbose_say_less_and_more(run: Run) -> None:
    sizes = [len(run(*WRONG, *option).out) for option in (["-q"], [], ["-v"])]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


def test_the_command_of_a_finding_shows_it_again(
    run: Run, run_alone: Run, project: Path
) -> None:
    assert "\n  layers.py:" in run(*WRONG, "--json", "run.json").out  # as it would be typed
    report = json_report.loads((project / "run.json").read_text())
    (finding, *_) = report.targets[-1].failures
    identity = finding.reproduce.rpartition(" ")[2].strip("'")
    again = run("repro", identity)
    assert again.code == 1
    assert finding.contract in again.out
    path = project / "layers.py"
    path.write_text(path.read_text().replace("return 2.0 * dout", "return 3.00 * dout"))
    assert run_alone("repro", identity).code == 0


#: An id that names nothing must never pass.
IDS = {
    "not an id": "layers.py::Triple",
    "no target": "layers.py::Tripel#ND-generic#gradient#0",
    "no case": "layers.py::Triple#nobody#gradient#0",
    "no contract": "layers.py::Triple#{case}#nobody#0",
}


@pytest.mark.parametrize("identity", IDS.values(), ids=IDS)
def test_an_id_that_names_nothing_is_wrong_usage(
    run: Run, project: Path, identity: str
) -> None:
    run(*WRONG, "--json", "run.json")
    case = json.loads((project / "run.json").read_text())["targets"][-1]["cases"][0]
    assert run("repro", identity.format(case=case)).code == 4


DRAWING = """
import numpy as np


class Drawing:
    def __init__(self, n_inputs, n_neurons):
        self.W = 0.1 * np.random.randn(n_inputs, n_neurons)

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW = self.x.T @ dout
        return dout @ self.W.T
"""


def test_a_seed_gives_the_same_numbers_in_every_process(run_alone: Run, project: Path) -> None:
    (project / "layers.py").write_text(DRAWING)
    one, other = (run_alone("run", "layers.py", *ONE, "--json", "-").out for _ in range(2))
    agreed = [json.loads(text)["targets"][0]["agreements"] for text in (one, other)]
    assert agreed[0] == agreed[1]
    assert agreed[0]
