"""Graphs and causes in the terminal."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from gradcheck.cli import main
from gradcheck.cli.lessons import keys, lesson_of
from gradcheck.diagnosis import all_suspicions

LAYER = """
class Wrong:
    def forward(self, x):
        return 3 * x
    def backward(self, dout):
        return 2 * dout
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(LAYER)
    return tmp_path


def test_a_wrong_layer_is_drawn_and_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "mine.py::Wrong", "-o", "drawn.svg"]) == 1
    out = capsys.readouterr().out
    assert "local derivative 2, numeric 3" in out
    assert (folder / "drawn.svg").read_text().startswith("<svg ")


def test_a_graph_is_drawn_as_svg_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "mine.py::Wrong", "-o", "drawn.png"]) == 4
    assert ".svg" in capsys.readouterr().err
    assert not (folder / "drawn.png").exists()


@pytest.mark.parametrize("what", ["nn.examples:digits_sigmoid", "nn.layers:Variance"])
def test_the_graph_is_drawn_in_eighty_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["explain", what]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 80


def test_columns_stay_aligned_whatever_a_name_is_written_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.py").write_text(KOREAN, encoding="utf-8")
    assert main(["explain", "mine.py::층"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if line.startswith(("  입력", "  output"))]
    assert len(rows) == 2
    # What is before the gradient's last digit takes as many columns as in the heading.
    [heading] = [line for line in lines if "gradient" in line and "value" in line]
    ends = {cell_len(line[: line.index(_third(line)) + len(_third(line))]) for line in rows}
    assert ends == {heading.index("gradient") + len("gradient")}


def _third(line: str) -> str:
    return line.partition(")")[2].split()[1]


KOREAN = """
class 층:
    def forward(self, 입력):
        return 3 * 입력
    def backward(self, dout):
        return 3 * dout
"""


@pytest.mark.parametrize("key", sorted({one.cause for one in all_suspicions()} | {"step"}))
def test_every_cause_has_a_wrong_and_a_right_line(key: str) -> None:
    told = lesson_of(key)
    assert told is not None
    assert "\n  wrong\n" in told
    assert "\n  right\n" in told
    assert max(map(len, told.splitlines())) <= 92


def test_no_example_is_left_of_a_cause_that_is_gone() -> None:
    assert set(keys()) == {one.cause for one in all_suspicions()} | {"step"}


def test_the_step_function_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "step"]) == 0
    assert "cannot be learned through" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("nosuchthing", 4, "causes that can be explained: broadcast-sum"),
        ("mine.py::Nothing", 4, "Nothing"),
    ],
)
def test_what_cannot_be_explained_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str, code: int, said: str
) -> None:
    assert main(["explain", what]) in (code, 5)
    assert said in capsys.readouterr().err


def test_a_drawing_that_cannot_be_written_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "mine.py::Wrong", "-o", "no/such/folder/a.svg"]) == 4
    assert "cannot write" in capsys.readouterr().err
