"""The overview: targets against contracts, a sign in each cell."""

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.model import Finding, Run, Severity, TargetResult, Verdict
from gradcheck.reporters.terminal.words import digits

#: Sign and class of a cell; the sign tells it without colour.
_PASS, _FAIL, _UNSURE, _REMARK, _SKIPPED = (
    "<td>✓",
    '<td class="f">✗',
    '<td class="u">?',
    ('<td class="r">!'),
    '<td class="s">·',
)
_OF_SEVERITY = {
    Severity.FAIL: _FAIL,
    Severity.INCONCLUSIVE: _UNSURE,
    Severity.REMARK: _REMARK,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One contract."""

    contract: str
    """Its id."""
    claim: str
    """What it demands, in words."""
    failed: int
    """How many targets break it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One target."""

    anchor: str
    """Where the page tells more."""
    module: str
    """The name up to its last part."""
    name: str
    """The last part."""
    verdict: Verdict
    """pass, fail or inconclusive."""
    remarks: bool
    """Whether there is something to say although it passes."""
    digits: str
    """Worst agreement."""
    cells: str
    """One cell a contract, as markup: nothing in it comes from outside."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """All of it."""

    columns: tuple[Column, ...]
    """Contracts that ran somewhere."""
    rows: tuple[Row, ...]
    """Targets, in the order of the run."""


def matrix(run: Run) -> Matrix:
    """Return the overview of a run."""
    columns = tuple(_columns(run))
    ids = [column.contract for column in columns]
    rows = []
    for i, result in enumerate(run.targets):
        module, _, name = result.target.rpartition(":")
        cells = "".join(_cells(result, ids))
        rows.append(
            Row(
                f"t{i}", module + ":" if module else "", name, result.verdict,
                bool(result.remarks), digits(result.digits), cells,
            )
        )  # fmt: skip
    return Matrix(columns, tuple(rows))


def _columns(run: Run) -> Iterator[Column]:
    """Yield the contracts that ran, or broke, anywhere; in the order of their first target."""
    claims: dict[str, str] = {}
    for result in run.targets:
        for each in result.contracts:
            if each.cases or each.verdict is not Verdict.PASS:
                claims.setdefault(each.contract, each.claim)
        for finding in result.findings:
            claims.setdefault(finding.contract, "")
    for contract, claim in claims.items():
        broken = sum(any(f.contract == contract for f in r.failures) for r in run.targets)
        yield Column(contract, claim, broken)


def _cells(result: TargetResult, ids: list[str]) -> Iterator[str]:
    ran = {each.contract for each in result.contracts if each.cases}
    for contract in ids:
        found = [f for f in result.findings if f.contract == contract]
        if found:
            yield _OF_SEVERITY[_gravest(found)]
        else:
            yield _PASS if contract in ran else _SKIPPED


def _gravest(findings: list[Finding]) -> Severity:
    order = list(_OF_SEVERITY)
    return min((f.severity for f in findings), key=order.index)
