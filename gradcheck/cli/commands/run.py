"""``gradcheck run``: check targets and report."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.executing import add_running_arguments
from gradcheck.cli.exits import Exit
from gradcheck.cli.numbers import natural, positive
from gradcheck.cli.selection import Scope, add_target_arguments, scope_of, select
from gradcheck.cli.writing import annotations, files_of, write_reports, write_text
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
    add("-q", "--quiet", action="store_true", help="one line a failure and a summary")
    add(
        "-v",
        "--verbose",
        action="store_true",
        help="plans, guesses and contracts too",
    )
    add("--no-shrink", action="store_true", help="do not look for the smallest failing case")
    add("--write-repro", metavar="DIR", help="write a test file for each smallest case")
    add("--list", action="store_true", help="show the targets and stop")
    add_running_arguments(parser)
    _add_report_arguments(parser)


def _add_report_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--json",
        metavar="FILE",
        help="write the report as JSON; - for standard output, text goes to standard error",
    )
    add(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="write a report, format by suffix; may be given several times",
    )
    add(
        "--annotate",
        action="store_true",
        help="print annotations of a pull request too: GitHub reads them in the job's output",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Check the targets, print and write the reports, and return the exit code."""
    if arguments.list:
        from gradcheck.cli.commands.list import show

        show(select(arguments))
        return Exit.PASSED
    scope = scope_of(arguments)
    files = _files(arguments, scope)
    run = _checked(arguments, scope)
    _demand_case(run, arguments.case)
    # Files first: a reader of the text may go away, as `| head` does.
    written = (write_reports(run, files), _write_tests(run, arguments.write_repro))
    _print(run, arguments)
    code = _code(run, strict=_policy(arguments, scope).strict)
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


def _checked(arguments: argparse.Namespace, scope: Scope) -> "Run":
    from gradcheck.cli.executing import run_of
    from gradcheck.expected import with_expected

    run = run_of(arguments, scope, _policy(arguments, scope))
    names = {result.target for result in run.targets}
    narrowed = bool(arguments.targets or arguments.k or run.interrupted)
    return with_expected(run, scope.config.expected_failures, found=None if narrowed else names)


def _demand_case(run: "Run", case: str | None) -> None:
    """Refuse the id of a case that no target has: nothing looked at is nothing proved."""
    if not case or run.interrupted:
        return
    if not any(result.cases or result.findings for result in run.targets):
        raise NothingToCheckError(
            f"no target has a case {case!r}; give an id as a report prints it"
        )


def _print(run: "Run", arguments: argparse.Namespace) -> None:
    """Print the results; a reader that goes away (``| head``) leaves the verdict as it is."""
    from gradcheck.cli.streams import console_for, look_for, silence, stderr, stdout
    from gradcheck.reporters import json_report, terminal

    try:
        if arguments.json == "-":
            stdout().write(json_report.dumps(run))
            stdout().flush()
        console = console_for(stderr() if arguments.json == "-" else stdout())
        verbosity = -1 if arguments.quiet else int(arguments.verbose)
        terminal.show(run, console, look_for(console, verbosity))
        if arguments.annotate:
            console.file.write(annotations(run))
        stdout().flush()
    except BrokenPipeError:
        silence(stdout())


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


def _code(run: "Run", *, strict: bool) -> Exit:
    from gradcheck.model import Verdict

    if run.interrupted:
        return Exit.INTERRUPTED
    if any(finding.kind == "checker-fault" for t in run.targets for finding in t.findings):
        return Exit.OUR_FAULT
    counts = run.counts
    failed = counts[Verdict.FAIL] + (counts[Verdict.INCONCLUSIVE] if strict else 0)
    return Exit.FAILED if failed else Exit.PASSED
