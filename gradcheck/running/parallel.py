"""Many members at once, over joblib: processes of this machine, or of a cluster."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gradcheck.discovery import search
from gradcheck.errors import UsageError
from gradcheck.model import Judged
from gradcheck.reporters.codec import decode, encode

from .hosted import Host, hosted
from .inside import inside
from .work import Work, dumps, loads

#: Chunks for each worker. A member takes 50 ms and more, a hundred times what it costs to send
#: one; small chunks keep all workers busy to the end.
_CHUNKS = 8
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Engine:
    """Who does the work."""

    workers: int = 1
    """Chunks that are under way at once; -1 for as many as there are cores."""
    backend: str = "loky"
    """Name of a backend that joblib knows: loky, dask, ray, threading."""
    scheduler: str = ""
    """Address of the scheduler of a cluster."""


def parallel(work: Work, engine: Engine) -> Iterator[Judged]:
    """Yield what comes of each member, once, as it is done.

    Raises
    ------
    UsageError
        Where joblib or the backend is not installed, or the scheduler does not answer.
    """
    done: set[str] = set()
    with _engine(engine) as run:
        for lines in run([dumps(chunk) for chunk in chunks(work, run.workers)]):
            for line in lines:
                judged = decode(Judged, json.loads(line))
                if judged.member not in done:
                    done.add(judged.member)
                    yield judged


def chunks(work: Work, workers: int) -> Iterator[Work]:
    """Yield the work in parts; neighbours go to different ones, as they cost alike."""
    count = len(work.members)
    parts = max(1, min(count, workers * _CHUNKS), -(-count // _LONGEST))
    for start in range(parts):
        if members := work.members[start::parts]:
            yield replace(work, members=members)


class _Joblib:
    """A pool of joblib's under way."""

    def __init__(self, engine: Engine) -> None:
        import joblib

        self._joblib = joblib
        self._engine = engine
        self.workers = int(joblib.effective_n_jobs(engine.workers))

    def __call__(self, lines: Sequence[str]) -> Iterator[list[str]]:
        """Yield the answers to the chunks in the order in which they come."""
        task = self._joblib.delayed(_chunk)
        kind = "generator_unordered" if self._engine.backend != "ray" else "list"
        pool = self._joblib.Parallel(
            n_jobs=self._engine.workers, return_as=kind, batch_size=1, pre_dispatch="all"
        )
        yield from pool(task(line) for line in lines)


def _chunk(line: str) -> list[str]:
    """Judge a chunk in a worker and return its answers as text."""
    from threadpoolctl import threadpool_limits

    work = loads(line)
    with threadpool_limits(1):
        return [json.dumps(encode(judged)) for judged in _answers(work)]


def _answers(work: Work) -> Iterator[Judged]:
    if work.isolated:
        with Host() as host:
            yield from hosted(work, host)
    else:
        seen = search(work.members, root=Path(work.root))
        yield from inside(seen, work.members, work.policy)


@contextlib.contextmanager
def _engine(engine: Engine) -> Iterator[_Joblib]:
    """Set the backend up, and take it down at once whatever happens."""
    try:
        import joblib
    except ImportError as error:
        raise UsageError(
            "several processes need joblib: pip install 'gradcheck[distributed]'"
        ) from error
    with contextlib.ExitStack() as stack:
        if engine.backend == "dask":
            stack.enter_context(_client(engine.scheduler))
        elif engine.backend == "loky":
            stack.callback(_stop_loky)
        try:
            stack.enter_context(joblib.parallel_config(backend=engine.backend))
        except (ValueError, ImportError) as error:
            raise UsageError(
                f"joblib has no backend {engine.backend!r} here: {error}"
            ) from error
        yield _Joblib(engine)


def _stop_loky() -> None:
    """End the workers now: one that is in the middle of a member would not hear otherwise."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=False, kill_workers=True)


def _client(scheduler: str) -> Any:
    if not scheduler:
        raise UsageError("the dask backend needs --scheduler ADDRESS, as tcp://127.0.0.1:8786")
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "the dask backend needs distributed: pip install 'gradcheck[distributed]'"
        ) from error
    client: Any = Client
    try:
        return client(scheduler, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"no scheduler answers at {scheduler}: {error}") from error
