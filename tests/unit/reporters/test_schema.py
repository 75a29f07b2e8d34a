"""The published schema is that of the records; reports keep it, older and newer ones too."""

import json
from pathlib import Path
from typing import Any

import pytest

from gradcheck.reporters import json_report
from gradcheck.reporters.schema import FILE, published, schema
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import BLOWN_UP, a_run
from tests.unit.reporters.test_beside import large_run

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


def errors(data: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))
    return [error.message for error in validator.iter_errors(data)]


def test_the_published_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == published(), (
        "write it anew: python -c 'from gradcheck.reporters import schema as s; "
        "s.FILE.write_text(s.published())'"
    )
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("run", [a_run(), hostile_run()])
def test_reports_keep_the_schema(run) -> None:
    assert errors(json_report.to_dict(run)) == []


def test_reports_with_arrays_beside_them_keep_the_schema() -> None:
    files = json_report.files(large_run(), Path("run.json"))
    text = files[Path("run.json")]
    assert errors(json.loads(text)) == []
    assert errors({**json.loads(text), "arrays": "run.npz"}) != []


@pytest.mark.parametrize(
    ("place", "value"),
    [("schema_version", "2.0"), ("seed", "0"), ("targets", None), ("seconds", "long")],
)
def test_the_schema_refuses_what_is_no_report(place: str, value: object) -> None:
    assert errors({**json_report.to_dict(a_run()), place: value})


def added(data: Any) -> Any:
    """Return the data as a later minor version may write it: with keys nobody knows yet."""
    if isinstance(data, dict):
        return {**{k: added(v) for k, v in data.items()}, "later": {"a": [1, None]}}
    return [added(item) for item in data] if isinstance(data, list) else data


def test_a_report_of_a_later_minor_version_is_read() -> None:
    run = a_run()
    data = json_report.to_dict(run)
    plain = {k: data.pop(k) for k in ("policy", "environment", "counts")}
    later = {**added(data), **plain, "schema_version": "1.7"}
    assert errors(later) == []
    assert repr(json_report.from_dict(later)) == repr(run)


def test_a_report_of_the_first_version_is_read() -> None:
    """The least that a report must hold; what was added since has defaults."""
    first = {
        "schema_version": "1.0", "tool": {"name": "gradcheck", "version": "0.1.0"}, "seed": 3,
        "targets": [{"target": "m:L", "verdict": "pass", "agreements": [
            {"case": "c", "tensor": "x", "shape": [2], "verdict": "pass", "digits": 9.0,
             "resolution": 1e-9, "strategy": "dense"}]}],
    }  # fmt: skip
    assert errors(first) == []
    run = json_report.from_dict(first)
    assert run.targets[0].agreements[0].rungs == ()
    assert run.seed == 3


def test_not_a_number_survives() -> None:
    text = json_report.dumps(a_run())
    again = json_report.loads(text)
    [found] = [f for f in again.targets[0].findings if f.contract == BLOWN_UP.contract]
    assert repr(found) == repr(BLOWN_UP)
