"""Many seeds of the default run on right layers: not one alarm, and how much was compared.

    PYTHONPATH=. python tests/benchmarks/seeds.py LOG [--seeds 100] [--first 0] [--workers 2]
    PYTHONPATH=. python tests/benchmarks/seeds.py LOG --write

LOG takes a line for each seed: what was drawn (the cases of every target; seed, target and case
rebuild every number), what was compared, and every finding that makes a right layer fail or
leaves it undecided. Seeds that it holds are not run again, so that a series can be interrupted.
``--write`` writes the page of the series. Exit code 1 where a right layer was accused.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gradcheck.discovery import find
from gradcheck.model import Severity, TargetResult
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

SUBJECTS = ("nn.layers", "nn.losses", "nn.examples")
PAGE = Path("reports/sample/seeds.md")
#: More targets than these could fail by chance without being seen: rule of three, at 95 %.
_RULE = 3


def checked(seed: int) -> dict[str, Any]:
    """Return the line of one seed."""
    from threadpoolctl import threadpool_limits

    policy = Policy(seed=seed)
    with threadpool_limits(1):
        results = [check_target(target, policy) for target in find(SUBJECTS).targets]
    return {
        "seed": seed,
        "drawn": {result.target: result.cases for result in results},
        "targets": len(results),
        "passed": sum(result.verdict.value == "pass" for result in results),
        "compared": sum(len(result.agreements) for result in results),
        "claims": sum(c.cases for result in results for c in result.contracts),
        "calls": sum(result.cost.forward for result in results),
        "alarms": [alarm for result in results for alarm in _alarms(result)],
    }


def _alarms(result: TargetResult) -> Iterator[dict[str, str]]:
    for finding in result.findings:
        if finding.severity is not Severity.REMARK:
            yield {
                "severity": finding.severity.value,
                "id": f"{result.target}#{finding.case}#{finding.contract}",
                "said": finding.message,
            }


def lines(log: Path) -> list[dict[str, Any]]:
    """Return the seeds that the log holds, each once, in their order."""
    if not log.exists():
        return []
    found = {line["seed"]: line for line in map(json.loads, log.read_text().splitlines())}
    return [found[seed] for seed in sorted(found)]


def run(log: Path, seeds: range, workers: int) -> None:
    """Run the seeds that the log does not hold."""
    done = {line["seed"] for line in lines(log)}
    waiting = [seed for seed in seeds if seed not in done]
    with (
        ProcessPoolExecutor(workers, get_context("spawn")) as pool,
        log.open("a", encoding="utf-8") as file,
    ):
        for line in pool.map(checked, waiting):
            file.write(json.dumps(line) + "\n")
            file.flush()
            for alarm in line["alarms"]:
                sys.stderr.write(f"seed {line['seed']}: {alarm}\n")


def page(found: list[dict[str, Any]]) -> str:
    """Return the page of a series."""
    sums = {key: sum(line[key] for line in found) for key in _COUNTED}
    alarms = [(line["seed"], alarm) for line in found for alarm in line["alarms"]]
    failed = [alarm for _, alarm in alarms if alarm["severity"] == "fail"]
    bound = _RULE / sums["targets"] if not failed else float("nan")
    rows = "".join(f"| {name} | {sums[key]:,} |\n" for key, name in _COUNTED.items())
    named = "".join(_row(seed, alarm) for seed, alarm in alarms) or "None.\n"
    return _TEXT.format(
        seeds=len(found),
        first=found[0]["seed"],
        last=found[-1]["seed"],
        rows=rows,
        failed=len(failed),
        unsure=len(alarms) - len(failed),
        bound=f"{bound:.1e}",
        named=named,
    )


def _row(seed: int, alarm: Mapping[str, str]) -> str:
    return f"- {alarm['severity']}: `{alarm['id']}#{seed}`: {alarm['said']}\n"


_COUNTED = {
    "targets": "targets judged",
    "passed": "of them passed",
    "compared": "gradients compared",
    "claims": "claims examined",
    "calls": "forward calls",
}
_TEXT = """# Right layers under many seeds

Every random choice of a run is drawn from its seed, the target's name and the case. The default
run on the right layers of `nn` was made with {seeds} seeds, {first} to {last}:

| | |
|---|--:|
{rows}| **right layers accused** | **{failed}** |
| right layers left undecided | {unsure} |

With none accused, a false alarm is rarer than {bound} for one target and one seed (at 95 %).

To repeat it: `PYTHONPATH=. python tests/benchmarks/seeds.py LOG`, with `--first {first}` and
`--seeds {seeds}`, then with `--write`. The log names the cases that were drawn for every
target under every seed.

## Alarms

{named}"""


def main() -> int:
    """Run or write, as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.write:
        PAGE.write_text(page(lines(asked.log)), encoding="utf-8")
    else:
        run(asked.log, range(asked.first, asked.first + asked.seeds), asked.workers)
    alarms = [alarm for line in lines(asked.log) for alarm in line["alarms"]]
    return int(any(alarm["severity"] == "fail" for alarm in alarms))


if __name__ == "__main__":
    sys.exit(main())
