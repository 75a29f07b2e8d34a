"""The command: measure, print, write."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from .results import measure
from .tables import tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, print its tables and write its JSON; a wrong figure is no failure."""
    options = _parsed(arguments)
    results = measure(quick=options.quick, seed=options.seed)
    console = Console()
    for table in tables(results):
        console.print(table)
    if options.json is not None:
        text = json.dumps(results.to_dict(), indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="gradcheck bench",
        description="Checkers side by side on the same NumPy layers, in one process.",
    )
    parser.add_argument("--quick", action="store_true", help="leave out layers of 1000 entries")
    parser.add_argument("--seed", type=int, default=0, help="seed of the points")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    return parser.parse_args(arguments)
