"""From what comes of single members to a run."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gradcheck.model import Judged, LeftOut, Run, TargetResult, Verdict
from gradcheck.pipeline import recorded
from gradcheck.policy import Policy

Notify = Callable[[Judged], None]


def everybody(name: str) -> bool:
    """Select every target."""
    return True


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of all members alike."""

    policy: Policy
    """Options of the run."""
    selects: Callable[[str], bool] = everybody
    """Targets that are wanted, by name: a factory may hold others too."""
    stop_at_first: bool = False
    """End at the first failing target."""
    notify: Notify = lambda judged: None
    """Called with each member that is done."""


def drained(stream: Iterable[Judged], request: Request, take: Callable[[Judged], None]) -> bool:
    """Hand on what the stream yields, and return whether an interrupt ended it."""
    try:
        for judged in stream:
            chosen = tuple(t for t in judged.targets if request.selects(t.target))
            take(replace(judged, targets=chosen))
            request.notify(judged)
            if request.stop_at_first and any(t.verdict is Verdict.FAIL for t in chosen):
                break
    except KeyboardInterrupt:
        return True
    return False


def collected(
    stream: Iterable[Judged], request: Request, left_out: tuple[LeftOut, ...] = ()
) -> Run:
    """Return the run of all that the stream yields; an interrupt ends it with that much.

    Targets stand in the order of their names, whoever was done first.
    """
    start = time.perf_counter()
    results: dict[str, TargetResult] = {}
    reasons = {item.name: item for item in left_out}

    def take(judged: Judged) -> None:
        results.update((t.target, t) for t in judged.targets)
        reasons.update((item.name, item) for item in judged.left_out)

    interrupted = drained(stream, request, take)
    return recorded(
        tuple(results[name] for name in sorted(results)),
        request.policy,
        seconds=time.perf_counter() - start,
        interrupted=interrupted,
        left_out=tuple(reasons[name] for name in sorted(reasons)),
    )
