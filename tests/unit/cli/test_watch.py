"""A file that is saved is checked again, whatever became of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.cli.watching import changes, sources
from gradcheck.errors import UsageError
from tests.unit.cli.conftest import LAYERS, ROOT

WRONG = LAYERS.partition("class Square")[0].replace("2.0 * dout", "3.0 * dout")
RIGHT = LAYERS.partition("class Square")[0]


def test_a_change_is_told_with_the_time_of_the_last_save() -> None:
    a, b = Path("a.py"), Path("b.py")
    looks = iter([{a: (10**9, 1)}, {a: (10**9, 1)}, {a: (3 * 10**9, 1), b: (2 * 10**9, 5)}])
    told = changes(lambda: next(looks))
    assert next(told) is None
    assert next(told) == 3.0


def test_a_file_that_goes_is_a_change() -> None:
    looks = iter([{Path("a.py"): (10**9, 1)}, {}])
    told = changes(lambda: next(looks))
    assert [next(told), next(told) is not None] == [None, True]


def test_the_files_beside_a_target_and_below_it_are_watched(project: Path) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "helper.py").write_text("")
    (project / "notes.txt").write_text("")
    found = sources(("layers.py",), project)
    assert {file.name for file in found} == {"layers.py", "helper.py"}
    with pytest.raises(UsageError):
        sources(("nowhere.py",), project)


def _lines(process: "subprocess.Popen[str]", until: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if until in line:
            return


def test_each_save_is_judged_anew(project: Path) -> None:
    file = project / "layers.py"
    file.write_text(RIGHT)
    command = (sys.executable, "-m", "gradcheck", "watch", "layers.py", "--times", "4")
    with subprocess.Popen(
        [*command, "--cases", "1"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        seen = ["".join(_lines(process, "watching"))]
        for text, until in ((WRONG, "watching"), ("x = (", "nothing"), (RIGHT, "watching")):
            file.write_text(text)
            seen.append("".join(_lines(process, until)))
        assert process.wait(60) == 0
    assert ["1 passed, 0 failed" in text for text in seen] == [True, False, False, True]
    assert "0 passed, 1 failed" in seen[1]
    assert "SyntaxError" in seen[2]
    assert all("s after the save" in text for text in seen[1:])
