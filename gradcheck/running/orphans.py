"""Processes that foreign code started and left: they come to the supervisor and end there."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
#: Seconds for killed processes to be gone.
_PATIENCE = 1.0


def adopt() -> None:
    """Become the parent of every orphan below this process, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury() -> None:
    """End all children of this process, those that it adopted too, and theirs."""
    end = time.monotonic() + _PATIENCE
    while (pids := _children()) and time.monotonic() < end:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.001)


def _children() -> list[int]:
    try:
        text = Path("/proc/self/task", str(os.getpid()), "children").read_text("ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]
