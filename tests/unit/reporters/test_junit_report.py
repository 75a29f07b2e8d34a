"""JUnit XML as Jenkins' junit-10.xsd demands it, and what a reader finds in it."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from gradcheck.reporters import xml_report
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import WRONG_BIAS, a_run, failing, passing, undecided

#: Children and attributes that the schema allows each element; the starred ones are demanded.
ALLOWED = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors", "disabled"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name*", "tests*", "failures", "errors", "time", "disabled", "skipped", "timestamp",
         "hostname", "id", "package", "file", "log", "url", "version", "group"},
    ),
    "testcase": (
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name*", "classname*", "time", "group", "status", "assertions"},
    ),
    "failure": (set(), {"message", "type"}),
    "error": (set(), {"message", "type"}),
    "skipped": (set(), {"message", "type"}),
    "system-out": (set(), set()),
}  # fmt: skip


def validate(element: ElementTree.Element) -> None:
    children, attributes = ALLOWED[element.tag]
    names = {name.rstrip("*") for name in attributes}
    demanded = {name.rstrip("*") for name in attributes if name.endswith("*")}
    assert demanded <= set(element.keys()) <= names, element.tag
    for child in element:
        assert child.tag in children, f"{child.tag} in {element.tag}"
        validate(child)
    if element.tag == "testsuite":
        for key, tag in {
            "failures": "failure",
            "errors": "error",
            "skipped": "skipped",
        }.items():
            assert int(element.get(key, "")) == len(element.findall(f"testcase/{tag}"))
        assert int(element.get("tests", "")) == len(element.findall("testcase"))
        float(element.get("time", ""))


@pytest.mark.parametrize("run", [a_run(), hostile_run(), replace(a_run(), targets=())])
def test_the_report_keeps_the_schema(run) -> None:
    validate(ElementTree.fromstring(xml_report.dumps(run)))


def test_a_finding_is_a_failed_case_with_its_story() -> None:
    root = ElementTree.fromstring(xml_report.dumps(a_run(failing())))
    failure = root.find("testsuite/testcase[@name='gradient']/failure")
    assert failure is not None
    assert failure.get("type") == "mismatch"
    assert "differs from its finite differences" in failure.get("message", "")
    for said in ("layers.py:13", "a mean where it should be a sum", "and in 1 more", "repro"):
        assert said in (failure.text or "")


def test_what_raises_is_an_error_and_what_is_undecided_is_skipped() -> None:
    raised = replace(failing(), findings=(replace(WRONG_BIAS, kind="raised"),))
    root = ElementTree.fromstring(xml_report.dumps(a_run(raised, undecided())))
    assert root.find("testsuite/testcase/error") is not None
    skipped = root.find("testsuite/testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "inconclusive: the forward pass is noisy"


def test_a_remark_fails_nothing_and_is_said() -> None:
    root = ElementTree.fromstring(xml_report.dumps(a_run(passing())))
    assert root.get("failures") == "0"
    assert "writes into dout" in "".join(e.text or "" for e in root.iter("system-out"))
