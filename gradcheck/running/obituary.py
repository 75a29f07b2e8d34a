"""What is said of a member whose process ended before it had answered."""

import contextlib
import re
import signal
import sysconfig
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gradcheck.model import Cost, Finding, Judged, Source, TargetResult, verdict_of
from gradcheck.policy import Policy

from .work import Limits

_FRAME = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')
#: Frames of the checker, and what the interpreter adds, tell nothing about the target.
_OURS = re.compile(
    r'File "([^"]*[/\\]gradcheck[/\\][^"]*|<string>)", line|^Extension modules:|hread 0x'
)
_LIBRARIES = (sysconfig.get_path("stdlib"), sysconfig.get_path("platlib"))


class Fate(StrEnum):
    """How a process ended."""

    LATE = "time-limit"
    FULL = "memory-limit"
    ENDED = "ended"
    UNBUILT = "not-built"
    FAULT = "checker-fault"


@dataclass(frozen=True, slots=True)
class Death:
    """How the process of a member, or of the import of a place, ended."""

    fate: Fate
    """What ended it."""
    detail: str = ""
    """Exception or exit status in words."""
    printed: str = ""
    """What it printed, with the place where it was, where Python could tell."""
    importing: bool = False
    """It never came to a member."""
    seconds: float = 0.0
    """Wall time until then."""


def status_in_words(status: int) -> str:
    """Return ``ended by SIGSEGV`` or ``exited with code 3``."""
    if status >= 0:
        return f"exited with code {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was ended by {name}"


def fault_of(trace: str) -> Death:
    """Return how a member ended on which the checker itself failed."""
    last = trace.strip().rpartition("\n")[2]
    return Death(Fate.FAULT, last, trace)


def obituary(name: str, death: Death, policy: Policy, limits: Limits) -> Judged:
    """Return the one finding that a dead process leaves behind."""
    message, advice = _words(death, limits)
    place = _place(death.printed)
    where = f"; it was in {place[2]}, {place[0]}:{place[1]}" if place else ""
    finding = Finding(
        "answer",
        str(death.fate),
        policy.severity(str(death.fate)),
        f"{message}{where}",
        advice=advice,
    )
    result = TargetResult(
        target=name,
        verdict=verdict_of([finding.severity]),
        findings=(finding,),
        source=Source(place[0], int(place[1])) if place else None,
        output=_told(death.printed),
        cost=Cost(seconds=death.seconds),
    )
    return Judged(name, (result,))


def _words(death: Death, limits: Limits) -> tuple[str, str]:
    what = "importing it" if death.importing else "it"
    if death.fate is Fate.LATE:
        return (
            f"{what} took longer than {limits.seconds:g} s and was stopped",
            "look for a loop that does not end, or grant more with --timeout SECONDS",
        )
    if death.fate is Fate.FULL:
        return (
            f"{what} asked for more than {limits.memory} MiB of memory",
            "look for arrays that grow with each call, or grant more with --memory MIB",
        )
    if death.fate is Fate.FAULT:
        return (
            f"gradcheck itself failed here: {death.detail}",
            "this is no fault of the target: please report it with what was printed",
        )
    if death.fate is Fate.UNBUILT:
        return death.detail, "what is needed at import only for a script belongs under __main__"
    return (
        f"{what} {death.detail} before it had answered",
        "a pass must return its result and leave the process alive",
    )


def _place(printed: str) -> tuple[str, str, str] | None:
    """Return file, line and function that a traceback of the interpreter names first."""
    frames = _FRAME.findall(_told(printed))
    own = [frame for frame in frames if not frame[0].startswith(_LIBRARIES)]
    if not frames:
        return None
    file, line, function = (own or frames)[0]
    with contextlib.suppress(ValueError):
        file = Path(file).relative_to(Path.cwd()).as_posix()
    return file, line, function


def _told(printed: str) -> str:
    return "".join(line for line in printed.splitlines(keepends=True) if not _OURS.search(line))
