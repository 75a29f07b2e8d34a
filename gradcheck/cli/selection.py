"""From what was typed and configured to targets."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.config import Config, read_config
from gradcheck.errors import NothingToCheckError

from .expression import compile_expression
from .numbers import shard

if TYPE_CHECKING:
    from gradcheck.discovery import Found, Member, Search


@dataclass(frozen=True, slots=True)
class Selection:
    """Targets with the configuration that is in force."""

    found: "Found"
    """Targets and what was left out."""
    config: Config
    """Configuration of the nearest pyproject.toml."""
    members: "tuple[Member, ...]"
    """Where the targets come from, and members that were left out."""
    seen: tuple[str, ...]
    """Names of all members, whatever was asked of them."""


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
    parser.add_argument(
        "--shard",
        type=shard,
        metavar="I/N",
        help="only part I of N; `merge` makes one report of all parts",
    )


def select(arguments: argparse.Namespace) -> Selection:
    """Return the targets to work on.

    Raises
    ------
    NothingToCheckError
        Where nothing is named, or nothing is left.
    UsageError
        Where a name is wrong.
    """
    from gradcheck.discovery import search, tried

    config = read_config(Path.cwd())
    specs = tuple(arguments.targets) or config.targets
    if not specs:
        raise NothingToCheckError(
            "nothing to check: name a target, as in `gradcheck run mylayers.py`, or list "
            'targets in pyproject.toml under [tool.gradcheck]: targets = ["mypackage.layers"]'
        )
    seen = search(specs, root=Path.cwd() if arguments.targets else config.root)
    found = _sharded(_narrowed(tried(seen), arguments.k), seen, arguments.shard)
    return Selection(found, config, _members(found, seen), tuple(seen.sightings))


def _sharded(found: "Found", seen: "Search", part: "tuple[int, int] | None") -> "Found":
    """Return the part of the targets that belongs to a shard, by the names of their members."""
    if part is None:
        return found
    from gradcheck.discovery import Found
    from gradcheck.history import Shard, of_members

    holds = Shard(*part).holds
    targets = (t for t in found.targets if holds(of_members(t.name, seen.sightings) or t.name))
    left_out = (i for i in found.left_out if i.name not in seen.sightings or holds(i.name))
    return Found(tuple(targets), tuple(left_out))


def _members(found: "Found", seen: "Search") -> "tuple[Member, ...]":
    from gradcheck.history import of_members

    names = [target.name for target in found.targets] + [item.name for item in found.left_out]
    kept = {of_members(name, seen.sightings) for name in names}
    return tuple(seen.sightings[name].member for name in sorted(seen.sightings) if name in kept)


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
