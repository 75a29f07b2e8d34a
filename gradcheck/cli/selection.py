"""From what was typed and configured to targets."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.config import Config, read_config
from gradcheck.errors import NothingToCheckError

from .expression import compile_expression
from .numbers import shard

if TYPE_CHECKING:
    from gradcheck.discovery import Found
    from gradcheck.model import LeftOut


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look, before anything is imported."""

    specs: tuple[str, ...]
    """What was typed, or configured where nothing was."""
    root: Path
    """Folder that they start from."""
    config: Config
    """Configuration of the nearest pyproject.toml."""
    expression: str | None = None
    """What ``-k`` says."""
    shard: tuple[int, int] | None = None
    """Part and number of parts."""

    @property
    def selects(self) -> Callable[[str], bool]:
        """Whether a target is wanted, by its name."""
        return compile_expression(self.expression) if self.expression else lambda name: True

    def holds(self, member: str) -> bool:
        """Return whether a member belongs to the part that is wanted."""
        from gradcheck.history import Shard

        return self.shard is None or Shard(*self.shard).holds(member)


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
    parser.add_argument(
        "--shard",
        type=shard,
        metavar="I/N",
        help="only part I of N; `merge` makes one report of all parts",
    )


def scope_of(arguments: argparse.Namespace) -> Scope:
    """Return where to look.

    Raises
    ------
    NothingToCheckError
        Where nothing is named.
    UsageError
        Where the configuration or the expression cannot be read.
    """
    config = read_config(Path.cwd())
    specs = tuple(arguments.targets) or config.targets
    if not specs:
        raise NothingToCheckError(
            "nothing to check: name a target, as in `gradcheck run mylayers.py`, or list "
            'targets in pyproject.toml under [tool.gradcheck]: targets = ["mypackage.layers"]'
        )
    root = Path.cwd() if arguments.targets else config.root
    scope = Scope(specs, root, config, arguments.k, arguments.shard)
    scope.selects("")  # refuse an expression before anything is imported
    return scope


def select(arguments: argparse.Namespace) -> Selection:
    """Return the targets to work on, tried in this process.

    Raises
    ------
    NothingToCheckError
        Where nothing is named, or nothing is left.
    UsageError
        Where a name is wrong.
    """
    from gradcheck.discovery import Found, find

    scope = scope_of(arguments)
    found = find(scope.specs, root=scope.root)
    targets = tuple(target for target in found.targets if scope.selects(target.name))
    if not targets:
        raise nothing_left(scope, found.left_out)
    targets = tuple(target for target in targets if scope.holds(_member(target.name)))
    return Selection(Found(targets, found.left_out), scope.config)


def _member(target: str) -> str:
    """Return the member that a target belongs to: factories number what they make."""
    return target.rpartition("[")[0] if target.endswith("]") else target


def nothing_left(scope: Scope, left_out: "Iterable[LeftOut]") -> NothingToCheckError:
    """Return the error that says that there is no target, with the first few reasons."""
    why = "; ".join(f"{item.name}: {item.reason}" for item in list(left_out)[:3])
    asked = f"target matches -k {scope.expression!r}"
    wanted = asked if scope.expression else "target to check"
    return NothingToCheckError(f"no {wanted}{f' ({why})' if why else ''}")
