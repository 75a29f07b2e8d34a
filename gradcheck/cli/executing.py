"""Run what was asked for: here or apart, by one worker or by many."""

import argparse
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError

from .interrupting import interruptible
from .numbers import natural, positive
from .selection import Scope, nothing_left

if TYPE_CHECKING:
    from gradcheck.discovery import Member, Search
    from gradcheck.model import Judged, Run
    from gradcheck.policy import Policy
    from gradcheck.running import Engine, Host, Limits, Listing, Work

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


def run_of(arguments: argparse.Namespace, scope: Scope, policy: "Policy") -> "Run":
    """Judge the members in the scope; an interrupt ends it with what was done so far.

    Raises
    ------
    NothingToCheckError
        Where there is no target.
    UsageError
        Where a name is wrong.
    """
    from gradcheck.cli.streams import stdout
    from gradcheck.running import Host, Request, collected

    with interruptible(stdout()), Host() as host:
        try:
            job = job_of(arguments, scope, policy, host)
        except KeyboardInterrupt:
            return replace(collected((), Request(policy)), interrupted=True)
        return run_job(job)


def run_job(job: "Job") -> "Run":
    """Judge the members of a job, with BLAS on one thread: small products gain by no second.

    Raises
    ------
    NothingToCheckError
        Where there is no target.
    """
    from threadpoolctl import threadpool_limits

    from gradcheck.cli.progress import progress
    from gradcheck.cli.streams import console_for, stderr
    from gradcheck.running import Request, collected

    with (
        threadpool_limits(1),
        progress(console_for(stderr()), len(job.members)) as notify,
        closing(job.stream()) as stream,
    ):
        stop = job.arguments.exitfirst
        request = Request(job.work.policy, job.scope.selects, stop, notify)
        run = collected(stream, request, job.listing.left_out)
    _demand_targets(run, job)
    return run


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

    @property
    def members(self) -> tuple["Member", ...]:
        """Members that may hold a target that is wanted."""
        wanted = self.scope.selects
        return tuple(
            m for m in self.listing.members if any(wanted(f"{m.name}{n}") for n in _NUMBERS)
        )

    def stream(self) -> "Generator[Judged]":
        """Yield what comes of them, and of what could not be imported."""
        from gradcheck.running import hosted, inside, parallel

        yield from self.listing.broken
        names = tuple(member.name for member in self.members)
        work = replace(self.work, specs=names, members=names)
        if not names:
            return
        if self.arguments.workers != 1 or self.arguments.backend != BACKEND:
            yield from parallel(work, _engine(self.arguments))
        elif self.seen is not None:
            yield from inside(self.seen, names, work.policy)
        else:
            for _, near in groupby(self.members, key=lambda member: member.place):
                own = tuple(member.name for member in near)
                yield from hosted(replace(work, specs=own, members=own), self.host)


def job_of(arguments: argparse.Namespace, scope: Scope, policy: "Policy", host: "Host") -> Job:
    """List the members: apart, or here where nothing of theirs is foreign."""
    from gradcheck.discovery import search
    from gradcheck.running import Work, listed, listed_here

    isolated, limits = _isolated(arguments, scope), _limits(arguments, scope)
    work = Work(scope.specs, str(scope.root), (), policy, limits, isolated)
    seen = None if isolated else search(scope.specs, root=scope.root)
    listing = listed(work, host) if seen is None else listed_here(seen, policy)
    return Job(arguments, scope, work, listing, host, seen)


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
