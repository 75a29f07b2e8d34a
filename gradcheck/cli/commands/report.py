"""``gradcheck report``: render a kept run again."""

import argparse
from pathlib import Path

from gradcheck.cli.exits import Exit

HELP = "render a JSON report again: as HTML, JUnit XML, Markdown, SARIF, annotations"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("run", metavar="RUN.json", help="a JSON report that a run has written")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FILE",
        help="what to write, format by suffix; may be given several times; the terminal's "
        "report is printed where none is given",
    )
    parser.add_argument(
        "--annotate",
        action="store_true",
        help="print annotations of a pull request: GitHub reads them in the job's output",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write the files that are asked for; the exit code tells of them and not of the run."""
    from gradcheck.cli.reading import read_run
    from gradcheck.cli.streams import console_for, look_for, stdout
    from gradcheck.cli.writing import annotations, files_of, write_reports

    files = files_of([Path(name) for name in arguments.output])
    run = read_run(Path(arguments.run))
    if arguments.annotate:
        console_for(stdout()).file.write(annotations(run))
    elif not files:
        from gradcheck.reporters import terminal

        console = console_for(stdout())
        terminal.show(run, console, look_for(console, 0))
    return Exit.PASSED if write_reports(run, files) else Exit.USAGE
