"""Names that would break a line, a command or a page: shown on one line, and found again."""

import ast
import os
import shlex
import sys
from contextlib import chdir, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.discovery import search
from gradcheck.discovery.spec import parse
from gradcheck.errors import UsageError
from gradcheck.model import TargetResult
from gradcheck.reporters import json_report
from gradcheck.reproduce import FindingId, parse_id
from tests.unit.hostile.conftest import Arena

NAMES = (
    "two\nlines", "a b", "it's", 'say "no"', "tab\there", "\x1b[31mred", "turned\u202eround",
    "100%", "%0A", "#1", "a#b#c#7", "a:b", "a::b", "back\\slash", "[red]x[/red]", "{{x}}", "é",
    "층", "no\x7fthing", "\u200bzero", "-rf", "$(x)", "`x`", "x;y", "<b>", "|", "x" * 200,
)  # fmt: skip
TRIPLE = """
class Triple:
    def forward(self, x):
        return 3.0 * x

    def backward(self, dout):
        return 2.0 * dout
"""
FILES = ("two\nlines", "\x1b[31mred", "100%", "#1", "a:b", "a::b", "back\\slash", "-rf")
ONE = ("--cases", "1", "--no-shrink")
TEXT = st.text(st.characters(), max_size=20)


@given(TEXT, TEXT, TEXT, st.integers(0, 2**128 - 1))
def test_an_id_is_one_line_and_comes_back(
    target: str, case: str, contract: str, seed: int
) -> None:
    one = FindingId(target, case, contract, seed)
    assert str(one).isprintable()
    assert parse_id(str(one)) == one
    assert shlex.split(shlex.quote(str(one))) == [str(one)]


@given(st.one_of(TEXT, st.lists(TEXT, min_size=4, max_size=4).map("#".join)))
def test_any_words_are_an_id_or_none(text: str) -> None:
    with suppress(UsageError):
        one = parse_id(text)
        assert parse_id(str(one)) == one


@given(TEXT, TEXT)
def test_a_file_keeps_its_colons(stem: str, name: str) -> None:
    for text in (f"{stem}.py", f"{stem}.py::{name}"):
        if ".py::" not in stem and ".py::" not in name:
            spec = parse(text)
            assert (spec.place, spec.separator) == (f"{stem}.py", "::")


def test_classes_of_any_name_are_shown_and_found_again(arena: Arena) -> None:
    made = "setattr(sys.modules[__name__], {!r}, type('T', (Triple,), {{}}))"
    lines = map(made.format, NAMES)
    text = f"{TRIPLE}\nimport sys\n" + "\n".join(lines) + "\ndel Triple\n"
    (arena.project / "odd.py").write_text(text, encoding="utf-8")
    shown_and_found_again(arena, "odd.py", [f"odd.py::{name}" for name in NAMES])


def test_files_of_any_name_are_shown_and_found_again(arena: Arena) -> None:
    (arena.project / "layers.py").unlink()
    files = [f"{name}.py" for name in NAMES if name in FILES]
    for file in files:
        (arena.project / file).write_text(TRIPLE)
    shown_and_found_again(arena, ".", [f"{file}::Triple" for file in files])


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_file_whose_name_is_no_text_is_shown_and_found_again(arena: Arena) -> None:
    file = os.fsdecode(b"nul\xff.py")
    (arena.project / file).write_text(TRIPLE)
    shown_and_found_again(arena, file, [f"{file}::Triple"])


def shown_and_found_again(arena: Arena, typed: str, targets: list[str]) -> None:
    """Check wrong layers, render them in every format and run their findings again."""
    forms = ("html", "md", "xml", "sarif", "github")
    asked = [option for form in forms for option in ("--report", f"out.{form}")]
    ended = arena.civil("run", typed, *ONE, "--json", "out.json", *asked)
    assert ended.code == 1
    assert "cannot write" not in ended.err
    assert all((arena.project / f"out.{form}").stat().st_size > 10 for form in forms)
    listed = arena.civil("list", typed).out.splitlines()
    assert len([line for line in listed if line and not line.startswith("    ")]) == len(
        targets
    )
    run = json_report.load(arena.project / "out.json")[0]
    assert sorted(result.target for result in run.targets) == sorted(targets)
    for number, result in enumerate(run.targets):
        again(arena, result, ended.out, whole=number % 13 == 0)


def again(arena: Arena, result: TargetResult, said: str, *, whole: bool) -> None:
    command = result.failures[0].reproduce
    assert command.isprintable()
    assert command in said
    words = shlex.split(command)[3:]
    with chdir(arena.project):
        assert list(search([parse_id(words[1]).target]).sightings) == [result.target]
    if whole:
        ended = arena.civil(*words)
        assert ended.code == 1
        assert "1 failed" in ended.out


PARAMETERS = """
import numpy as np


class Layer:
    def __init__(self):
        self.params = {NAME: np.ones((3, 3))}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params[NAME]

    def backward(self, dout):
        self.grads[NAME] = 2.0 * self.x.T @ dout
        return dout @ self.params[NAME].T
"""


def test_a_parameter_of_any_name_is_shown_on_one_line(arena: Arena) -> None:
    text = f'NAME = "W\\n\\x1b[31m\\u202e\\"\\"\\"{{}}"\n{PARAMETERS}'
    (arena.project / "odd.py").write_text(text, encoding="utf-8")
    ended = arena.civil("run", "odd.py", *ONE, "--json", "out.json")
    assert ended.code == 1
    assert r"W\n\x1b[31m\u202e" in ended.out
    assert arena.civil("report", "out.json", "-o", "out.html").code == 0


@pytest.mark.parametrize("name", ['"""\nimport os\n"""', "back\\slash\\", "²\x1b[31m\u202e"])
def test_no_name_breaks_out_of_the_test_that_is_written(arena: Arena, name: str) -> None:
    text = f"{TRIPLE}\nimport sys\nsetattr(sys.modules[__name__], {name!r}, Triple)\ndel Triple"
    (arena.project / "odd.py").write_text(text, encoding="utf-8")
    ended = arena.civil("run", "odd.py", "--cases", "1", "--write-repro", "tests")
    assert ended.code == 1
    [file] = (arena.project / "tests").iterdir()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["Expr", "Import", "Import", "FunctionDef"]
