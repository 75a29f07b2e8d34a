"""``gradcheck diff``: what changed between two runs."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit

if TYPE_CHECKING:
    from gradcheck.reporters.changes import Change

HELP = "compare two JSON reports: what got worse, better, new or gone; 1 where worse"

_TITLES = {"worse": "got worse", "better": "got better", "new": "new", "gone": "gone"}
_STYLES = {"worse": "bold red", "better": "green", "new": "bold", "gone": "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("old", metavar="OLD.json", help="the report of the earlier run")
    parser.add_argument("new", metavar="NEW.json", help="the report of the later run")


def execute(arguments: argparse.Namespace) -> int:
    """Print the changes; a new target that is wrong counts as worse."""
    from gradcheck.cli.reading import read_run
    from gradcheck.reporters.changes import changes

    found = changes(read_run(Path(arguments.old)), read_run(Path(arguments.new)))
    _print(found)
    return Exit.FAILED if any(change.bad for change in found) else Exit.PASSED


def _print(found: "Sequence[Change]") -> None:
    from rich.text import Text

    from gradcheck.cli.streams import console_for, stdout
    from gradcheck.reporters.terminal.words import named, one_line

    console = console_for(stdout())
    for kind, title in _TITLES.items():
        rows = [change for change in found if change.kind.value == kind]
        if rows:
            console.print(Text(f"{title} ({len(rows)})", style=_STYLES[kind]))
        for row in rows:
            console.print(f"  {named(row.target)}: {one_line(row.said)}", soft_wrap=True)
    if not found:
        console.print("nothing changed")
