"""From members to targets: here their code is tried for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.adapters import function_targets, targets_of
from gradcheck.errors import TargetError
from gradcheck.model import LeftOut, Target

from .members import Search, Sighting, search


@dataclass(frozen=True, slots=True)
class Found:
    """Targets, and what was seen and left out."""

    targets: tuple[Target, ...]
    """In the order of their names."""
    left_out: tuple[LeftOut, ...]
    """With the reasons."""


def find(specs: Sequence[str], *, root: Path | None = None) -> Found:
    """Return the targets that the specs name.

    Parameters
    ----------
    specs
        ``pkg``, ``pkg.module``, ``pkg.module:Name``, ``file.py``, ``folder/``, ``file.py::X``.
    root
        Folder that dotted names and paths start from; the current one where not given.

    Raises
    ------
    UsageError
        Where a spec names nothing, with the nearest names.
    NothingToCheckError
        Where no spec is given.
    """
    return tried(search(specs, root=root))


def tried(seen: Search) -> Found:
    """Return the targets of all members that were seen."""
    taken = [take(sighting) for sighting in seen.sightings.values()]
    targets = {target.name: target for found in taken for target in found.targets}
    reasons = {item.name: item.reason for found in taken for item in found.left_out}
    reasons = seen.left_out | reasons
    return Found(
        tuple(targets[name] for name in sorted(targets)),
        tuple(LeftOut(name, reasons[name]) for name in sorted(reasons)),
    )


def take(sighting: Sighting) -> Found:
    """Return the targets of one member, or the reason why there is none."""
    build = function_targets if sighting.paired else targets_of
    name = sighting.member.name
    try:
        return Found(tuple(build(name, sighting.value)), ())
    except TargetError as error:
        return Found((), (LeftOut(name, error.message),))
