"""The one module that knows all stages: settings, cases, contracts, results."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.adapters import kept_generators
from gradcheck.cases import Meter, build_case, case_ids, keep_freed_memory, quiet
from gradcheck.contracts import Contract, Outcome, all_contracts
from gradcheck.diagnosis import Standing
from gradcheck.environment import environment
from gradcheck.errors import BudgetError, EndedError, TargetError
from gradcheck.evidence import Exam
from gradcheck.explanation import locate, with_causes
from gradcheck.graph import unfolded_graph
from gradcheck.model import (
    Agreement,
    ContractResult,
    Finding,
    LeftOut,
    Run,
    Setting,
    Severity,
    Target,
    TargetResult,
    verdict_of,
)
from gradcheck.policy import Policy
from gradcheck.reproduce import finding_command
from gradcheck.smallest import with_smallest
from gradcheck.summary import agreement


def run_targets(targets: Sequence[Target], policy: Policy) -> Run:
    """Check every target and return the run; an interrupt ends it with the results so far."""
    start, interrupted = time.perf_counter(), False
    results: list[TargetResult] = []
    try:
        for target in targets:
            results.append(check_target(target, policy))
    except KeyboardInterrupt:
        interrupted = True
    seconds = time.perf_counter() - start
    return recorded(tuple(results), policy, seconds=seconds, interrupted=interrupted)


def recorded(
    results: Sequence[TargetResult],
    policy: Policy,
    *,
    seconds: float,
    interrupted: bool = False,
    left_out: tuple[LeftOut, ...] = (),
) -> Run:
    """Return results as a run, with what they depend on."""
    return Run(
        targets=results,
        seed=policy.seed,
        policy=policy.to_dict(),
        environment=environment(),
        left_out=left_out,
        seconds=seconds,
        interrupted=interrupted,
    )


def check_target(target: Target, policy: Policy) -> TargetResult:
    """Return everything that the contracts say of one target."""
    start = time.perf_counter()
    keep_freed_memory()
    sheet = _Sheet(target, policy)
    for convention in target.facts.conventions:
        sheet.blame(_convention(policy, convention))
    with quiet(), kept_generators():
        try:
            for setting, flavour in _planned(sheet):
                _check_case(sheet, setting, flavour)
        except EndedError as error:
            sheet.ended(error)
        return sheet.result(start)


@dataclass(slots=True)
class _Sheet:
    """Results of one target while its cases are examined."""

    target: Target
    policy: Policy
    cases: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    ran: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    spent: str = ""
    settings: Sequence[Setting] = ()
    exams: dict[str, Exam] = field(default_factory=dict)
    meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self.meter = Meter(self.policy.budget)

    def add(self, contract: Contract, case: str, outcome: Outcome) -> None:
        """Take over what one contract saw on one case."""
        self.ran[contract.id] = self.ran.get(contract.id, 0) + 1
        for finding in outcome.findings:
            self.blame(replace(finding, contract=contract.id))
        self.agreements += [agreement(case, examined) for examined in outcome.comparisons]
        self.notes.update(dict.fromkeys(f"{case}: {note}" for note in outcome.notes))

    def blame(self, finding: Finding) -> None:
        """Add a finding with the command that shows it again."""
        command = finding_command(self.target.name, finding, self.policy.seed)
        self.findings.append(replace(finding, reproduce=command if finding.case else ""))

    def undecided(self, case: str, error: BudgetError) -> None:
        """Note what the budget left undecided.

        A target none of whose gradients could be compared is inconclusive.
        """
        self.notes[f"{case}: {error}"] = None
        self.spent = str(error)

    def ended(self, error: EndedError) -> None:
        """Blame what ends all work on the target; nothing of it is explained any more."""
        severity = self.policy.severity(error.kind)
        self.blame(Finding("answer", error.kind, severity, error.message))
        self.exams.clear()
        self.settings = ()

    def _unresolved(self) -> tuple[Finding, ...]:
        if not self.spent or self.agreements:
            return ()
        severity = self.policy.severity("unresolved")
        advice = "grant more forward calls with --budget"
        return (Finding("gradient", "unresolved", severity, self.spent, advice=advice),)

    def result(self, start: float) -> TargetResult:
        """Return the finished record of a target that was begun at `start`."""
        judged = self.meter.spent.forward
        findings = (*self._explained(), *self._unresolved())
        spent = self.meter.spent
        cost = replace(
            spent,
            forward=judged,
            explaining=spent.forward - judged,
            seconds=time.perf_counter() - start,
        )
        return TargetResult(
            target=self.target.name,
            verdict=verdict_of(f.severity for f in findings),
            convention=self.target.convention,
            signature=self.target.signature,
            source=self.target.source,
            cases=tuple(self.cases),
            contracts=tuple(self._contracts(findings)),
            findings=findings,
            agreements=tuple(self.agreements),
            cost=cost,
            notes=tuple(self.notes),
            graph=unfolded_graph(self.target, self.policy.seed) if self.cases else None,
        )

    def _explained(self) -> tuple[Finding, ...]:
        broken = [f for f in self.findings if f.severity is Severity.FAIL]
        values = [f for f in broken if f.kind != "batch"]  # that one cuts batches up itself
        failed = {f.case for f in values or broken}
        standing = Standing(
            passed=tuple(case for case in self.cases if case not in failed),
            failed=tuple(case for case in self.cases if case in failed),
        )
        explained = with_causes(self.target, self.settings, self.exams, self.findings, standing)
        if not self.policy.shrink:
            return explained
        return with_smallest(
            self.target, self.settings, explained, self.policy.seed, self.meter
        )

    def _contracts(self, findings: Sequence[Finding]) -> Iterator[ContractResult]:
        for contract in all_contracts():
            own = [f.severity for f in findings if f.contract == contract.id]
            ran = self.ran.get(contract.id, 0)
            skipped = "" if ran else self.skipped.get(contract.id, "no case was built")
            yield ContractResult(contract.id, contract.claim, verdict_of(own), ran, skipped)


def _planned(sheet: _Sheet) -> Iterable[tuple[Setting, str]]:
    """Return the settings and flavours to examine; what cannot be built is a finding."""
    target, policy = sheet.target, sheet.policy
    try:
        settings = target.settings(policy.seed)
    except TargetError as error:
        sheet.blame(_raised(policy, "answer", "", error))
        return ()
    sheet.settings = settings
    sheet.notes.update(dict.fromkeys(note for s in settings for note in s.notes))
    pairs = [(s, f) for s, f in case_ids(settings) if policy.selects(f"{s.label}-{f}")]
    return pairs[: policy.cases]


def _check_case(sheet: _Sheet, setting: Setting, flavour: str) -> None:
    case_id = f"{setting.label}-{flavour}"
    sheet.cases.append(case_id)
    try:
        case = build_case(sheet.target, setting, flavour, sheet.policy.seed, sheet.meter)
        exam = Exam(case, sheet.policy, sheet.meter)
        exam.claim  # noqa: B018 - a target that raises is one finding and not one a contract
    except TargetError as error:
        sheet.blame(_refused(sheet.policy, setting, case_id, error))
        return
    except BudgetError as error:
        sheet.undecided(case_id, error)
        return
    for contract in all_contracts():
        _examine(sheet, contract, exam)
    if any(finding.case == case_id for finding in sheet.findings):
        sheet.exams[case_id] = exam


def _examine(sheet: _Sheet, contract: Contract, exam: Exam) -> None:
    policy, case_id = sheet.policy, exam.case.id
    if policy.contracts and contract.id not in policy.contracts:
        sheet.skipped[contract.id] = "not selected"
        return
    try:
        reason = contract.applies(exam)
        if reason:
            sheet.skipped[contract.id] = reason
            return
        sheet.add(contract, case_id, locate(exam, contract.examine(exam)))
    except TargetError as error:
        sheet.ran[contract.id] = sheet.ran.get(contract.id, 0) + 1
        sheet.blame(_raised(policy, contract.id, case_id, error))
    except BudgetError as error:
        sheet.undecided(case_id, error)


def _convention(policy: Policy, said: str) -> Finding:
    """A convention is no error: it is named, and a failure under --strict only."""
    return Finding("convention", "convention", policy.severity("convention"), said)


def _raised(policy: Policy, contract: str, case: str, error: TargetError) -> Finding:
    return Finding(contract, error.kind, policy.severity(error.kind), error.message, case)


def _refused(policy: Policy, setting: Setting, case: str, error: TargetError) -> Finding:
    """A refused empty batch is a matter of taste; anything else that raises is a fault."""
    empty = any(0 in leaf.shape for leaf in setting.leaves)
    kind = "empty-refused" if empty else error.kind
    return Finding("answer", kind, policy.severity(kind), error.message, case)
