"""``gradcheck list``: what would be checked, and what would not."""

import argparse

from gradcheck.cli.exits import Exit
from gradcheck.cli.selection import Selection, add_target_arguments, select

HELP = "show the targets that are found, by which convention, and what is left out and why"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_target_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print one block a target."""
    show(select(arguments))
    return Exit.PASSED


def show(selection: Selection) -> None:
    """Print what was found and what was left out."""
    from gradcheck.cli.streams import console_for, stdout

    console = console_for(stdout())
    for target in selection.found.targets:
        console.print(target.name, soft_wrap=True)
        console.print(f"    {target.convention}: {target.signature}", soft_wrap=True)
        for setting in target.settings(selection.config.seed):
            leaves = ", ".join(f"{x.name} {x.role} {x.shape}" for x in setting.leaves)
            console.print(f"    [{setting.label}] {leaves}", soft_wrap=True)
    for item in selection.found.left_out:
        console.print(f"left out: {item.name}: {item.reason}", soft_wrap=True)
