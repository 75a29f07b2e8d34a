"""Attach the smallest case to the first failure of a target."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.cases import Meter
from gradcheck.contracts import all_contracts
from gradcheck.model import Array, Case, Finding, Setting, Severity, Target

from .shrinking import shrink
from .source import as_test


def with_smallest(
    target: Target,
    settings: Sequence[Setting],
    findings: Sequence[Finding],
    seed: int,
    meter: Meter,
) -> tuple[Finding, ...]:
    """Return the findings, the first failure that can be shrunk with its smallest case.

    Where `meter` allows no further call the search ends with the simplest case so far.
    """
    contracts = {one.id: one for one in all_contracts()}
    for i, finding in enumerate(findings):
        contract = contracts.get(finding.contract)
        if finding.severity is not Severity.FAIL or contract is None or not finding.tensor:
            continue
        case = shrink(target, settings, contract, finding, seed, meter)
        if case is None:
            return tuple(findings)
        told = replace(finding, smallest=in_words(case), test=as_test(case, finding))
        return (*findings[:i], told, *findings[i + 1 :])
    return tuple(findings)


def in_words(case: Case) -> str:
    """Return a case as arrays that can be read aloud and typed."""
    several = len(case.upstream) > 1
    names = [f"dout{i}" if several else "dout" for i in range(len(case.upstream))]
    arrays = [*case.inputs.items(), *zip(names, case.upstream, strict=True)]
    return "\n".join(f"{name} = {_short(name, x)}" for name, x in arrays)


def _short(name: str, x: Array) -> str:
    prefix = f"{name} = "
    return np.array2string(x, separator=", ", max_line_width=88, threshold=40, prefix=prefix)
