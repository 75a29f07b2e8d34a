"""One run of several: the parts that machines have done, or a run and what was run later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradcheck.errors import UsageError
from gradcheck.model import UNCHANGED, LeftOut, Run, TargetResult
from gradcheck.reporters.codec import Json, encode

from .sharding import of_members


def merged(runs: Mapping[str, Run]) -> Run:
    """Return the targets of all runs as one, in the order of their names.

    Parameters
    ----------
    runs
        By what a message may call them: the names of their files.

    Raises
    ------
    UsageError
        Where they were asked for different things, or disagree about a target; it says which.
    """
    (first, run), *others = runs.items()
    for name, other in others:
        _demand_same(first, run, name, other)
    targets = _targets(runs)
    return Run(
        targets=targets,
        seed=run.seed,
        policy=run.policy,
        environment=_environment(list(runs.values())),
        left_out=_left_out(runs.values(), [result.target for result in targets]),
        seconds=sum(each.seconds for each in runs.values()),
        interrupted=any(each.interrupted for each in runs.values()),
    )


def _demand_same(first: str, run: Run, name: str, other: Run) -> None:
    then, now = _asked(run), _asked(other)
    for key in {**then, **now}:
        if then.get(key) != now.get(key):
            raise UsageError(
                f"cannot merge {first} and {name}: {key} is {then.get(key)!r} in the first and "
                f"{now.get(key)!r} in the second"
            )


def _asked(run: Run) -> dict[str, Json]:
    """What two runs must have in common to be parts of one."""
    version = run.environment.get("gradcheck", "")
    options = {f"option {key!r}": encode(value) for key, value in run.policy.items()}
    return {"seed": run.seed, "gradcheck's version": version, **options}


def _targets(runs: Mapping[str, Run]) -> tuple[TargetResult, ...]:
    found: dict[str, tuple[str, TargetResult]] = {}
    for name, run in runs.items():
        for result in run.targets:
            first, known = found.setdefault(result.target, (name, result))
            if known is not result and _timeless(known) != _timeless(result):
                raise UsageError(
                    f"cannot merge {first} and {name}: they disagree about {result.target}"
                )
    return tuple(found[target][1] for target in sorted(found))


def _timeless(result: TargetResult) -> Json:
    """Return what is the same whenever it is found out again; as JSON, where NaN equals NaN."""
    return encode(replace(result, cost=replace(result.cost, seconds=0.0, target_seconds=0.0)))


def _environment(runs: Sequence[Run]) -> Mapping[str, str]:
    """Return the versions, those that differ side by side."""
    keys = dict.fromkeys(key for run in runs for key in run.environment)
    found = {key: {run.environment.get(key, "unknown") for run in runs} for key in keys}
    return {key: ", ".join(sorted(versions)) for key, versions in found.items()}


def _left_out(runs: Iterable[Run], targets: Iterable[str]) -> tuple[LeftOut, ...]:
    """Return what was left out, once; what was unchanged and is judged by another is not."""
    items = dict.fromkeys(item for run in runs for item in run.left_out)
    unchanged = {item.name for item in items if item.reason == UNCHANGED}
    judged = {of_members(target, unchanged) for target in targets}
    kept = (i for i in items if i.reason != UNCHANGED or i.name not in judged)
    return tuple(sorted(kept, key=lambda item: item.name))
