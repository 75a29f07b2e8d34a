"""Print a run as a page, as JSON or as annotations."""

import argparse
from typing import TYPE_CHECKING

from .writing import annotations

if TYPE_CHECKING:
    from gradcheck.model import Run


def add_printing_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how much is printed."""
    add = parser.add_argument
    add("-q", "--quiet", action="store_true", help="one line a failure and a summary")
    add("-v", "--verbose", action="store_true", help="plans, guesses and contracts too")


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that name report files."""
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


def print_run(run: "Run", arguments: argparse.Namespace) -> None:
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
