"""What there is to judge, by name."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gradcheck.discovery import Member, Search, places
from gradcheck.model import Judged, LeftOut
from gradcheck.policy import Policy
from gradcheck.reporters.codec import decode

from .hosted import Host, WorkerError
from .obituary import Death, Fate, obituary
from .work import Limits, Work


@dataclass(frozen=True, slots=True)
class Listing:
    """Members in the order of their names, and what is no member."""

    members: tuple[Member, ...]
    """What can be judged."""
    left_out: tuple[LeftOut, ...] = ()
    """What was seen and is not checked."""
    broken: tuple[Judged, ...] = ()
    """Files and modules that cannot be imported: one finding each."""


def listed(work: Work, host: Host) -> Listing:
    """Return the members that the work's specs name; they are imported in other processes.

    Raises
    ------
    UsageError
        Where a spec names nothing, with the nearest names.
    """
    members: dict[str, Member] = {}
    left_out: dict[str, str] = {}
    broken: dict[str, Judged] = {}
    for place in places(work.specs, root=Path(work.root)):
        for message in _messages(replace(work, specs=(place,)), host):
            if "judged" in message:
                broken[place] = decode(Judged, message["judged"])
                continue
            found = (decode(Member, each) for each in message["members"])
            members |= {member.name: member for member in found}
            left_out |= message["left_out"]
            broken |= {n: unbuilt(n, why, work.policy) for n, why in message["broken"].items()}
    return _ordered(members, left_out, broken)


def _messages(work: Work, host: Host) -> list[Any]:
    try:
        return list(host.messages(work))
    except WorkerError:
        return list(host.messages(work))  # once more: nobody said that it was this one


def listed_here(seen: Search, policy: Policy) -> Listing:
    """Return the same of modules that are imported in this process."""
    members = {name: sighting.member for name, sighting in seen.sightings.items()}
    broken = {name: unbuilt(name, why, policy) for name, why in seen.broken.items()}
    return _ordered(members, dict(seen.left_out), broken)


def _ordered(
    members: dict[str, Member], left_out: dict[str, str], broken: dict[str, Judged]
) -> Listing:
    return Listing(
        tuple(members[name] for name in sorted(members)),
        tuple(LeftOut(name, left_out[name]) for name in sorted(left_out)),
        tuple(broken[name] for name in sorted(broken)),
    )


def unbuilt(name: str, why: str, policy: Policy) -> Judged:
    """Return the finding of a file or module whose own code raises at import."""
    return obituary(name, Death(Fate.UNBUILT, why), policy, Limits())
