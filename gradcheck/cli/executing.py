"""Run what was asked for: here or apart, by one worker or by many."""

import argparse
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError

from .history import Past, chosen
from .interrupting import interruptible
from .numbers import natural, positive
from .selection import Scope, nothing_left

if TYPE_CHECKING:
    from gradcheck.discovery import Member, Search
    from gradcheck.model import Judged, Run
    from gradcheck.policy import Policy
    from gradcheck.running import Engine, Host, Limits, Listing, Request, Work

BACKEND = "loky"
#: Numbers that a factory may give to what it makes, so that ``-k`` can ask for one.
_NUMBERS = ("", *(f"[{i}]" for i in range(10)))


def add_running_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where and by whom targets are judged."""
    add = parser.add_argument
    add(
        "--isolate",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="judge each target in a process of its own, with limits; the default",
    )
    add("--timeout", type=natural, metavar="SECONDS", help="for one target; 0 for no limit")
    add("--memory", type=natural, metavar="MIB", help="for one target; 0 for no limit")
    add(
        "-n",
        "--workers",
        type=_workers,
        default=1,
        metavar="N",
        help="so many processes at once; auto for as many as there are cores",
    )
    add("--backend", default=BACKEND, help="of joblib: loky, dask, ray")
    add("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster")


def _workers(text: str) -> int:
    return -1 if text == "auto" else positive(text)


def run_of(arguments: argparse.Namespace, scope: Scope, policy: "Policy", past: Past) -> "Run":
    """Judge what the scope and the past leave to do; an interrupt ends it with that much.

    Raises
    ------
    NothingToCheckError
        Where there is no target.
    UsageError
        Where a name is wrong.
    """
    from gradcheck.cli.streams import stdout
    from gradcheck.running import Host, Request, collected, drained

    with interruptible(stdout()), Host() as host:
        try:
            job = job_of(arguments, scope, policy, host)
            plan = past.plan(job.members)
        except KeyboardInterrupt:
            return replace(collected((), Request(policy)), interrupted=True)
        job = replace(job, members=tuple(chosen(job.members, plan)))
        start = time.perf_counter()
        with _under_way(job) as (request, stream):
            interrupted = drained(stream, request, past.add)
        run = past.run(
            seconds=time.perf_counter() - start,
            interrupted=interrupted,
            left_out=(*job.listing.left_out, *plan.left_out),
        )
    return _with_expected(run, job, past)


def look_of(job: "Job") -> "Run":
    """Judge the members of a job, without a past.

    Raises
    ------
    NothingToCheckError
        Where there is no target.
    """
    from gradcheck.running import collected

    with _under_way(job) as (request, stream):
        run = collected(stream, request, job.listing.left_out)
    _demand_targets(run, job)
    return run


@contextmanager
def _under_way(job: "Job") -> "Iterator[tuple[Request, Generator[Judged]]]":
    """Yield what is asked and what comes of it, with BLAS on one thread.

    Small products gain nothing by a second one.
    """
    from threadpoolctl import threadpool_limits

    from gradcheck.cli.progress import progress
    from gradcheck.cli.streams import console_for, stderr
    from gradcheck.running import Request

    with (
        threadpool_limits(1),
        progress(console_for(stderr()), len(job.members)) as notify,
        closing(job.stream()) as stream,
    ):
        stop = job.arguments.exitfirst
        yield Request(job.work.policy, job.scope.selects, stop, notify), stream


def _with_expected(run: "Run", job: "Job", past: Past) -> "Run":
    """Turn known failures into remarks, and refuse a run that looked at nothing."""
    from gradcheck.expected import with_expected

    if not (job.scope.shard or past.leaves_out):
        _demand_targets(run, job)
    narrowed = bool(job.arguments.targets or job.scope.expression or run.interrupted)
    seen = [member.name for member in job.listing.members]
    found = None if narrowed else past.found(seen)
    return with_expected(run, job.scope.config.expected_failures, found=found)


def _demand_targets(run: "Run", job: "Job") -> None:
    """Refuse a run of which nothing came but files that cannot be imported."""
    from gradcheck.model import LeftOut
    from gradcheck.running import Fate

    unbuilt = {
        result.target: result.findings[0].message
        for broken in job.listing.broken
        for result in broken.targets
        if result.findings[0].kind == Fate.UNBUILT
    }
    if run.interrupted or any(result.target not in unbuilt for result in run.targets):
        return
    reasons = [LeftOut(name, why) for name, why in unbuilt.items()]
    raise nothing_left(job.scope, [*run.left_out, *reasons])


@dataclass(frozen=True, slots=True)
class Job:
    """Members to judge, and by whom."""

    arguments: argparse.Namespace
    """How many workers, and of which kind."""
    scope: Scope
    """What was asked for."""
    work: "Work"
    """Options and limits."""
    listing: "Listing"
    """What there is."""
    host: "Host"
    """Who judges apart."""
    seen: "Search | None"
    """Members that are imported in this process; None where they are not."""
    members: "tuple[Member, ...]"
    """Those that may hold a target that is wanted."""

    def stream(self) -> "Generator[Judged]":
        """Yield what comes of them, and of what could not be imported."""
        from gradcheck.running import hosted, inside, parallel

        yield from (each for each in self.listing.broken if self.scope.holds(each.member))
        names = tuple(member.name for member in self.members)
        work = replace(self.work, members=names)
        if not names:
            return
        if self.arguments.workers != 1 or self.arguments.backend != BACKEND:
            yield from parallel(work, _engine(self.arguments))
        elif self.seen is not None:
            yield from inside(self.seen, names, work.policy)
        else:
            for _, near in groupby(self.members, key=lambda member: member.place):
                own = tuple(member.name for member in near)
                yield from hosted(replace(work, members=own), self.host)


def job_of(arguments: argparse.Namespace, scope: Scope, policy: "Policy", host: "Host") -> Job:
    """List the members: apart, or here where nothing of theirs is foreign."""
    from gradcheck.discovery import search
    from gradcheck.running import Work, listed, listed_here

    isolated, limits = _isolated(arguments, scope), _limits(arguments, scope)
    work = Work(scope.specs, str(scope.root), (), policy, limits, isolated)
    seen = None if isolated else search(scope.specs, root=scope.root)
    listing = listed(work, host) if seen is None else listed_here(seen, policy)
    members = tuple(member for member in listing.members if _wanted(member.name, scope))
    if not members and not listing.broken:
        raise nothing_left(scope, listing.left_out)
    held = tuple(member for member in members if scope.holds(member.name))
    return Job(arguments, scope, work, listing, host, seen, held)


def _wanted(name: str, scope: Scope) -> bool:
    selects = scope.selects
    return any(selects(f"{name}{number}") for number in _NUMBERS)


def _engine(arguments: argparse.Namespace) -> "Engine":
    from gradcheck.running import Engine

    return Engine(arguments.workers, arguments.backend, arguments.scheduler)


def _isolated(arguments: argparse.Namespace, scope: Scope) -> bool:
    from gradcheck.running import can_isolate

    if arguments.isolate and not can_isolate():
        raise UsageError("--isolate needs a system that can fork a process; this one cannot")
    asked = scope.config.isolate if arguments.isolate is None else arguments.isolate
    return bool(asked) and can_isolate()


def _limits(arguments: argparse.Namespace, scope: Scope) -> "Limits":
    from gradcheck.running import Limits

    config = scope.config
    seconds = config.timeout if arguments.timeout is None else arguments.timeout
    memory = config.memory if arguments.memory is None else arguments.memory
    return Limits(float(seconds) if seconds else None, memory or None)
