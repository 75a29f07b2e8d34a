"""What the README shows works, and looks as it says; ``GOLDEN=write`` renews its tour."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import gradcheck
from tests.unit.samples.scrub import scrubbed

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
WATCH = re.compile(r"(<!-- watch -->\n+```text\n)(.*?)(```\n)", re.DOTALL)
TOUR = re.compile(r"(<!-- tour -->\n+```text\n)(.*?)(```\n)", re.DOTALL)

#: Commands of the README, the exit code that each must end with, and what it must say.
COMMANDS = {
    "python -m gradcheck run mylayers.py": (1, "0 passed, 1 failed"),
    "python -m gradcheck run mylayers.py -n 2 --timeout 60 --memory 1024": (
        1,
        "0 passed, 1 failed",
    ),
    "python -m nn train": (0, "held-out digits are right"),
    "python -m nn train --model lstm --epochs 2 --save lstm.npz --plot lstm.svg": (
        0,
        "learning curve drawn in lstm.svg",
    ),
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.DOTALL | re.MULTILINE)


def block_with(words: str) -> str:
    (found,) = (block for block in blocks("python") if words in block)
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "mylayers.py").write_text(block_with("# mylayers.py"), encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "FORCE_COLOR", "COLUMNS")}
    python, *arguments = shlex.split(command)
    assert python == "python"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_every_command_is_tried() -> None:
    shown = re.findall(r"^\$ (.*)$", "\n".join(blocks("console")), flags=re.MULTILINE)
    assert shown == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_is_promised(command: str, tmp_path: Path) -> None:
    code, said = COMMANDS[command]
    done = run(command, tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert "Traceback" not in done.stderr


def test_the_tour_shows_what_the_command_says_today(tmp_path: Path) -> None:
    (command, *_) = COMMANDS
    today = run(command, tmp_path).stdout
    if os.environ.get("GOLDEN") == "write":
        README.write_text(
            TOUR.sub(lambda m: m[1] + today.strip() + "\n" + m[3], TEXT), encoding="utf-8"
        )
    (tour,) = TOUR.findall(README.read_text(encoding="utf-8"))
    assert scrubbed(tour[1]) == scrubbed(today)


def mended() -> type:
    """Return the layer of the README with its bug taken out."""
    space: dict[str, type] = {}
    exec(block_with("# mylayers.py").replace("dout.mean(axis=0)", "dout.sum(axis=0)"), space)
    return space["Affine"]


class Square:
    """A loss with an integer label beside its input."""

    def forward(self, y: np.ndarray, t: np.ndarray) -> float:
        self.difference = y - t
        return float(0.5 * np.sum(self.difference**2))

    def backward(self, dout: float = 1.0) -> np.ndarray:
        return np.multiply(dout, self.difference)


def names() -> Iterator[tuple[str, object]]:
    """Yield what the examples of the README take for given."""
    rng = np.random.default_rng(0)
    layer = mended()(5, 7)
    x, W, b = (rng.normal(size=shape) for shape in ((3, 5), (5, 7), (7,)))
    yield from {"np": np, "layer": layer, "x": x, "W": W, "b": b}.items()
    yield from {"Affine": mended(), "loss": Square(), "y": rng.normal(size=3)}.items()
    yield "t", np.array([0, 2, 1])
    yield "forward", lambda x, W, b: (x @ W + b, (x, W))
    yield "backward", lambda dout, c: (dout @ c[1].T, c[0].T @ dout, dout.sum(axis=0))


def test_the_library_is_called_as_shown() -> None:
    space = dict(names())
    exec(block_with("report = gradcheck.check"), space)
    report = space["report"]
    assert isinstance(report, gradcheck.Report)
    assert report.verdict == "pass"


def test_the_watch_says_what_is_shown(tmp_path: Path) -> None:
    layers = block_with("# mylayers.py")
    (tmp_path / "mylayers.py").write_text(layers, encoding="utf-8")
    script = "from mylayers import Affine\nnp.random.seed(0)\n" + block_with(
        "(layer, every=100)"
    )
    script = f"import numpy as np, gradcheck\n{script}"
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "train.py"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    (said,) = re.findall(r"GradientWarning: (.*?\.npz\"\)\n)", done.stderr, flags=re.DOTALL)
    if os.environ.get("GOLDEN") == "write":
        text = README.read_text(encoding="utf-8")
        README.write_text(WATCH.sub(lambda m: m[1] + said + m[3], text), encoding="utf-8")
    (shown,) = WATCH.findall(README.read_text(encoding="utf-8"))
    assert scrubbed(shown[1]) == scrubbed(said)


def test_the_fixture_is_called_as_shown() -> None:
    space = dict(names())
    exec(block_with("def test_affine(gradcheck)"), space)
    test = space["test_affine"]
    assert callable(test)
    test(gradcheck.assert_gradients)


def test_what_python_is_shown_to_answer_is_true() -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    found = [block for block in blocks("python") if block.startswith(">>>")]
    assert found
    for block in found:
        runner.run(parser.get_doctest(block, {}, "README.md", "README.md", 0))
    assert runner.summarize() == (0, len(re.findall(r"^>>>", "\n".join(found), re.MULTILINE)))


def test_every_example_in_python_is_tried() -> None:
    tried = (
        "gradcheck.watch_training(layer",
        "# mylayers.py",
        "report = gradcheck.check",
        "def test_affine(gradcheck)",
        ">>>",
    )
    assert all(any(words in block for words in tried) for block in blocks("python"))
