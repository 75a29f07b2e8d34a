"""The run's side of a supervisor: start it, send work, read what comes of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Self

from gradcheck.errors import GradcheckError, UsageError
from gradcheck.model import Judged
from gradcheck.reporters.codec import Json, decode

from .obituary import Death, Fate, obituary
from .work import Work, dumps

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from gradcheck.running.supervising import main; main()"
)
#: BLAS starts its threads at import; a process that has threads is not to be forked.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: How often a supervisor that ended by itself is replaced before its members are given up.
_ATTEMPTS = 3
#: Time to end by itself in: its children are killed and not asked.
_PATIENCE = 0.5


class WorkerError(GradcheckError):
    """A supervisor ended by itself: the machine ran out of memory, or somebody stopped it."""


class Host:
    """A supervisor in a session of its own, so that Ctrl-C reaches the run alone.

    It is started when it is first needed, and again when it has ended by itself.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it with all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            _stream(process.stdin).close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _stream(process.stdout).close()

    def messages(self, work: Work) -> Iterator[dict[str, Json]]:
        """Yield what comes of the work.

        Raises
        ------
        UsageError
            Where a spec names nothing.
        WorkerError
            Where the supervisor ended.
        """
        process = self._started()
        try:
            _stream(process.stdin).write(dumps(work).encode() + b"\n")
            _stream(process.stdin).flush()
        except OSError as error:
            raise self._lost() from error
        refused = ""
        for line in _stream(process.stdout):
            message = json.loads(line)
            if "done" in message:
                break
            refused = refused or message.get("usage", "")
            yield message
        else:
            raise self._lost()
        if refused:
            raise UsageError(refused)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
                start_new_session=True,
            )
        return self._process

    def _lost(self) -> WorkerError:
        self.__exit__()
        return WorkerError("a worker process ended by itself")


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def hosted(work: Work, host: Host) -> Iterator[Judged]:
    """Yield what comes of each member of the work.

    Members that were under way when a supervisor ended are judged again by another one.
    """
    left = list(work.members)
    for _ in range(_ATTEMPTS):
        try:
            for judged in _judged(replace(work, members=tuple(left)), host):
                left.remove(judged.member)
                yield judged
        except WorkerError:
            continue
        return
    death = Death(Fate.ENDED, "took the process down that watched it")
    yield from (obituary(name, death, work.policy, work.limits) for name in left)


def _judged(work: Work, host: Host) -> Iterator[Judged]:
    for message in host.messages(work):
        if "judged" in message:
            yield decode(Judged, message["judged"])
