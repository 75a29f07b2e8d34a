"""From members to targets: here their code is tried for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.adapters import function_targets
from gradcheck.adapters import targets_of as targets_by_convention
from gradcheck.errors import EndedError, TargetError
from gradcheck.model import LeftOut, Target

from .members import Sighting, search


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
    seen = search(specs, root=root)
    targets: dict[str, Target] = {}
    reasons = seen.left_out | seen.broken
    for name, sighting in seen.sightings.items():
        try:
            targets |= {target.name: target for target in targets_of(sighting)}
        except (TargetError, EndedError) as error:
            reasons[name] = error.message
    return Found(
        tuple(targets[name] for name in sorted(targets)),
        tuple(LeftOut(name, reasons[name]) for name in sorted(reasons)),
    )


def targets_of(sighting: Sighting) -> Sequence[Target]:
    """Return the targets of one member.

    Raises
    ------
    TargetError
        Where it could not be built or fed: it may be no layer at all.
    EndedError
        Where it tried to end the process.
    """
    build = function_targets if sighting.paired else targets_by_convention
    return build(sighting.member.name, sighting.value)
