"""What ends a run: Ctrl-C, a polite request to stop, a reader that has gone."""

import os
import select
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TextIO

#: How often it is looked whether the reader of a pipe is still there.
_LOOK = 0.2


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible(stream: TextIO) -> Iterator[None]:
    """Turn a request to terminate and a closed pipe into a KeyboardInterrupt inside."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread, and so to whoever runs there
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    done = threading.Event()
    watcher = _watcher(stream, done)
    try:
        yield
    finally:
        done.set()
        if watcher is not None:
            watcher.join()
        signal.signal(signal.SIGTERM, before)


def _watcher(stream: TextIO, done: threading.Event) -> threading.Thread | None:
    """Start a thread that waits for the reader of a pipe to go, where there is a pipe."""
    with suppress(OSError, ValueError, AttributeError):
        descriptor = stream.fileno()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode) and hasattr(select, "poll"):
            thread = threading.Thread(target=_watch, args=(descriptor, done), daemon=True)
            thread.start()
            return thread
    return None


def _watch(descriptor: int, done: threading.Event) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)  # errors and hang-ups are told unasked
    while not done.wait(_LOOK):
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
            os.kill(os.getpid(), signal.SIGTERM)
            return
