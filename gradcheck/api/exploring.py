"""Search many seeds of a maker for the simplest failure."""

from collections.abc import Iterator

from gradcheck.adapters import from_object
from gradcheck.model import Leaf, Run, Target, Verdict
from gradcheck.pipeline import run_targets
from gradcheck.policy import Policy

from .report import Report


def search(make: object, policy: Policy, tries: int) -> Report:
    """Return the report of the failing case with the fewest entries, or of the last one."""
    best: tuple[int, Run] | None = None
    run = Run((), policy.seed)
    for target, one in _tries(make, policy, tries):
        run = run_targets([target], one)
        size = _entries(target, one.seed)
        failed = run.targets[0].verdict is Verdict.FAIL
        if failed and (best is None or size < best[0]):
            best = (size, run)
    return Report(run if best is None else best[1])


def _tries(make: object, policy: Policy, tries: int) -> Iterator[tuple[Target, Policy]]:
    for seed in range(policy.seed, policy.seed + tries):
        yield from_object(make), Policy(seed, budget=policy.budget, strict=policy.strict)


def _entries(target: Target, seed: int) -> int:
    return sum(_size(leaf) for leaf in target.settings(seed)[0].leaves)


def _size(leaf: Leaf) -> int:
    size = 1
    for n in leaf.shape:
        size *= n
    return size
