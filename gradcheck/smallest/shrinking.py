"""Shrink a failing case: the smallest setting, then the simplest short decimals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.cases import Meter, build_case
from gradcheck.contracts import Contract
from gradcheck.errors import BudgetError, TargetError
from gradcheck.model import Case, Domain, Finding, Floats, Leaf, Setting, Target
from gradcheck.policy import Policy

from .given import case_of, failures

#: A case with more entries than this is not made simpler entry by entry.
_ENTRIES = 400
#: Looks at a contract that the shrinking of one case may cost.
_LOOKS = 150
_TENTHS = 20


def shrink(
    target: Target,
    settings: Sequence[Setting],
    contract: Contract,
    finding: Finding,
    seed: int,
    meter: Meter,
) -> Case | None:
    """Return the simplest case that fails for the same reason, None where none was found.

    Settings are tried from the smallest on; in the first one that fails with a finding of the
    same kind about the same tensor, Hypothesis looks for the simplest values. All looks are
    paid from `meter`; once it is spent the simplest case so far is returned.
    """
    search = _Search(target, contract, finding, meter)
    for setting in sorted(settings, key=_size):
        if 0 in {n for leaf in setting.leaves for n in leaf.shape} or _size(setting) > _ENTRIES:
            continue
        case = _failing(search, setting, seed)
        if case is not None:
            return _simplest(search, case)
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What is being shrunk."""

    target: Target
    contract: Contract
    finding: Finding
    meter: Meter

    def fails(self, case: Case) -> bool:
        """Whether a case fails for the same reason; no where nothing is left to find out."""
        policy = Policy(seed=case.seed)
        try:
            found = failures(case, self.contract, policy, self.meter)
        except BudgetError:
            return False
        wanted = self.finding
        return any(f.kind == wanted.kind and f.tensor == wanted.tensor for f in found)


def _size(setting: Setting) -> int:
    return sum(int(np.prod(leaf.shape)) for leaf in setting.leaves)


def _failing(search: _Search, setting: Setting, seed: int) -> Case | None:
    flavour = search.finding.case.rpartition("-")[2]
    for tried in dict.fromkeys(("generic", flavour)):
        try:
            case = build_case(search.target, setting, tried, seed, search.meter)
        except (TargetError, BudgetError, KeyError):
            continue
        if search.fails(case):
            return case
    return None


def _simplest(search: _Search, case: Case) -> Case:
    """Let Hypothesis draw short decimals for every real array, and shrink them."""
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    leaves = [leaf for leaf in case.setting.leaves if _is_free(leaf)]
    sizes = [int(np.prod(leaf.shape)) for leaf in leaves]
    outputs = [int(v.size) for v in case.upstream]
    tenths = st.integers(-_TENTHS, _TENTHS)
    total = sum(sizes) + sum(outputs)
    numbers = st.lists(tenths, min_size=total, max_size=total)

    answers: dict[tuple[int, ...], bool] = {}

    def fails(drawn: list[int]) -> bool:
        key = tuple(drawn)  # asked again, the answer stays: no call may be left by then
        if key not in answers:
            answers[key] = search.fails(_with(search.target, case, leaves, drawn))
        return answers[key]

    limits = settings(
        max_examples=_LOOKS,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return _with(search.target, case, leaves, find(numbers, fails, settings=limits))
    except NoSuchExample:
        return case


def _is_free(leaf: Leaf) -> bool:
    return leaf.domain is Domain.REAL and not leaf.frozen and leaf.differentiable


def _with(target: Target, case: Case, leaves: Sequence[Leaf], drawn: list[int]) -> Case:
    """Return the case with its real arrays and upstream gradients taken from drawn tenths."""
    numbers = iter(drawn)
    inputs = dict(case.inputs)
    for leaf in leaves:
        inputs[leaf.name] = _taken(numbers, leaf.shape).astype(leaf.dtype)
    upstream = tuple(_taken(numbers, v.shape) for v in case.upstream)
    return case_of(target, case.setting, inputs, upstream, case.seed)


def _taken(numbers: Iterator[int], shape: tuple[int, ...]) -> Floats:
    size = int(np.prod(shape))
    return np.asarray([next(numbers) / 10 for _ in range(size)]).reshape(shape)
