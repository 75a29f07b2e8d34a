"""The terminal report: honest at 80 columns, in a pipe, in ASCII and with any name."""

import doctest
import io
import math
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from gradcheck.model import Agreement, Finding, Run, Severity, TargetResult, Verdict
from gradcheck.reporters import terminal
from gradcheck.reporters.terminal import Look, words
from tests.unit.reporters.golden import assert_golden
from tests.unit.reporters.sample import CAUSE, WRONG_BIAS, a_run, failing, passing, undecided


def drawn(run: Run, *, verbosity: int = 0, width: int = 80, ascii_only: bool = False) -> str:
    """Return the report as it goes into a pipe."""
    text = io.StringIO()
    console = Console(file=text, width=width, highlight=False, markup=False, emoji=False)
    terminal.show(run, console, Look(verbosity, ascii_only, width))
    return text.getvalue()


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.mark.parametrize(("name", "verbosity"), [("quiet", -1), ("usual", 0), ("verbose", 1)])
def test_the_report_is_the_golden_one(name: str, verbosity: int) -> None:
    assert_golden(f"terminal-{name}.txt", trimmed(drawn(a_run(), verbosity=verbosity)))


def test_verdicts_are_words_and_signs_and_never_colour_alone() -> None:
    text = drawn(a_run())
    for word in ("✓ pass", "✗ FAIL", "? inconclusive"):
        assert word in text
    assert "\x1b" not in text


def test_a_failure_tells_where_what_why_and_how_to_see_it_again() -> None:
    text = drawn(a_run(failing()))
    for part in ("b[2]", "-1.1145", "-3.3435", "± 2e-10", "7 of 7", CAUSE.title, CAUSE.cure):
        assert part in text
    assert WRONG_BIAS.reproduce in text  # on one line, to be copied


def test_the_same_finding_in_another_case_is_counted_and_not_repeated() -> None:
    text = drawn(a_run(failing()))
    assert text.count(CAUSE.title) == 1
    assert "and in 1 more case" in text


def test_advice_is_given_where_no_cause_is_known() -> None:
    assert "scale the logits before exp" in drawn(a_run(failing()))


def test_inconclusive_targets_are_said_loudly() -> None:
    assert "1 target INCONCLUSIVE" in drawn(a_run(undecided()))
    assert "INCONCLUSIVE" not in drawn(a_run(passing()))


def test_a_run_that_was_interrupted_says_so() -> None:
    run = Run((passing(),), 0, interrupted=True)
    assert "interrupted" in drawn(run)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_but_what_is_to_be_copied_is_wider_than_the_page(width: int) -> None:
    lines = drawn(a_run(failing("包.层:仿射层"), passing()), width=width).splitlines()
    whole = [line for line in lines if "again:" not in line and "layers.py" not in line]
    assert max(map(cell_len, whole)) <= width


def test_names_in_wide_characters_keep_the_columns_aligned() -> None:
    table = drawn(a_run(passing("layers:Tanh"), passing("层:激活函数"))).splitlines()[:3]
    ends = {cell_len(line.rstrip()) for line in table}
    assert len(ends) == 1  # the last column is flush right


def test_markup_and_control_characters_in_a_name_are_shown_and_not_obeyed() -> None:
    text = drawn(a_run(passing("evil:\x1b[31m[bold]\rX")))
    assert "\x1b" not in text
    assert "\r" not in text
    assert r"\x1b[31m[bold]" in text


def test_the_page_itself_needs_ascii_alone() -> None:
    assert drawn(a_run(), ascii_only=True).isascii()


def test_what_a_finding_says_is_put_in_ascii_too() -> None:
    said = Finding("gradient", "mismatch", Severity.FAIL, "finite differences give 1 ± 2e-14")
    run = a_run(TargetResult("t", Verdict.FAIL, findings=(said,)))
    assert drawn(run, ascii_only=True).isascii()


def test_lines_that_are_wrapped_keep_their_indent() -> None:
    long = Finding(
        "gradient", "mismatch", Severity.FAIL, "wrong", causes=(CAUSE, CAUSE), case="c"
    )
    run = a_run(TargetResult("t", Verdict.FAIL, findings=(long,)))
    lines = drawn(run).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("    or: "))
    assert lines[start + 1].startswith("    ")


def test_quiet_gives_one_line_a_failure_and_not_one_a_case() -> None:
    assert drawn(a_run(failing()), verbosity=-1).count("differs from its finite") == 1


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_an_empty_run_still_has_its_summary(verbosity: int) -> None:
    assert "0 passed" in drawn(Run((), 0), verbosity=verbosity)


def test_examples_in_the_docstrings_are_true() -> None:
    outcome = doctest.testmod(words)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def mapped(shape: tuple[int, ...], wrong: set[int], **looks: bool) -> list[str]:
    """Return the map of a tensor in which these entries are off by half."""
    count = math.prod(shape)
    reference = tuple(1.0 + 0.1 * i for i in range(count))
    claimed = tuple(v * (0.5 if i in wrong else 1.0) for i, v in enumerate(reference))
    compared = Agreement(
        WRONG_BIAS.case, "b", shape, Verdict.FAIL, 0.0, 1e-9, "dense",
        claimed=claimed, reference=reference, error=(1e-13,) * count,
        verdicts="".join("2" if i in wrong else "0" for i in range(count)),
    )  # fmt: skip
    text = drawn(a_run(replace(failing(), agreements=(compared,))), **looks)
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("    b, ")]
    if not starts:
        return []
    [start] = starts
    stop = next(i for i, line in enumerate(lines) if line.startswith("    why:"))
    return [line.strip() for line in lines[start:stop]]


def test_a_map_shows_where_a_tensor_is_wrong() -> None:
    assert mapped((3, 4), {4, 5, 6, 7}) == [
        "b, 3 by 4: █ no digit agrees, · nine or more",
        "········",
        "████████",
        "········",
    ]
    assert mapped((3, 4), {0}, ascii_only=True)[1:] == ["##......", "........", "........"]


def test_a_large_map_shows_the_worst_of_each_block() -> None:
    head, *rows, key = mapped((20, 100), {1999})
    assert "20 by 100" in head
    assert len(rows) <= 8
    assert max(map(len, rows)) <= 48
    assert "".join(rows).count("█") == 1
    assert rows[-1].endswith("█")
    assert key == "a block is 3 by 3 entries, the worst of them counts"


@pytest.mark.parametrize(("shape", "wrong"), [((3,), {0, 1, 2}), ((3,), set()), ((1,), {0})])
def test_no_map_where_it_would_tell_nothing(shape: tuple[int, ...], wrong: set[int]) -> None:
    assert mapped(shape, wrong) == []


def test_a_long_name_is_broken_where_a_module_ends() -> None:
    name = "package/folder/with/a/long/name/layers.py::VeryCuriousActivation"
    lines = drawn(a_run(passing(name))).splitlines()
    assert lines[1].split("  ")[1].strip() == "package/folder/with/a/long/name/"
    assert lines[2].strip() == "layers.py::VeryCuriousActivation"


@pytest.mark.parametrize("name", ["x" * 100, "층" * 60, "a:" * 60, "층"])
@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_character_of_a_name_is_lost(name: str, width: int) -> None:
    lines = drawn(a_run(passing(name)), width=width).splitlines()
    table = lines[: lines.index("")]
    assert max(map(cell_len, table)) <= width
    shown = "".join(table)
    assert sum(shown.count(sign) for sign in set(name)) >= len(name)
