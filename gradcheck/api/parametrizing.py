"""Checks as tests: one pytest item for each target, contract and case."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcheck.cases import case_ids
from gradcheck.contracts import all_contracts
from gradcheck.discovery import find
from gradcheck.errors import NothingToCheckError, TargetError, UsageError
from gradcheck.model import Target
from gradcheck.pipeline import run_targets
from gradcheck.policy import Policy

from .report import Report

if TYPE_CHECKING:
    import pytest

#: The flavour that is not said in an id.
_PLAIN = "-generic"


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """One contract on one case of one target, to be looked at later."""

    target: Target
    """What is checked."""
    contract: str
    """Id of the contract."""
    case: str
    """Id of the case; empty for a target that cannot be built, which then says why."""
    seed: int = 0
    """Seed that the case is drawn by."""

    def check(self, budget: int | None = None) -> Report:
        """Look, and return the report."""
        policy = Policy(
            seed=self.seed, budget=budget, contracts=(self.contract,), case=self.case or None
        )
        return Report(run_targets([self.target], policy))

    def skipped(self, report: Report) -> str:
        """Return why the contract has nothing to say of this case; empty where it had."""
        if report.result.findings:
            return ""
        return next(c.skipped for c in report.result.contracts if c.contract == self.contract)


def parametrize(
    *specs: str, contracts: Collection[str] = (), seed: int = 0
) -> "pytest.MarkDecorator":
    """Return a decorator that runs a test once for each target, contract and case.

    The test takes the fixture ``gradcheck`` and calls it without arguments::

        @gradcheck.parametrize("mypackage.layers")
        def test_layers(gradcheck):
            gradcheck()

    Ids read ``Affine-gradient[N=3,D=5]``, so that ``-k "Affine and gradient"`` selects.

    Parameters
    ----------
    specs
        ``pkg.module``, ``pkg.module:Name``, ``file.py``, ``folder`` or ``file.py::Name``; paths
        start from the folder that pytest is started in.
    contracts
        Ids of the contracts to run, as reports show them; all where none is given.
    seed
        Seed of every case.

    Raises
    ------
    UsageError
        Where a spec or a contract is unknown.
    NothingToCheckError
        Where the specs hold no target.
    """
    import pytest  # only tests need it

    known = [contract.id for contract in all_contracts()]
    unknown = set(contracts) - set(known)
    if unknown:
        raise UsageError(f"there is no contract {min(unknown)!r}; there are {', '.join(known)}")
    targets = find(specs).targets
    if not targets:
        raise NothingToCheckError(f"no target in {', '.join(specs)}")
    names = _short([target.name for target in targets])
    chosen = [name for name in known if not contracts or name in contracts]
    rows = [
        pytest.param(each, id=_id(names[each.target.name], each))
        for target in targets
        for each in _planned(target, chosen, seed)
    ]
    return pytest.mark.parametrize("gradcheck", rows, indirect=True)


def _planned(target: Target, contracts: Collection[str], seed: int) -> Iterator[Planned]:
    try:
        settings = target.settings(seed)
    except TargetError:
        yield Planned(target, "answer", "", seed)
        return
    for contract in contracts:
        for setting, flavour in case_ids(settings):
            yield Planned(target, contract, f"{setting.label}-{flavour}", seed)


def _id(name: str, planned: Planned) -> str:
    return f"{name}-{planned.contract}[{planned.case.removesuffix(_PLAIN)}]"


def _short(names: Collection[str]) -> dict[str, str]:
    """Return the last part of each name, and the whole where two would be called alike."""
    last = {name: name.rpartition(":")[2] for name in names}
    count = Counter(last.values())
    return {name: short if count[short] == 1 else name for name, short in last.items()}
