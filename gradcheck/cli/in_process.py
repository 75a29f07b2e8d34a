"""Judge targets one after the other in this process."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .history import Past, Plan
from .selection import Selection

if TYPE_CHECKING:
    from gradcheck.model import LeftOut, Run, Target, TargetResult
    from gradcheck.policy import Policy


@dataclass(frozen=True, slots=True)
class Judgements:
    """Members to judge, with their targets."""

    targets: "Mapping[str, Sequence[Target]]"
    """By member, in the order of names."""
    left_out: "Sequence[LeftOut]"
    """Members that are no targets, and what need not be judged."""
    policy: "Policy"
    """Options of the run."""

    @property
    def total(self) -> int:
        """How many targets there are to judge."""
        return sum(map(len, self.targets.values()))

    def done(
        self, past: Past, notify: "Callable[[TargetResult], None]", *, stop_at_first: bool
    ) -> "Run":
        """Judge them and return the run."""
        from gradcheck.model import Judged, Verdict
        from gradcheck.pipeline import run_targets

        start, interrupted = time.perf_counter(), False
        reasons = {item.name: item for item in self.left_out}
        for member, targets in self.targets.items():
            run = run_targets(targets, self.policy, notify=notify, stop_at_first=stop_at_first)
            interrupted = run.interrupted
            if interrupted:
                break
            own = (reasons[member],) if member in reasons else ()
            past.add(Judged(member, tuple(run.targets), own))
            if stop_at_first and run.counts[Verdict.FAIL]:
                break
        seconds = time.perf_counter() - start
        return past.run(seconds=seconds, interrupted=interrupted, left_out=self.left_out)


def judgements(selection: Selection, plan: Plan, policy: "Policy") -> Judgements:
    """Return what a plan leaves of a selection."""
    from gradcheck.history import of_members

    targets: dict[str, list[Target]] = {name: [] for name in sorted(plan.names)}
    for target in selection.found.targets:
        member = of_members(target.name, targets)
        if member is not None:
            targets[member].append(target)
    return Judgements(targets, [*selection.found.left_out, *plan.left_out], policy)
