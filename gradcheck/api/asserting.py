"""Assert in a test that gradients are right."""

import numpy.typing as npt

from gradcheck.model import Verdict

from .checking import check
from .report import Report


def assert_gradients(
    target: object,
    *arrays: npt.ArrayLike,
    seed: int = 0,
    budget: int | None = None,
    strict: bool = False,
    explore: int = 0,
) -> Report:
    """Check like `check`, and raise AssertionError with the whole story where it fails.

    Raises
    ------
    AssertionError
        Where the verdict is a failure, or inconclusive under `strict`.
    """
    __tracebackhide__ = True
    report = check(target, *arrays, seed=seed, budget=budget, strict=strict, explore=explore)
    failed = report.result.verdict is Verdict.FAIL
    if failed or (strict and report.result.verdict is Verdict.INCONCLUSIVE):
        raise AssertionError(f"\n{report}")
    return report
