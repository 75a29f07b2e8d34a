"""From what was typed and configured to targets."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.config import Config, read_config
from gradcheck.errors import NothingToCheckError

from .expression import compile_expression

if TYPE_CHECKING:
    from gradcheck.discovery import Found


@dataclass(frozen=True, slots=True)
class Selection:
    """Targets with the configuration that is in force."""

    found: "Found"
    """Targets and what was left out."""
    config: Config
    """Configuration of the nearest pyproject.toml."""


def add_target_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name and narrow targets."""
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="pkg.module, pkg.module:Name, file.py, folder or file.py::Name; what "
        "[tool.gradcheck] names where none is given",
    )
    parser.add_argument("-k", metavar="EXPR", help="only matching targets: a and not b")


def select(arguments: argparse.Namespace) -> Selection:
    """Return the targets to work on.

    Raises
    ------
    NothingToCheckError
        Where nothing is named, or nothing is left.
    UsageError
        Where a name is wrong.
    """
    from gradcheck.discovery import find

    config = read_config(Path.cwd())
    specs = tuple(arguments.targets) or config.targets
    if not specs:
        raise NothingToCheckError(
            "nothing to check: name a target, as in `gradcheck run mylayers.py`, or list "
            'targets in pyproject.toml under [tool.gradcheck]: targets = ["mypackage.layers"]'
        )
    found = find(specs, root=Path.cwd() if arguments.targets else config.root)
    return Selection(_narrowed(found, arguments.k), config)


def _narrowed(found: "Found", expression: str | None) -> "Found":
    from gradcheck.discovery import Found

    if expression:
        match = compile_expression(expression)
        kept = tuple(target for target in found.targets if match(target.name))
        found = Found(kept, found.left_out)
    if not found.targets:
        why = "; ".join(f"{item.name}: {item.reason}" for item in found.left_out[:3])
        wanted = f"target matches -k {expression!r}" if expression else "target to check"
        raise NothingToCheckError(f"no {wanted}{f' ({why})' if why else ''}")
    return found
