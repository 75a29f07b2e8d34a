"""``gradcheck repro``: run one finding again."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit
from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.model import Run

HELP = "run one finding again, by the id that a report gives it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("id", metavar="ID", help="TARGET#CASE#CONTRACT#SEED, from a report")


def execute(arguments: argparse.Namespace) -> int:
    """Check just that case by just that contract and print what comes of it."""
    from threadpoolctl import threadpool_limits

    from gradcheck.cli.streams import console_for, look_for, stdout
    from gradcheck.config import read_config
    from gradcheck.discovery import find
    from gradcheck.model import Verdict
    from gradcheck.pipeline import run_targets
    from gradcheck.policy import Policy
    from gradcheck.reporters import terminal
    from gradcheck.reproduce import parse_id

    one = parse_id(arguments.id)
    root = Path.cwd() if ".py" in one.target else read_config(Path.cwd()).root
    found = find([one.target], root=root)
    policy = Policy(seed=one.seed, case=one.case, contracts=(one.contract,), shrink=True)
    with threadpool_limits(1):
        run = run_targets(found.targets, policy)
    if not _looked(run, one.contract):
        raise UsageError(f"{one.target} has no case {one.case!r} for contract {one.contract!r}")
    console = console_for(stdout())
    terminal.show(run, console, look_for(console, 0))
    if run.interrupted:
        return Exit.INTERRUPTED
    return Exit.FAILED if run.counts[Verdict.FAIL] else Exit.PASSED


def _looked(run: "Run", contract: str) -> bool:
    """Return whether anything was looked at: an id that names nothing must not pass."""
    ran = (c.cases for r in run.targets for c in r.contracts if c.contract == contract)
    return run.interrupted or any(ran) or any(r.findings for r in run.targets)
