"""``gradcheck report``: render a kept run again."""

import argparse
from pathlib import Path

from gradcheck.cli.exits import Exit
from gradcheck.errors import UsageError

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


def execute(arguments: argparse.Namespace) -> int:
    """Write the files that are asked for; the exit code tells of them and not of the run."""
    from gradcheck.cli.reading import read_run
    from gradcheck.reporters import reporter_for

    files = [Path(name) for name in arguments.output]
    try:
        made = [(path, reporter_for(path)) for path in files]
    except ValueError as error:
        raise UsageError(str(error)) from error
    run = read_run(Path(arguments.run))
    if not made:
        from gradcheck.cli.streams import console_for, look_for, stdout
        from gradcheck.reporters import terminal

        console = console_for(stdout())
        terminal.show(run, console, look_for(console, 0))
    written = [_write(path, reporter.dumps(run)) for path, reporter in made]
    return Exit.PASSED if all(written) else Exit.USAGE


def _write(path: Path, text: str) -> bool:
    from gradcheck.cli.streams import stderr
    from gradcheck.reporters import write_whole

    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        stderr().write(f"gradcheck: cannot write {path}: {error.strerror or error}\n")
        return False
    return True
