"""SARIF that code-scanning pages take."""

import json

import pytest

from gradcheck.reporters import sarif_report
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import a_run


@pytest.mark.parametrize("run", [a_run(), hostile_run()])
def test_every_result_has_its_rule_a_level_a_message_and_a_place(run) -> None:
    report = json.loads(sarif_report.dumps(run))
    assert report["version"] == "2.1.0"
    [made] = report["runs"]
    rules = made["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert made["results"]
    for result in made["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        [location] = result["locations"]
        if "physicalLocation" in location:
            place = location["physicalLocation"]
            assert place["region"]["startLine"] >= 1
            assert not set('<>" \n\0') & set(place["artifactLocation"]["uri"])
        assert len(result["partialFingerprints"]["gradcheck/v1"]) == 32


def test_the_place_is_the_backward_pass() -> None:
    report = json.loads(sarif_report.dumps(a_run()))
    first = report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert first == {
        "artifactLocation": {"uri": "layers.py"}, "region": {"startLine": 13},
    }  # fmt: skip
