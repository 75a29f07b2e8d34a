"""``gradcheck merge``: one report of the parts that several machines have checked."""

import argparse
from pathlib import Path

from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.printing import add_printing_arguments, add_report_arguments, print_run

HELP = "join JSON reports, as those of run --shard, into one; exit code as of one run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("runs", nargs="+", metavar="RUN.json", help="JSON reports of runs")
    add_printing_arguments(parser)
    add_report_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Join the runs, write the files that are asked for, and print the usual page."""
    from gradcheck.cli.reading import read_run
    from gradcheck.cli.writing import files_of, write_reports
    from gradcheck.history import merged
    from gradcheck.reporters import json_report

    files = files_of([Path(name) for name in arguments.report])
    if arguments.json not in (None, "-"):  # JSON whatever the suffix
        files = [*files, (Path(arguments.json), json_report)]
    run = merged({name: read_run(Path(name)) for name in arguments.runs})
    written = write_reports(run, files)
    print_run(run, arguments)
    code = exit_of(run, strict=bool(run.policy.get("strict")))
    return code if written or code is not Exit.PASSED else Exit.USAGE
