"""Run one contract on given arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gradcheck.cases import Meter, quiet
from gradcheck.contracts import Contract, all_contracts
from gradcheck.errors import TargetError, UsageError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Arrays, Case, Finding, Outputs, Setting, Severity, Target
from gradcheck.policy import Policy


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A case in arrays instead of a seed."""

    setting: str
    """Label of the setting that builds the target."""
    inputs: Mapping[str, npt.ArrayLike]
    """Every input array by name."""
    upstream: Sequence[npt.ArrayLike]
    """One upstream gradient for each output."""


def replay(target: Target, contract: str, given: Given, *, seed: int = 0) -> list[Finding]:
    """Return what fails when one contract looks at given arrays; empty once it is mended.

    Raises
    ------
    UsageError
        Where the target has no such setting or there is no such contract.
    """
    settings = {setting.label: setting for setting in target.settings(seed)}
    contracts = {one.id: one for one in all_contracts()}
    for word, name, known in (
        ("setting", given.setting, settings),
        ("contract", contract, contracts),
    ):
        if name not in known:
            raise UsageError(f"there is no {word} {name!r}; there are {', '.join(known)}")
    setting = settings[given.setting]
    case = case_of(
        target, setting, _typed(setting, given.inputs), _arrays(given.upstream), seed
    )
    return failures(case, contracts[contract], Policy(seed=seed))


def case_of(
    target: Target, setting: Setting, inputs: Arrays, upstream: Outputs, seed: int
) -> Case:
    """Return a case that holds the given arrays."""
    return Case(
        target=target.name,
        id=f"{setting.label}-given",
        seed=seed,
        flavour="generic",
        setting=setting,
        facts=target.facts,
        inputs=inputs,
        upstream=upstream,
    )


def failures(
    case: Case, contract: Contract, policy: Policy, meter: Meter | None = None
) -> list[Finding]:
    """Return the failures of one contract on one case; a target that raises is one."""
    exam = Exam(case, policy, meter)
    try:
        with quiet():
            if contract.applies(exam):
                return []
            findings = contract.examine(exam).findings
    except TargetError as error:
        severity = policy.severity(error.kind)
        return [Finding(contract.id, error.kind, severity, error.message, case.id)]
    failed = [f for f in findings if f.severity is Severity.FAIL]
    return [replace(f, contract=contract.id) for f in failed]


def _typed(setting: Setting, inputs: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    return {
        leaf.name: np.asarray(inputs[leaf.name], dtype=leaf.dtype) for leaf in setting.leaves
    }


def _arrays(values: Sequence[npt.ArrayLike]) -> Outputs:
    return tuple(np.asarray(value, dtype=np.float64) for value in values)
