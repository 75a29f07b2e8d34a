"""JUnit XML: a suite for each target and a test case for each contract, for CI servers.

There is no standard; what stands here is what Jenkins' junit-10.xsd allows, which GitLab, Azure
and CircleCI read too.
"""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from gradcheck.model import Finding, Run, Severity, TargetResult

from .drawing.svg import visible
from .grouping import grouped

#: Kinds of findings in which the target broke down instead of answering wrongly.
_BROKE = {"raised", "hung"}
_SEVERE = (Severity.FAIL, Severity.INCONCLUSIVE)


def dumps(run: Run) -> str:
    """Return the report as XML that every parser reads, whatever the names hold."""
    root = ElementTree.Element("testsuites", name="gradcheck", time=f"{run.seconds:.3f}")
    for result in run.targets:
        root.append(_suite(result))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(result: TargetResult) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=visible(result.target))
    suite.extend(_cases(result))
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for key, tag in counts.items():
        suite.set(key, str(sum(case.find(tag) is not None for case in suite)))
    suite.set("time", f"{result.cost.seconds:.3f}")
    return suite


def _cases(result: TargetResult) -> Iterator[ElementTree.Element]:
    """Yield a test case for each contract that applies; the first one carries the time."""
    ran = [each.contract for each in result.contracts if each.cases]
    named = dict.fromkeys([*ran, *(f.contract for f in result.findings)])
    for i, contract in enumerate(named or {"answer": None}):
        case = ElementTree.Element("testcase", name=visible(contract))
        case.set("classname", visible(result.target.replace("::", ".").replace(":", ".")))
        case.set("time", "0.000" if i else f"{result.cost.seconds:.3f}")
        _judge(case, result, [f for f in result.findings if f.contract == contract])
        yield case


def _judge(case: ElementTree.Element, result: TargetResult, found: Sequence[Finding]) -> None:
    """Add the gravest finding as the outcome and everything that is said as its text."""
    severe = [f for f in found if f.severity in _SEVERE]
    said = "\n\n".join(_told(result, f, others) for f, others in grouped(found))
    if not severe:
        if said:
            ElementTree.SubElement(case, "system-out").text = visible(said)
        return
    first = grouped(severe)[0][0]
    if first.severity is Severity.INCONCLUSIVE:
        ElementTree.SubElement(
            case, "skipped", message=visible(f"inconclusive: {first.message}")
        )
        ElementTree.SubElement(case, "system-out").text = visible(said)
        return
    tag = "error" if first.kind in _BROKE else "failure"
    outcome = ElementTree.SubElement(case, tag, message=visible(first.message))
    outcome.set("type", visible(first.kind))
    outcome.text = visible(said)


def _told(result: TargetResult, finding: Finding, others: int) -> str:
    """Return a finding as lines of plain text."""
    more = f" and in {others} more" if others else ""
    lines = [finding.message, f"case: {finding.case}{more}" if finding.case else ""]
    if result.source is not None:
        lines.append(f"at: {result.source.file}:{result.source.line}")
    lines.append(f"where: {finding.pattern}" if finding.pattern else "")
    lines += [f"why: {c.title} ({c.evidence}); {c.cure}" for c in finding.causes[:1]]
    lines.append(f"do: {finding.advice}" if finding.advice else "")
    lines.append(f"again: {finding.reproduce}" if finding.reproduce else "")
    return "\n".join(line for line in lines if line)
