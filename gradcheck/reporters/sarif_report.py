"""SARIF 2.1.0: findings with file and line, for code-scanning pages."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import quote

from gradcheck.model import Finding, Run, Severity, TargetResult

from .codec import Json
from .drawing.svg import visible
from .grouping import grouped

_LEVELS = {
    Severity.FAIL: "error",
    Severity.INCONCLUSIVE: "warning",
    Severity.REMARK: "note",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def dumps(run: Run) -> str:
    """Return the report: a rule for each broken contract, a result for each finding."""
    rules = _rules(run)
    places = {contract: i for i, contract in enumerate(rules)}
    driver: dict[str, Json] = {
        "name": "gradcheck",
        "semanticVersion": run.environment.get("gradcheck", "0.0.0"),
        "rules": [_rule(contract, claim) for contract, claim in rules.items()],
    }
    results: list[Json] = [
        _result(result, finding, places[finding.contract])
        for result in run.targets
        for finding, _ in grouped(result.findings)
    ]
    invocation: Json = {"executionSuccessful": not run.interrupted}
    report: Json = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "invocations": [invocation], "results": results}],
    }
    return json.dumps(_shown(report), indent=1, allow_nan=False) + "\n"


def _shown(value: Json) -> Json:
    """Spell out what cannot be seen in every text: many readers refuse half characters."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value


def _rules(run: Run) -> dict[str, str]:
    """Return the contracts that have findings, with their claims."""
    broken = dict.fromkeys((f.contract for r in run.targets for f in r.findings), "")
    for result in run.targets:
        for each in result.contracts:
            if each.contract in broken:
                broken[each.contract] = each.claim
    return broken


def _rule(contract: str, claim: str) -> Json:
    text = claim or f"The contract {contract} is kept."
    return {
        "id": contract,
        "name": contract.title().replace("-", ""),
        "shortDescription": {"text": text},
        "help": {"text": text},
    }


def _result(result: TargetResult, finding: Finding, rule: int) -> Json:
    key = f"{result.target}\0{finding.contract}\0{finding.kind}\0{finding.tensor}"
    return {
        "ruleId": finding.contract,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join(_said(result, finding))},
        "locations": [_location(result)],
        "partialFingerprints": {"gradcheck/v1": _fingerprint(key)},
    }


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _location(result: TargetResult) -> Json:
    named: Json = [{"fullyQualifiedName": result.target, "kind": "type"}]
    if result.source is None:
        return {"logicalLocations": named}
    place: Json = {
        "artifactLocation": {"uri": _uri(result.source.file)},
        "region": {"startLine": max(1, result.source.line)},
    }
    return {"physicalLocation": place, "logicalLocations": named}


def _uri(file: str) -> str:
    """Return a path as a relative address, or as a file's where it is absolute."""
    try:
        file.encode("utf-8", "surrogateescape")  # bytes of a name that are no text
    except UnicodeEncodeError:
        file = visible(file)
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix(), errors="surrogateescape")


def _said(result: TargetResult, finding: Finding) -> Iterator[str]:
    yield f"{result.target}: {finding.message or finding.kind}"
    for cause in finding.causes[:1]:
        yield f"Why: {cause.title} ({cause.evidence}). Cure: {cause.cure}."
    if finding.reproduce:
        yield f"Again: {finding.reproduce}"
