"""Judge members in this process: nothing of theirs is foreign."""

import contextlib
import io
import os
import traceback
from collections.abc import Iterator, Sequence

from gradcheck.discovery import Search, Sighting
from gradcheck.model import Judged
from gradcheck.policy import Policy

from .excerpt import Excerpt
from .judging import judge, with_output
from .obituary import fault_of, obituary
from .work import Limits


def inside(seen: Search, members: Sequence[str], policy: Policy) -> Iterator[Judged]:
    """Yield what comes of each member; what it prints is kept with it."""
    for name in members:
        yield _kept(seen.sightings[name], policy)


def _kept(sighting: Sighting, policy: Policy) -> Judged:
    try:
        with _heard() as printed:
            judged = judge(sighting, policy)
    except Exception:  # ours: what a target raises is a finding
        death = fault_of(traceback.format_exc())
        return obituary(sighting.member.name, death, policy, Limits())
    return with_output(judged, str(printed))


class _Sink(io.TextIOBase):
    """A text stream into an excerpt."""

    def __init__(self, excerpt: Excerpt) -> None:
        self._excerpt = excerpt

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._excerpt.feed(text.encode(errors="replace"))
        return len(text)


@contextlib.contextmanager
def _heard() -> Iterator[Excerpt]:
    """Keep what is printed, and put the working directory back."""
    excerpt, folder = Excerpt(), os.getcwd()  # noqa: PTH109 - a string is what chdir takes
    sink = _Sink(excerpt)
    try:
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
            yield excerpt
    finally:
        os.chdir(folder)
