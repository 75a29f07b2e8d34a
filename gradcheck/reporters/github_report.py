"""Annotations of a pull request: workflow commands that GitHub reads from a job's output.

``gradcheck run --annotate`` prints them, ``--report annotations.github`` keeps them.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from gradcheck.model import Finding, Run, Severity, TargetResult

from .drawing.svg import visible
from .grouping import grouped

#: GitHub shows ten annotations of a kind in a step and drops the rest without a word.
_SHOWN = 9
_LEVELS = {
    Severity.FAIL: "error",
    Severity.INCONCLUSIVE: "warning",
    Severity.REMARK: "notice",
}
_LONGEST = 1_500


def dumps(run: Run) -> str:
    """Return one line a finding, with files as the run names them."""
    return annotations(run)


def annotations(run: Run, folder: str = "") -> str:
    """Return one line a finding, and one that counts what GitHub would not show.

    Parameters
    ----------
    folder
        Where the run took place, seen from the top of the repository: GitHub knows files from
        there.
    """
    lines = []
    for severity, level in _LEVELS.items():
        found = [
            (result, finding)
            for result in run.targets
            for finding, _ in grouped(result.findings)
            if finding.severity is severity
        ]
        lines += [_command(level, *row, folder) for row in found[:_SHOWN]]
        if len(found) > _SHOWN:
            more = f"and {len(found) - _SHOWN} more, which the report tells"
            lines.append(f"::{level} title=gradcheck::{more}")
    return "".join(f"{line}\n" for line in lines)


def _command(level: str, result: TargetResult, finding: Finding, folder: str) -> str:
    properties = {"title": f"{result.target}: {finding.contract}"}
    if result.source is not None:
        # An absolute path stays as it is.
        file = str(PurePosixPath(folder) / result.source.file)
        properties |= {"file": file, "line": str(result.source.line)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = "\n".join(_said(finding))
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
    return f"::{level} {listed}::{_data(cut)}"


def _said(finding: Finding) -> Iterator[str]:
    yield finding.message
    for cause in finding.causes[:1]:
        yield f"why: {cause.title} ({cause.evidence})"
        yield f"cure: {cause.cure}"
    if finding.reproduce:
        yield f"again: {finding.reproduce}"


def _data(text: str) -> str:
    """Return text that cannot end the command: a line break would start another one."""
    shown = visible(text).replace("%", "%25").replace("\r", "%0D")
    return shown.replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text[:_LONGEST]).replace(":", "%3A").replace(",", "%2C")
