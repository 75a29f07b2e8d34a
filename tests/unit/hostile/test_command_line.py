"""Whatever is typed, a command ends with a code and a sentence and touches what it was told."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.hostile.conftest import Arena

#: A call takes some 30 ms: five times as many as of other properties are soon done.
MANY = settings(max_examples=5 * settings().max_examples)

WRITING = ("--json", "--report", "--write-repro", "-o", "--output")
OPTIONS = (
    "-k", "--seed", "--cases", "--case", "--budget", "--strict", "-x", "-q", "-v",
    "--no-shrink", "--list", "--annotate", "--help", "--version", "-", "--", "--seed=",
    "--cases=-1", *WRITING,
)  # fmt: skip
ODD = (
    "", "\x00", "a\x00b.py", "\ud800.py", "nul\udcff", "x" * 300 + ".py", "x" * 5000, "-1",
    "1e999", "9" * 400, "9" * 5000, "0x10", "٣", "1_0", "../neighbour/other.py",
    "a/../layers.py", "./layers.py", ".", ":", "::", ":x", "x:", "layers.py::",
    "layers.py::\n", "layers.py::Triple\x1b[31m", "loop", "loop/x.py", "folder.py", "layers",
    "layers:Double", "layers:forward.x", "layers..x", ".layers", "layers.", "a\nb.py",
    "\u202e.py", "#", "layers.py::Triple#N=3-generic#gradient#0", "x#y#z#٣",
    "x#y#z#" + "9" * 5000, "%FF#%ED%A0%80#%#0", "C:\\x.py", "é.py", "%s", "{0}",
    "[red]x[/red]", "junk.json", "numpy.no\nsuch", "(" * 3000, "not " * 3000, "a or " * 3000,
    "() and )(",
)  # fmt: skip
#: No slash: where a word is a file to be written, it lies in the project.
WORDS = st.text(st.characters(exclude_characters="/"), max_size=12)
ARGUMENT = st.one_of(WORDS, st.sampled_from(ODD), st.sampled_from(OPTIONS))
COMMAND = st.sampled_from(["run", "list", "report", "diff", "repro", "explain", "rnu"])
FILE = st.tuples(WORDS, st.sampled_from(["", ".json", ".html", ".md", ".xml", ".sarif", ".x"]))


@pytest.fixture(scope="module", autouse=True)
def oddities(ground: Arena) -> None:
    """Put into the project what commands may come across."""
    (ground.project / "loop").symlink_to("loop")
    (ground.project / "folder.py").mkdir()
    (ground.project / "junk.json").write_text("[[[")


def undisturbed(ground: Arena, arguments: list[str], asked: tuple[str, ...] = ()) -> None:
    """Run a command; fail where it is our fault, or where it made what nobody asked for."""
    before = ground.listing()
    try:
        ground.civil(*arguments)
        after = ground.listing()
    finally:
        ground.clear(before)
    assert {k: v for k, v in after.items() if k in before} == before
    allowed = [os.path.normpath(Path("project", name)) for name in asked]
    for made in (name.rstrip("/") for name in after.keys() - before.keys()):
        assert any(made == one or one.startswith(f"{made}/") for one in allowed), made


@MANY
@given(COMMAND, st.lists(ARGUMENT, max_size=5))
def test_any_words_end_with_a_code_and_a_sentence(
    ground: Arena, command: str, rest: list[str]
) -> None:
    rest = [word for word in rest if word not in WRITING]
    undisturbed(ground, [command, *rest])


@given(st.sampled_from(WRITING), FILE)
def test_only_the_file_that_is_named_is_written(
    ground: Arena, option: str, parts: tuple[str, str]
) -> None:
    name = "".join(parts)
    layer = ("layers.py::Triple", "--cases", "1", "--no-shrink")
    command = ["run", *layer] if option.startswith("--") else ["explain", "layers.py::Double"]
    undisturbed(ground, [*command, option, name], (name,))


@given(st.sampled_from(["-k", "--case", "--seed", "--cases", "--budget"]), ARGUMENT)
def test_any_value_of_an_option_is_taken_or_refused(
    ground: Arena, option: str, value: str
) -> None:
    command = ["list"] if option == "-k" else ["run", "--no-shrink", "--cases", "1"]
    undisturbed(ground, [*command, f"{option}={value}", "layers.py::Double"])


DOUBLE = "layers.py::Double"
#: What is typed, and what the message must say.
WRONG = {
    "nul in a target": (["run", "a\x00b.py"], r"'a\x00b.py'"),
    "nul in a report": (["run", DOUBLE, "--report", "a\x00.md"], r"a\x00.md"),
    "a long name": (["run", "x" * 300 + ".py"], "File name too long"),
    "a long report": (["run", DOUBLE, "--report", "x" * 300 + ".md"], "write"),
    "no text": (["report", "\ud800.json"], r"\ud800.json"),
    "a loop": (["run", "loop/x.py"], "loop/x.py"),
    "a report in a loop": (["run", DOUBLE, "--json", "loop"], "symbolic link"),
    "a folder as report": (["run", DOUBLE, "--json", "folder.py"], "directory"),
    "an escape sequence": (["rnu\x1b[31m"], r"rnu\x1b[31m"),
    "a module's part": (["run", "layers."], "no module 'layers.'"),
    "an endless number": (["run", "--seed", "9" * 5000], "--seed"),
    "a huge number": (["run", "--seed", "9" * 400], "2^128"),
    "a negative seed": (["explain", DOUBLE, "--seed", "-1"], "--seed"),
    "another's digits": (["repro", "layers.py::Double#c#gradient#\u0663"], "no finding's id"),
    "bytes that are no text": (["repro", "layers.py%FF#c#gradient#0"], "no finding's id"),
    "a device": (["report", "/dev/zero"], "device"),
    "a long alternative": (["list", DOUBLE, "-k", "a or " * 3000], "a word is missing"),
    "a dash for a value": (["run", DOUBLE, "--seed=--"], "argument --seed: expected a value"),
    "a dash for a file": (["diff", "--", "a.json", "--"], "argument NEW.json: expected"),
}


@pytest.mark.parametrize(("typed", "said"), WRONG.values(), ids=WRONG)
def test_the_message_names_what_was_wrong(ground: Arena, typed: list[str], said: str) -> None:
    ended = ground.civil(*typed)
    assert ended.code == 4
    assert said in ended.err


def test_the_largest_seed_is_taken_and_read_back(arena: Arena) -> None:
    seed = str(2**128 - 1)
    asked = ("run", "layers.py::Double", "--seed", seed, "--cases", "1", "--json", "a.json")
    assert arena.civil(*asked).code == 0
    assert seed in arena.civil("report", "a.json").out


def test_a_report_elsewhere_is_written_where_it_was_asked_for_alone(arena: Arena) -> None:
    before = arena.listing()
    asked = ("--cases", "1", "--no-shrink", "--report", "../neighbour/a.md")
    assert arena.civil("run", "layers.py::Double", *asked).code == 0
    assert arena.listing().keys() - before.keys() == {"neighbour/a.md"}


def test_a_report_whose_name_is_as_long_as_can_be_is_written(arena: Arena) -> None:
    name = "x" * 252 + ".md"
    asked = ("--cases", "1", "--no-shrink", "--report", name)
    assert arena.civil("run", "layers.py::Double", *asked).code == 0
    assert (arena.project / name).stat().st_size > 10


def test_a_current_folder_that_is_gone_is_said(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("gradcheck.cli.app.Path.cwd", gone)
    ended = arena.civil("run", "layers.py")
    assert ended.code == 4
    assert "the current folder is gone" in ended.err
