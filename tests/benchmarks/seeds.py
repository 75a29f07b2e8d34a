"""Many seeds of the default run on right layers: not one alarm, and how much was compared.

    PYTHONPATH=. python tests/benchmarks/seeds.py [SEEDS] [FIRST]

Prints every finding that makes a right layer fail or leaves it undecided. Exit code 1 where a
right layer was accused.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from gradcheck.discovery import find
from gradcheck.model import Severity, TargetResult
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

SUBJECT = "nn"


@dataclass
class Tally:
    """What all seeds together showed."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """Targets by verdict."""
    compared: int = 0
    """Tensors whose gradient was compared, over cases."""
    contracts: int = 0
    """Claims examined, over cases."""
    calls: int = 0
    """Forward calls."""

    def add(self, seed: int, result: TargetResult) -> None:
        """Count one target and say what is wrong with it."""
        self.verdicts[result.verdict.value] += 1
        self.compared += len(result.agreements)
        self.contracts += sum(contract.cases for contract in result.contracts)
        self.calls += result.cost.forward
        for finding in result.findings:
            if finding.severity is not Severity.REMARK:
                where = f"seed {seed} {result.target} {finding.case} {finding.contract}"
                say(f"{finding.severity.value}: {where}: {finding.message}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(seeds: int = 100, first: int = 0) -> int:
    """Run the seeds and print the tally; 1 where anything failed."""
    targets, tally, start = find([SUBJECT]).targets, Tally(), time.perf_counter()
    for seed in range(first, first + seeds):
        for target in targets:
            tally.add(seed, check_target(target, Policy(seed=seed, shrink=False)))
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in tally.verdicts.items())
    say(f"{seeds} seeds, {len(targets)} targets: {verdicts}")
    say(f"{tally.compared} gradients compared, {tally.contracts} claims examined")
    say(f"{tally.calls} forward calls, {time.perf_counter() - start:.0f} s")
    return int(tally.verdicts["fail"] > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
