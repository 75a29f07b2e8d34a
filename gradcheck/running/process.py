"""A forked process with two pipes: what it answers, and what it prints."""

import contextlib
import os
import select
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gradcheck.reporters.codec import Json

from .channel import Channel, Lines

#: How often it is looked whether time is up, and whether a process has gone whose pipe somebody
#: else still holds.
_LOOK = 0.1
_PIECE = 1 << 16
#: The one descriptor besides the three streams that the child keeps.
_ANSWERS = 3
#: What is read after the end: pipes hold no more than this by far.
_LAST_ROUNDS = 100

Event = bytes | dict[str, Json] | None


@dataclass(slots=True)
class Process:
    """A child that runs `body` and ends; its group is its own."""

    pid: int
    """Process, and the group that it leads."""
    results: int
    """Read end of what it answers."""
    output: int
    """Read end of what it prints."""
    status: int | None = None
    """Exit code, negative for a signal; None while it runs."""
    lines: Lines = field(default_factory=Lines)

    def events(self) -> Iterator[Event]:
        """Yield messages, printed bytes, and None now and then, until it is gone.

        What arrived first is yielded first, and everything that was sent is yielded.
        """
        open_ends, rounds = {self.results, self.output}, _LAST_ROUNDS
        while open_ends and rounds:
            gone = not self.running
            ready = self._ready(open_ends, 0 if gone else _LOOK)
            if gone and not ready:
                break
            rounds -= gone  # somebody that it left behind may go on printing
            for end in ready:
                data = os.read(end, _PIECE)
                if not data:
                    open_ends.discard(end)
                elif end == self.output:
                    yield data
                else:
                    yield from self.lines.feed(data)
            yield None
        self.wait()

    def _ready(self, ends: set[int], seconds: float) -> list[int]:
        # Output first: it belongs to the member whose answer may lie in the other pipe.
        ready, _, _ = select.select(sorted(ends, key=self._order), [], [], seconds)
        return sorted(ready, key=self._order)

    def _order(self, end: int) -> bool:
        return end == self.results

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        if self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if done else None
        return self.status is None

    def wait(self) -> None:
        """Stop it if need be, with all its group, and let go of the pipes."""
        stop_group(self.pid)
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        for end in (self.results, self.output):
            with contextlib.suppress(OSError):
                os.close(end)


def started(body: Callable[[Channel], None]) -> Process:
    """Fork a process that runs `body` with the channel for its answers."""
    (results, sent), (output, printed) = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        _become(body, sent, printed)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)
    os.close(sent)
    os.close(printed)
    return Process(pid, results, output)


def _become(body: Callable[[Channel], None], sent: int, printed: int) -> None:
    """Be the child: in a group of its own, without the parent's streams, to the end."""
    code = 1
    try:
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        os.dup2(sent, _ANSWERS)
        os.closerange(_ANSWERS + 1, os.sysconf("SC_OPEN_MAX"))
        body(Channel(_ANSWERS))
        code = 0
    finally:
        os._exit(code)


def stop_group(pid: int) -> None:
    """End a process and all that it has started, unless they left its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
