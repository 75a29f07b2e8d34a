"""Findings that say the same of different cases, told once."""

from collections.abc import Sequence

from gradcheck.model import Finding, Severity


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Return each different finding with the number of other cases that show it too.

    The gravest ones come first. Findings are alike where contract, kind, tensor and first cause
    are.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    order = list(Severity)
    for finding in sorted(findings, key=lambda f: order.index(f.severity)):
        cause = finding.causes[0].cause if finding.causes else ""
        key = (finding.severity, finding.contract, finding.kind, finding.tensor, cause)
        groups.setdefault(key, []).append(finding)
    return [(found[0], len({f.case for f in found}) - 1) for found in groups.values()]
