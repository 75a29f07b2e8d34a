"""The process that stands between a run and foreign code: forks, watches, stops, reports."""

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gradcheck.model import Judged
from gradcheck.reporters.codec import Json, decode, encode

from .channel import Channel
from .excerpt import Excerpt
from .judging import with_output
from .obituary import Death, Fate, fault_of, obituary, status_in_words
from .orphans import adopt, bury
from .place import serve
from .process import Process, started, stop_group
from .work import Work, loads

Message = dict[str, Json]
#: Of a member that is stopped, the process that forked it must go on at once.
_GRACE = 5.0


def main() -> None:
    """Do the work that comes in, a line each, until the other side closes."""
    channel = Channel(os.dup(1))
    os.dup2(2, 1)  # whatever is printed here must not get among the messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt()
    while line := sys.stdin.buffer.readline():
        for message in _done(loads(line.decode())):
            channel.send(**message)
        channel.send(done=True)


def _done(work: Work) -> Iterator[Message]:
    """Yield what comes of the work, in however many processes it takes."""
    left = work.members
    while True:
        watch = _Watch(replace(work, members=left), list(left))
        yield from watch.messages()
        bury()
        if not watch.waiting or len(watch.waiting) == len(left):
            return
        left = tuple(watch.waiting)


@dataclass(slots=True)
class _Watch:
    """What is known of one process that imports a place and judges its members."""

    work: Work
    waiting: list[str]
    """Members that it has not come to."""
    name: str = ""
    """Member that is being judged."""
    pid: int = 0
    """Its process."""
    since: float = field(default_factory=time.monotonic)
    """Start of the import or of the member."""
    answer: Message = field(default_factory=dict)
    """What the member answered."""
    late: bool = False
    """It was stopped, as its time was up."""
    listed: bool = False
    """A list was asked for and given."""
    printed: Excerpt = field(default_factory=Excerpt)

    def messages(self) -> Iterator[Message]:
        """Watch until it ends, and yield what is to be passed on."""
        process = started(lambda channel: serve(self.work, channel))
        try:
            for event in process.events():
                if isinstance(event, bytes):
                    self.printed.feed(event)
                elif event is None:
                    self._look(process)
                else:
                    yield from self._heard(event)
        finally:
            process.wait()
        yield from self._last(process)

    def _heard(self, message: Message) -> Iterator[Message]:
        if "begin" in message:
            self.name, self.pid = str(message["begin"]), int(str(message["process"]))
            self.waiting.remove(self.name)
            self.since, self.late, self.answer = time.monotonic(), False, {}
            self.printed = Excerpt()
        elif "end" in message:
            stop_group(self.pid)  # what it started and left behind
            yield self._finished(int(str(message["status"])))
            self.name, self.since = "", time.monotonic()
        elif "members" in message or "usage" in message:
            self.listed = True
            yield message
        else:
            self.answer = message

    def _look(self, process: Process) -> None:
        """Stop what takes too long; end with everything where the run has ended."""
        if select.select([0], [], [], 0)[0]:
            stop_group(self.pid or process.pid)
            stop_group(process.pid)
            bury()
            os._exit(0)
        seconds = self.work.limits.seconds
        taken = time.monotonic() - self.since
        if seconds is None or taken < seconds:
            return
        self.late = True
        if self.name and self.pid != process.pid and taken < seconds + _GRACE:
            stop_group(self.pid)
        else:
            stop_group(process.pid)

    def _finished(self, status: int) -> Message:
        """Return the answer of the member at hand, or what ended it before it gave one."""
        if "judged" in self.answer:
            judged = decode(Judged, self.answer["judged"])
            return {"judged": encode(with_output(judged, str(self.printed)))}
        return self._buried(self.name, self._death(status))

    def _death(self, status: int, *, importing: bool = False) -> Death:
        fault = str(self.answer.get("fault", ""))
        if fault:
            return fault_of(fault)
        fate, detail = Fate.ENDED, status_in_words(status)
        if self.late:
            fate = Fate.LATE
        elif "memory" in self.answer:
            fate = Fate.FULL
        elif "ended" in self.answer:
            detail = f"raised {self.answer['ended']}"
        return Death(fate, detail, str(self.printed), importing, time.monotonic() - self.since)

    def _buried(self, name: str, death: Death) -> Message:
        policy, limits = self.work.policy, self.work.limits
        return {"judged": encode(obituary(name, death, policy, limits))}

    def _last(self, process: Process) -> Iterator[Message]:
        """Yield what is said of members that a process took with it when it ended."""
        status = process.status or 0
        if self.name:
            yield self._finished(status)
        elif not self.work.members and not self.listed:
            place = " ".join(self.work.specs)
            yield self._buried(place, self._death(status, importing=True))
        elif len(self.waiting) == len(self.work.members):
            death = self._death(status, importing=True)
            yield from (self._buried(name, death) for name in self.waiting)
            self.waiting.clear()
