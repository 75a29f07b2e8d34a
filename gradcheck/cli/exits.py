"""Exit codes, as pytest has them."""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.model import Run


class Exit(IntEnum):
    """What a run ended with."""

    PASSED = 0
    FAILED = 1
    INTERRUPTED = 2
    OUR_FAULT = 3
    USAGE = 4
    NOTHING = 5


EPILOG = """exit codes:
  0  all targets passed (inconclusive ones are said loudly; 1 under --strict)
  1  a target failed
  2  interrupted; what was done is reported
  3  a fault of gradcheck itself
  4  wrong usage: an option, a target or a configuration key
  5  nothing to check
"""


def exit_of(run: "Run", *, strict: bool) -> Exit:
    """Return what a run ends with, as far as its results decide that."""
    from gradcheck.model import Verdict

    if run.interrupted:
        return Exit.INTERRUPTED
    if any(f.kind == "checker-fault" for each in run.targets for f in each.findings):
        return Exit.OUR_FAULT
    counts = run.counts
    failed = counts[Verdict.FAIL] + (counts[Verdict.INCONCLUSIVE] if strict else 0)
    return Exit.FAILED if failed else Exit.PASSED
