"""What a worker is asked to do: names, a seed and limits, never an object."""

import json
import os
import sys
from dataclasses import dataclass, field

from gradcheck.policy import Policy
from gradcheck.reporters.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Limits:
    """What foreign code may take before it is stopped."""

    seconds: float | None = 120.0
    """Wall time for one member, or for the import of one file; None for any."""
    memory: int | None = 2048
    """MiB of address space beyond what Python and NumPy take; None for any."""


@dataclass(frozen=True, slots=True)
class Work:
    """Members to judge, by name. The same work gives the same answer wherever it is done."""

    specs: tuple[str, ...]
    """Where to look: files, modules."""
    root: str
    """Folder that they start from."""
    members: tuple[str, ...] = ()
    """Names of the members to judge; none to list them instead."""
    policy: Policy = field(default_factory=Policy)
    """Options of the run."""
    limits: Limits = field(default_factory=Limits)
    """What each may take."""
    isolated: bool = True
    """Each member in a process of its own."""


def dumps(work: Work) -> str:
    """Return the work as one line."""
    return json.dumps(encode(work))


def loads(line: str) -> Work:
    """Rebuild the work."""
    work = decode(Work, json.loads(line))
    assert isinstance(work, Work)
    return work


def can_isolate() -> bool:
    """Return whether processes can be forked here: a warm one is handed on in milliseconds."""
    return hasattr(os, "fork") and sys.platform != "win32"
