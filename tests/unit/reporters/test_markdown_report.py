"""The job summary: what is wrong comes first, and GitHub takes it."""

import re
from dataclasses import replace

from gradcheck.model import Source
from gradcheck.reporters import github_report, md_report
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import WRONG_BIAS, a_run, failing, passing


def test_the_summary_tells_what_is_wrong_and_counts_what_is_right() -> None:
    text = md_report.dumps(a_run())
    assert text.startswith("## ❌ gradcheck: 1 wrong, 1 undecided, 1 right\n")
    assert "a mean where it should be a sum" in text
    assert text.index("Affine") < text.index("Noisy") < text.index("ReLU")


def test_a_summary_stays_below_what_github_drops() -> None:
    long = replace(WRONG_BIAS, message="é" * 5000, smallest="x" * 5000)
    many = [replace(failing(f"m:L{i}"), findings=(long,)) for i in range(400)]
    text = md_report.dumps(
        a_run(*many, *(passing("m:" + "R" * 300 + str(i)) for i in range(5000)))
    )
    assert len(text.encode()) < 1024 * 1024
    assert "more are left out here" in text


def test_hostile_names_start_nothing_in_markdown() -> None:
    text = md_report.dumps(hostile_run())
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "<script" not in outside
    assert "<img" not in outside
    assert "\n# owned" not in outside
    assert "@all" not in outside
    assert outside.count("<details>") == outside.count("</details>")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)


def test_an_annotation_names_file_and_line() -> None:
    first = github_report.dumps(a_run(failing())).splitlines()[0]
    assert first.startswith(
        "::error title=layers%3AAffine%3A gradient,file=layers.py,line=13::"
    )
    assert "%0Awhy: the gradient of b is a mean" in first


def test_annotations_name_files_from_the_top_of_the_repository() -> None:
    assert ",file=packages/a/layers.py," in github_report.annotations(
        a_run(failing()), "packages/a"
    )
    absolute = replace(failing(), source=Source("/elsewhere/layers.py", 3))
    assert ",file=/elsewhere/layers.py," in github_report.annotations(a_run(absolute), "a")


def test_nine_annotations_of_a_kind_and_a_count() -> None:
    lines = github_report.dumps(a_run(*(failing(f"m:L{i}") for i in range(30)))).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=gradcheck::and 51 more, which the report tells"


def test_hostile_names_start_no_command_of_their_own() -> None:
    lines = github_report.dumps(hostile_run()).split("\n")
    assert all(re.match(r"::(error|warning|notice) title=", line) for line in lines[:-1])
    assert "\r" not in "".join(lines)
    assert all("::" not in line.split("::", 2)[1] for line in lines[:-1])
