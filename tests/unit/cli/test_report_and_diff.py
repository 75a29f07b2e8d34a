"""A kept run is rendered again, and two of them are compared."""

from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck.cli import main
from gradcheck.model import Run, TargetResult, Verdict
from gradcheck.reporters import json_report
from tests.unit.reporters.sample import a_run, failing, passing, undecided


def kept(folder: Path, name: str, run: Run) -> str:
    path = folder / name
    path.write_text(json_report.dumps(run), encoding="utf-8")
    return str(path)


def test_a_kept_run_is_written_in_every_format_that_is_asked_for(tmp_path: Path) -> None:
    names = ["page.html", "junit.xml", "summary.md", "scan.sarif", "notes.github", "b.json"]
    out = [option for name in names for option in ("-o", str(tmp_path / name))]
    assert main(["report", kept(tmp_path, "run.json", a_run()), *out]) == 0
    assert all((tmp_path / name).stat().st_size > 100 for name in names)
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "run.json").read_bytes()


def test_without_a_file_the_terminal_report_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", kept(tmp_path, "run.json", a_run())]) == 0
    assert "layers:Affine" in capsys.readouterr().out


def test_annotations_are_printed_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "packages"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert main(["report", kept(tmp_path, "run.json", a_run()), "--annotate"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "::error title=layers%3AAffine%3A gradient,file=packages/layers.py"
    )
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in lines)


@pytest.mark.parametrize("options", [[], ["--json", "-"]])
def test_a_run_annotates_when_it_is_told_to(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / "wrong.py").write_text(WRONG)
    asked = ["run", "wrong.py", "--cases", "1", "--no-shrink", *options]
    assert main(asked) == 1
    assert "::error" not in "".join(capsys.readouterr())
    assert main([*asked, "--annotate"]) == 1
    out, err = capsys.readouterr()
    assert "\n::error title=wrong.py%3A%3AWrong%3A gradient,file=wrong.py,line=5::" in (
        err if options else out
    )
    if options:
        assert json_report.loads(out).targets


WRONG = """
class Wrong:
    def forward(self, x):
        return 3 * x
    def backward(self, dout):
        return 2 * dout
"""


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"schema_version": "9.0"}', "{", '{"schema_version": "1.0"}']
)
def test_what_is_no_report_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "run.json").write_text(text)
    assert main(["report", str(tmp_path / "run.json")]) == 4
    assert "run.json" in capsys.readouterr().err


def test_a_missing_report_and_an_unknown_format_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path / "none.json")]) == 4
    assert main(["report", kept(tmp_path, "run.json", a_run()), "-o", "page.pdf"]) == 4
    assert ".pdf" in capsys.readouterr().err


def turned(result: TargetResult, verdict: Verdict) -> TargetResult:
    return replace(result, verdict=verdict, findings=())


@pytest.mark.parametrize(
    ("old", "new", "said", "code"),
    [
        (passing(), passing(), "nothing changed", 0),
        (passing("m:L"), failing("m:L"), "pass -> fail: finite, gradient", 1),
        (passing("m:L"), undecided("m:L"), "pass -> inconclusive", 1),
        (failing("m:L"), passing("m:L"), "fail -> pass: finite, gradient", 0),
        (failing("m:L"), undecided("m:L"), "fail -> inconclusive", 0),
        (replace(failing(), findings=failing().findings[:1]), failing(), "fail: finite", 1),
        (passing("m:A"), passing("m:B"), "new (1)", 0),
        (passing("m:A"), failing("m:B"), "gone (1)", 1),
    ],
)  # fmt: skip
def test_a_diff_says_what_changed_and_fails_where_it_got_worse(
    old: TargetResult, new: TargetResult, said: str, code: int, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    files = kept(tmp_path, "old.json", a_run(old)), kept(tmp_path, "new.json", a_run(new))
    assert main(["diff", *files]) == code
    assert said in capsys.readouterr().out


def test_a_loss_of_digits_is_worse_and_round_off_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def at(digits: float) -> str:
        made = tuple(replace(a, digits=digits) for a in passing().agreements)
        return kept(tmp_path, f"{digits}.json", a_run(replace(passing(), agreements=made)))

    assert main(["diff", at(17.0), at(11.0)]) == 0
    assert main(["diff", at(11.0), at(6.0)]) == 1
    assert "11.0 -> 6.0 digits" in capsys.readouterr().out
