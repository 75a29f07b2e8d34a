"""``gradcheck list``: what would be checked, and what would not."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit
from gradcheck.cli.selection import Selection, add_target_arguments, select

if TYPE_CHECKING:
    from gradcheck.model import Facts, LeftOut, Setting, Target

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
    from gradcheck.reporters.terminal.words import named

    console = console_for(stdout())
    for target in selection.found.targets:
        for line in _block(target, selection.config.seed):
            console.print(named(line), soft_wrap=True)
    for item in selection.found.left_out:
        for line in _reason(item):
            console.print(named(line), soft_wrap=True)


def _block(target: "Target", seed: int) -> Iterator[str]:
    """Name, convention, facts, what was guessed, then inputs and parameters by setting."""
    settings = target.settings(seed)
    yield target.name
    yield f"    {target.convention}: {target.signature}"
    yield from (f"    {words}" for words in _facts(target.facts))
    yield from (
        f"    {note}" for note in dict.fromkeys(n for s in settings for n in s.notes[:1])
    )
    yield from (f"    [{setting.label}] {_leaves(setting)}" for setting in settings)


def _facts(facts: "Facts") -> Iterator[str]:
    yield f"upstream gradient: {facts.upstream}"
    yield from (f"convention: {words}" for words in facts.conventions)
    if facts.surrogate:
        yield "declared: its gradient is a surrogate"


def _leaves(setting: "Setting") -> str:
    return ", ".join(f"{x.name} {x.role} {x.shape} {x.domain}" for x in setting.leaves)


def _reason(item: "LeftOut") -> Iterator[str]:
    """The first line says why; the lines of help stand below it as they are to be pasted."""
    first, *rest = item.reason.splitlines() or [""]
    yield f"left out: {item.name}: {first}"
    yield from (f"    {line}" for line in rest)
