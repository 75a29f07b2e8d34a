"""The benchmark's command: one run as people type it, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.bench import dumps, loads
from gradcheck.bench.opinion import Opinion
from tests.support.benchmarked import made_up
from tests.unit.cli.conftest import ROOT, Run

PACKAGES = ("torch", "jax", "autograd", "scipy", "numdifftools")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Measure nothing, and note with which options that was done."""
    calls: list[dict[str, object]] = []

    def measure(**options: object) -> object:
        calls.append({name: options[name] for name in ("quick", "seed")})
        return made_up()

    monkeypatch.setattr("gradcheck.bench.measure", measure)
    return calls


def test_a_quick_run_without_any_other_checker(run_alone: Run, project: Path) -> None:
    """Others are hidden behind files that cannot be imported: the same rows everywhere."""
    for name in PACKAGES:
        (project / f"{name}.py").write_text("raise ImportError('hidden')\n")
    ended = run_alone("bench", "--quick", "--seed", "3", "--json", "out/bench.json")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\x1b" not in ended.out
    for name in ("torch slow", "jax check_vjp", "autograd", "scipy check_grad"):
        assert any(name in line and "missing" in line for line in lines)
        assert f"{name} not installed: " in ended.out
    results = loads((project / "out" / "bench.json").read_text())
    assert (results.seed, results.quick) == (3, True)
    assert [peer.version is None for peer in results.peers] == [False, *[True] * 6, False]
    assert all(row.said["gradcheck"] is not Opinion.MISSING for row in results.verdicts)
    assert all(row.said["jax check_vjp"] is Opinion.MISSING for row in results.verdicts)


def test_options_reach_the_benchmark(run: Run, measured: list[dict[str, object]]) -> None:
    assert run("bench").code == 0
    assert run("bench", "--quick", "--seed", "4").code == 0
    assert measured == [{"quick": False, "seed": 0}, {"quick": True, "seed": 4}]


@pytest.mark.usefixtures("measured")
def test_json_to_standard_output_is_json_alone(run: Run) -> None:
    ended = run("bench", "--json", "-")
    assert json.loads(ended.out) == json.loads(dumps(made_up()))
    assert ended.err.startswith("Checkers on the same NumPy layers")


@pytest.mark.usefixtures("measured")
def test_figures_that_cannot_be_written_are_printed_and_the_command_says_so(run: Run) -> None:
    ended = run("bench", "--json", "layers.py/bench.json")
    assert ended.code == 4
    assert "cannot write" in ended.err
    assert "not installed" in ended.out


@pytest.mark.parametrize(
    ("env", "escapes"),
    [({}, False), ({"FORCE_COLOR": "1", "TERM": "xterm"}, True), ({"NO_COLOR": "1"}, False)],
    ids=str,
)
def test_a_reader_that_goes_away_ends_it_quietly(
    project: Path, env: dict[str, str], *, escapes: bool
) -> None:
    (project / "figures.json").write_text(dumps(made_up()))
    program = (
        "import sys, gradcheck.bench as b; from gradcheck.cli import main; "
        "b.measure = lambda **options: b.loads(open('figures.json').read()); "
        "sys.exit(main(['bench', '--json', 'again.json']))"
    )
    done = subprocess.run(
        [
            "bash",
            "-c",
            'set -o pipefail; "$@" | head -1',
            "bash",
            sys.executable,
            "-c",
            program,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert escapes or done.stderr == ""
    assert "Checkers on the same NumPy layers" in done.stdout
    assert ("\x1b" in done.stdout) is escapes
    assert (project / "again.json").read_text() == (project / "figures.json").read_text()
