"""``gradcheck run``: check targets and report."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.executing import add_running_arguments, run_of
from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.history import add_history_arguments, past_of
from gradcheck.cli.numbers import natural, positive
from gradcheck.cli.printing import add_printing_arguments, add_report_arguments, print_run
from gradcheck.cli.selection import Scope, add_target_arguments, scope_of, select
from gradcheck.cli.writing import files_of, write_reports, write_text
from gradcheck.errors import NothingToCheckError

if TYPE_CHECKING:
    from gradcheck.cli.writing import Files
    from gradcheck.model import Run
    from gradcheck.policy import Policy

HELP = "check targets: is the backward pass right, where is it wrong, and why"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_target_arguments(parser)
    add = parser.add_argument
    add("--seed", type=natural, help="seed of every random choice")
    add("--cases", type=positive, help="at most so many cases a target")
    add("--case", metavar="ID", help="only the case of this id, to see one finding again")
    add("--budget", type=positive, help="at most so many forward calls a target")
    add("--strict", action="store_true", help="remarks and inconclusive verdicts fail")
    add("-x", "--exitfirst", action="store_true", help="stop at the first failing target")
    add_printing_arguments(parser)
    add("--no-shrink", action="store_true", help="do not look for the smallest failing case")
    add("--write-repro", metavar="DIR", help="write a test file for each smallest case")
    add("--list", action="store_true", help="show the targets and stop")
    add_running_arguments(parser)
    add_history_arguments(parser)
    add_report_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Check the targets, print and write the reports, and return the exit code."""
    if arguments.list:
        from gradcheck.cli.commands.list import show

        show(select(arguments))
        return Exit.PASSED
    scope = scope_of(arguments)
    _files(arguments, scope)  # refuse a format before anything is judged
    policy = _policy(arguments, scope)
    with past_of(arguments, scope.config, policy) as past:
        run = run_of(arguments, scope, policy, past)
        _demand_case(run, arguments.case)
        return _ended(run, arguments, scope)


def _ended(run: "Run", arguments: argparse.Namespace, scope: Scope) -> int:
    """Write, print, and return the exit code."""
    # Files first: a reader of the text may go away, as `| head` does.
    files = _files(arguments, scope)
    written = (write_reports(run, files), _write_tests(run, arguments.write_repro))
    print_run(run, arguments)
    code = exit_of(run, strict=arguments.strict or scope.config.strict)
    # A report that cannot be written must not hide that a gradient is wrong.
    return Exit.USAGE if code is Exit.PASSED and not all(written) else code


def _policy(arguments: argparse.Namespace, scope: Scope) -> "Policy":
    from gradcheck.policy import Policy

    config = scope.config
    return Policy(
        seed=config.seed if arguments.seed is None else arguments.seed,
        cases=arguments.cases or config.cases,
        budget=arguments.budget or config.budget,
        strict=arguments.strict or config.strict,
        case=arguments.case,
        shrink=not arguments.no_shrink,
    )


def _demand_case(run: "Run", case: str | None) -> None:
    """Refuse the id of a case that no target has: nothing looked at is nothing proved."""
    if not case or run.interrupted:
        return
    if not any(result.cases or result.findings for result in run.targets):
        raise NothingToCheckError(
            f"no target has a case {case!r}; give an id as a report prints it"
        )


def _files(arguments: argparse.Namespace, scope: Scope) -> "Files":
    """Return the report files that are asked for, and refuse what has no format at once."""
    from gradcheck.reporters import json_report

    named = [Path(name) for name in arguments.report]
    if not arguments.targets:
        named += [scope.config.root / name for name in scope.config.report]
    files = files_of(named)
    asked = arguments.json not in (None, "-")  # JSON whatever the suffix
    return [*files, (Path(arguments.json), json_report)] if asked else files


def _write_tests(run: "Run", folder: str | None) -> bool:
    """Write each smallest case as a test file, named after target and contract."""
    named = {
        f"test_{_file_name(result.target, finding.contract)}.py": finding.test
        for result in run.targets
        for finding in result.failures
        if finding.test
    }
    return folder is None or all(write_text(Path(folder) / n, t) for n, t in named.items())


def _file_name(target: str, contract: str) -> str:
    return re.sub(r"\W+", "_", f"{target}_{contract}").strip("_").lower()
