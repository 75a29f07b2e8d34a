"""The JSON report holds everything, is read back without loss, and is JSON to any reader."""

import json
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.model import SCHEMA_VERSION, Finding, Run, Severity, TargetResult, Verdict
from gradcheck.reporters import json_report
from gradcheck.reporters.codec import encode
from tests.unit.reporters.golden import assert_golden
from tests.unit.reporters.sample import BLOWN_UP, a_run, failing, passing


def no_bare_constant(text: str) -> NoReturn:
    raise AssertionError(f"bare {text} in the report")


def as_read(run: Run) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json_report.dumps(run), parse_constant=no_bare_constant)
    return data


def test_the_report_is_the_golden_one() -> None:
    assert_golden("run.json", json_report.dumps(a_run()))


def test_what_is_written_is_read_back_without_loss() -> None:
    run = a_run(failing(), passing())
    again = json_report.loads(json_report.dumps(run))
    assert repr(again) == repr(run)  # NaN is not equal to itself; its repr is
    assert json_report.dumps(again) == json_report.dumps(run)


def test_a_target_has_the_promised_keys() -> None:
    (target,) = as_read(a_run(failing()))["targets"]
    assert {"target", "verdict", "cost", "findings"} <= set(target)
    promised = {"contract", "tensor", "index", "claimed", "reference", "error", "message"}
    assert promised <= set(target["findings"][0])


def test_the_head_says_what_made_it() -> None:
    data = as_read(a_run())
    assert data["schema_version"] == SCHEMA_VERSION
    assert data["tool"] == {"name": "gradcheck", "version": "0"}
    assert data["seed"] == 7
    assert data["environment"]["python"] == "3"
    assert data["counts"] == {"pass": 1, "fail": 1, "inconclusive": 1}


def test_numbers_that_json_has_no_word_for_are_strings() -> None:
    finding = as_read(a_run(failing()))["targets"][0]["findings"][2]
    said = (finding["claimed"], finding["reference"], finding["error"])
    assert said == ("nan", "inf", "-inf")
    assert finding["message"] == BLOWN_UP.message


@given(st.floats(), st.text(), st.lists(st.integers(min_value=0), max_size=3))
def test_any_number_text_and_index_survives(
    value: float, message: str, index: list[int]
) -> None:
    finding = Finding("c", "mismatch", Severity.FAIL, message, index=tuple(index), error=value)
    run = a_run(TargetResult("t", Verdict.FAIL, findings=(finding,)))
    assert repr(json_report.loads(json_report.dumps(run))) == repr(run)


@pytest.mark.parametrize(
    "value", [np.float64(0.5), np.float32(0.5), np.int64(3), np.bool_(1), np.float64("nan")]
)
def test_numpy_scalars_are_written_as_plain_ones(value: np.generic) -> None:
    plain = encode(value)
    assert type(plain) in (int, float, bool, str)
    assert str(plain) == str(value.item())


def test_what_is_no_plain_data_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="plain data; got object"):
        encode({"alive": object()})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "expected a gradcheck report"),
        ("{}", "expected a gradcheck report"),
        ('{"schema_version": "99.0"}', "schema version 99.0; this release reads"),
    ],
)
def test_a_foreign_file_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        json_report.loads(text)


def test_a_later_minor_version_is_read_and_its_new_keys_are_ignored() -> None:
    data = as_read(a_run())
    data["schema_version"] = SCHEMA_VERSION.partition(".")[0] + ".99"
    data["news"] = data["targets"][0]["news"] = 1
    assert json_report.from_dict(data).seed == 7
