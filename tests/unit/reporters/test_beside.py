"""Large arrays lie beside the JSON report, and come back with it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradcheck.cli import main
from gradcheck.model import Run
from gradcheck.reporters import json_report, write_together
from gradcheck.reporters.beside import LARGE
from tests.unit.reporters.sample import a_run, failing, passing

NAN, INF = float("nan"), float("inf")


def large_run(count: int = LARGE) -> Run:
    numbers = (*(0.1 * i for i in range(count - 3)), NAN, INF, -0.0)
    [agreement] = passing().agreements
    big = replace(
        agreement, claimed=numbers, reference=numbers[::-1], error=(1e-13,) * count,
        verdicts="0" * count,
    )  # fmt: skip
    small = replace(agreement, claimed=(1.5, NAN), reference=(1.5, 2.0), error=(0.1, 0.1))
    return a_run(failing(), replace(passing(), agreements=(small, big)))


def written(folder: Path, run: Run) -> Path:
    path = folder / "run.json"
    write_together(json_report.files(run, path))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_large_arrays_come_back_without_loss(tmp_path: Path) -> None:
    run = large_run()
    path = written(tmp_path, run)
    assert names(tmp_path) == ["run.arrays.npz", "run.json"]
    again, missing = json_report.load(path)
    assert missing == ""
    assert repr(again) == repr(run)


def test_the_json_is_small_and_says_where_the_rest_is(tmp_path: Path) -> None:
    text = written(tmp_path, large_run(1024)).read_text()
    data = json.loads(text)
    small, big = data["targets"][1]["agreements"]
    assert small["claimed"] == [1.5, "nan"]
    assert big["claimed"] == big["reference"] == big["error"] == []
    assert data["arrays"]["file"] == "run.arrays.npz"
    assert len(text) < len(json_report.dumps(large_run(1024))) / 4
    with np.load(tmp_path / "run.arrays.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == [
            f"targets.1.agreements.1.{name}" for name in ("claimed", "error", "reference")
        ]


def test_arrays_below_the_limit_stay_in_the_report(tmp_path: Path) -> None:
    path = written(tmp_path, large_run(LARGE - 1))
    assert names(tmp_path) == ["run.json"]
    assert path.read_text() == json_report.dumps(large_run(LARGE - 1))


def test_the_same_run_gives_the_same_files(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    assert json_report.files(large_run(), path) == json_report.files(large_run(), path)


@pytest.mark.parametrize("lost", [True, False], ids=["missing", "of another run"])
def test_a_report_without_its_arrays_is_read_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, lost: bool
) -> None:
    path = written(tmp_path, large_run())
    arrays = tmp_path / "run.arrays.npz"
    arrays.unlink() if lost else np.savez(arrays, x=np.ones(3))
    page = tmp_path / "page.html"
    assert main(["report", str(path), "-o", str(page)]) == 0
    assert "run.arrays.npz" in capsys.readouterr().err
    assert "layers:ReLU" in page.read_text(encoding="utf-8")
    assert main(["diff", str(path), str(path)]) == 0


def test_no_file_elsewhere_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, large_run())
    data = json.loads(path.read_text())
    data["arrays"]["file"] = "../../../../etc/passwd"
    path.write_text(json.dumps(data))
    assert str(tmp_path / "passwd") in json_report.load(path)[1]


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradcheck.reporters import files

    kept = written(tmp_path, large_run()).read_text()
    arrays = (tmp_path / "run.arrays.npz").read_bytes()
    calls = []

    def full_at_the_second(_: int) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full_at_the_second)
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path, large_run(1024))
    assert (tmp_path / "run.json").read_text() == kept
    assert (tmp_path / "run.arrays.npz").read_bytes() == arrays
    assert names(tmp_path) == ["run.arrays.npz", "run.json"]


def test_a_run_writes_both_and_a_stream_gets_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "big.py").write_text(BIG)
    options = ["run", "big.py::factory", "--cases", "1", "--no-shrink", "--json"]
    assert main([*options, "out.json"]) == 0
    assert {"out.json", "out.arrays.npz"} <= set(names(tmp_path))
    kept, missing = json_report.load(tmp_path / "out.json")
    assert missing == ""
    capsys.readouterr()
    assert main([*options, "-"]) == 0
    whole = json_report.loads(capsys.readouterr().out)
    longest = max(len(a.claimed) for a in whole.targets[0].agreements)
    assert longest >= LARGE
    assert [a.claimed for a in kept.targets[0].agreements] == [
        a.claimed for a in whole.targets[0].agreements
    ]


BIG = """
class Triple:
    def forward(self, x):
        return 3 * x
    def backward(self, dout):
        return 3 * dout

def factory(rng):
    return Triple(), (rng.standard_normal((20, 20)),)
"""
