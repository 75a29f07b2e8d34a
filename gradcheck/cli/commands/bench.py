"""``gradcheck bench``: this checker beside others on the same layers."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit
from gradcheck.cli.numbers import natural

if TYPE_CHECKING:
    from gradcheck.bench import Results

HELP = "compare with other checkers on the same NumPy layers, those that are installed"
#: NumPy's global generator takes no larger seed, and other checkers draw from it.
_LARGEST_SEED = 2**32 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add("--quick", action="store_true", help="seconds, not minutes: no large layers, no memory")
    add("--seed", type=_seed, default=0, help="seed of the points (default: 0)")
    add(
        "--json",
        metavar="FILE",
        help="write the figures as JSON; - for standard output, text goes to standard error",
    )


def _seed(text: str) -> int:
    number = natural(text)
    if number > _LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"expected at most {_LARGEST_SEED}, got {text!r}")
    return number


def execute(arguments: argparse.Namespace) -> int:
    """Measure, write, print; a checker that is mistaken is a figure and no failure."""
    from gradcheck.bench import measure
    from gradcheck.cli.progress import stages
    from gradcheck.cli.streams import console_for, stderr

    with stages(console_for(stderr())) as notify:
        results = measure(quick=arguments.quick, seed=arguments.seed, notify=notify)
    # The file first: a reader of the text may go away, as `| head` does.
    written = _written(results, arguments.json)
    _print(results, aside=arguments.json == "-")
    return Exit.PASSED if written else Exit.USAGE


def _written(results: "Results", name: str | None) -> bool:
    from gradcheck.bench import dumps
    from gradcheck.cli.streams import stdout
    from gradcheck.cli.writing import write_text

    if name == "-":
        stdout().write(dumps(results))
        stdout().flush()
        return True
    return name is None or write_text(Path(name), dumps(results))


def _print(results: "Results", *, aside: bool) -> None:
    """Print the tables; a reader that goes away leaves the figures as they are."""
    from gradcheck.bench import tables
    from gradcheck.cli.streams import console_for, silence, stderr, stdout

    console = console_for(stderr() if aside else stdout())
    try:
        for table in tables(results):
            console.print(table)
        stdout().flush()
    except BrokenPipeError:
        silence(stdout())
