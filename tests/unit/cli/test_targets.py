"""What is checked: names, expressions, lists and configuration."""

from pathlib import Path

import pytest

from gradcheck.cli.expression import compile_expression
from gradcheck.config import read_config
from gradcheck.errors import UsageError
from tests.unit.cli.conftest import Run

ONE = ("--cases", "1", "--no-shrink")

#: Expression, and which of these names it matches.
NAMES = ("nn.layers:Affine", "nn.layers:ReLU", "nn.losses:Huber")
EXPRESSIONS = {
    "affine": "A",
    "layers": "AR",
    "layers and not relu": "A",
    "relu or huber": "RH",
    "not (relu or huber)": "A",
    "not relu and not huber": "A",
    "not not relu": "R",
    "(layers)and(relu)": "R",
    "layers:A": "A",
    "android": "",
}
BROKEN = ("", "(", "a b", "a and", "or a", "not", "(a", "a)", "a and or b", "()")

#: What is typed wrongly, and the name that the message must offer.
MISSPELT = {
    "layers.py::Tripel": "Triple",
    "layers.py::double": "Double",
    "layer.py": "layers.py",
    "jsn": "json",
    "json.decoderr": "json.decoder",
}


@pytest.mark.parametrize(("text", "initials"), EXPRESSIONS.items())
def test_an_expression_matches(text: str, initials: str) -> None:
    match = compile_expression(text)
    kept = [name.rpartition(":")[2][0] for name in NAMES if match(name)]
    assert "".join(kept) == initials


@pytest.mark.parametrize("text", BROKEN)
def test_an_expression_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(UsageError, match="cannot read the expression"):
        compile_expression(text)


@pytest.mark.parametrize(("typed", "meant"), MISSPELT.items())
def test_a_misspelt_target_names_the_nearest(run: Run, typed: str, meant: str) -> None:
    ended = run("run", typed)
    assert ended.code == 4
    assert meant in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("typed", [("list", "layers.py"), ("run", "layers.py", "--list")])
def test_a_list_shows_every_target_with_its_convention(
    run: Run, typed: tuple[str, ...]
) -> None:
    ended = run(*typed)
    names = [line for line in ended.out.splitlines() if line.startswith("layers.py::")]
    assert names == [f"layers.py::{name}" for name in ("Double", "Square", "Triple")]
    assert "forward and backward" in ended.out
    assert "x data" in ended.out


def test_a_list_shows_what_is_left_out_and_why(run: Run, project: Path) -> None:
    (project / "broken.py").write_text("raise RuntimeError('planted')\n")
    ended = run("list", ".")
    assert "left out: broken.py" in ended.out
    assert "planted" in ended.out


def test_a_file_that_cannot_be_imported_says_why(run: Run, project: Path) -> None:
    (project / "broken.py").write_text("def f(:\n")
    ended = run("run", "broken.py")
    assert ended.code == 5
    assert "SyntaxError" in ended.err


def configure(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.gradcheck]\n{text}\n")


def test_configured_targets_are_checked_from_any_folder_below(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, 'targets = ["layers.py::Double"]\nseed = 3\ncases = 1')
    inner = project / "deep" / "down"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    ended = run("run")
    assert ended.code == 0
    assert "layers.py::Double" in ended.out
    assert "seed 3" in ended.out


def test_what_is_typed_stands_before_what_is_configured(run: Run, project: Path) -> None:
    configure(project, 'targets = ["layers.py::Triple"]\nseed = 3')
    ended = run("run", "layers.py::Double", "--seed", "5", *ONE)
    assert ended.code == 0
    assert "seed 5" in ended.out


def test_a_nearer_file_without_the_table_is_passed_over(project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'inner'\n")
    configure(project, "seed = 9")
    assert read_config(inner).seed == 9
    assert read_config(inner).root == project


def test_a_configuration_above_the_repository_is_not_ours(project: Path) -> None:
    inner = project / "inner"
    (inner / ".git").mkdir(parents=True)
    configure(project, "seed = 9")
    assert read_config(inner).seed == 0


#: A configuration that is off, and what the message must say.
OFF = {
    "misspelt": ("target = ['a']", "did you mean 'targets'"),
    "misspelt table": ("expected_failure = {}", "did you mean 'expected_failures'"),
    "internal": ("root = 'x'", "unknown key 'root'"),
    "unknown": ("colour = 'red'", "unknown key 'colour'"),
    "a word for a number": ("seed = 'seven'", "must be a whole number, got 'seven'"),
    "a truth for a number": ("seed = true", "must be a whole number, got True"),
    "a number for a truth": ("strict = 1", "must be true or false, got 1"),
    "a word for a list": ("targets = 'a'", "must be a list of strings"),
    "numbers in a list": ("targets = [1]", "must be a list of strings"),
    "a negative seed": ("seed = -1", "must be zero or above, got -1"),
    "too few cases": ("cases = 0", "must be above zero, got 0"),
    "a reason that is none": ("expected_failures = {a = 1}", "a table of target = reason"),
    "a list of failures": ("expected_failures = ['a']", "a table of target = reason"),
    "no TOML": ("targets = [", "no readable TOML"),
}


@pytest.mark.parametrize(("text", "said"), OFF.values(), ids=OFF)
def test_a_configuration_that_is_off_says_what_is_meant(
    run: Run, project: Path, text: str, said: str
) -> None:
    configure(project, text)
    ended = run("run", "layers.py::Double", *ONE)
    assert ended.code == 4
    assert said in ended.err
    assert "pyproject.toml" in ended.err


def test_a_table_that_is_none_says_so(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool]\ngradcheck = 1\n")
    assert "must be a table" in run("run", "layers.py").err


def test_a_known_failure_does_not_fail_the_run(run: Run, project: Path) -> None:
    configure(project, '[tool.gradcheck.expected_failures]\n"layers.py::Triple" = "issue 7"')
    ended = run("run", "layers.py", *ONE)
    assert ended.code == 0
    assert "expected to fail: issue 7" in ended.out


def test_a_known_failure_that_is_mended_fails_the_run(run: Run, project: Path) -> None:
    configure(project, '[tool.gradcheck.expected_failures]\n"layers.py::Double" = "issue 7"')
    ended = run("run", "layers.py::Double", *ONE)
    assert ended.code == 1
    assert "remove it from expected_failures" in " ".join(ended.out.split())


def test_a_known_failure_that_names_nothing_is_said(run: Run, project: Path) -> None:
    configure(
        project,
        "targets = ['layers.py::Double']\n"
        '[tool.gradcheck.expected_failures]\n"layers.py::Gone" = "issue 7"',
    )
    ended = run("run", "-v", *ONE)
    assert "layers.py::Gone: expected to fail (issue 7), but not found" in ended.out


def test_a_known_failure_outside_the_selection_is_not_called_unknown(
    run: Run, project: Path
) -> None:
    configure(project, '[tool.gradcheck.expected_failures]\n"layers.py::Triple" = "issue 7"')
    ended = run("run", "layers.py::Double", "-v", *ONE)
    assert "not found" not in ended.out
