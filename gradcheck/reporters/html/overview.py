"""The first screen: the verdict in one sentence, the tally, what is wrong, what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from gradcheck.model import Finding, Run, TargetResult, Verdict
from gradcheck.reporters.grouping import grouped
from gradcheck.reporters.terminal.words import duration, one_line, plural


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line about one failing target."""

    anchor: str
    """Where the page tells more."""
    target: str
    """Its name."""
    said: str
    """What is wrong, in a few words."""


def headline(run: Run) -> str:
    """Return the verdict in one sentence."""
    counts, total = run.counts, len(run.targets)
    failed, unsure = counts[Verdict.FAIL], counts[Verdict.INCONCLUSIVE]
    if not total:
        return "Nothing was checked"
    if failed:
        return f"{failed:,} of {plural(total, 'backward pass').replace('passs', 'passes')} " + (
            "is wrong" if failed == 1 else "are wrong"
        )
    if unsure:
        return f"Nothing is wrong, and {plural(unsure, 'target')} could not be decided"
    if total == 1:
        return "The backward pass is right"
    return f"All {total:,} backward passes are right"


@dataclass(frozen=True, slots=True)
class Share:
    """One verdict's share of the bar."""

    verdict: Verdict
    """Which."""
    count: int
    """How many targets."""
    start: float
    """Where its piece begins, in percent."""
    width: float
    """How long it is, in percent."""


def tally(run: Run) -> list[Share]:
    """Return the shares of the verdicts, failures first; a single failure can still be seen."""
    order = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)
    counts = [(v, run.counts[v]) for v in order]
    weights = [max(n, 0.012 * len(run.targets)) if n else 0.0 for _, n in counts]
    total, start, shares = sum(weights) or 1.0, 0.0, []
    for (verdict, count), weight in zip(counts, weights, strict=True):
        width = 100 * weight / total
        shares.append(Share(verdict, count, round(start, 2), round(width, 2)))
        start += width
    return shares


def facts(run: Run) -> Mapping[str, str]:
    """Return what a reader wants to know of the run beside its verdict."""
    policy = {k: v for k, v in run.policy.items() if v not in (None, (), "", False)}
    cost = run.cost
    return {
        "forward calls": f"{cost.forward:,}",
        "to explain failures": f"{cost.explaining:,}",
        "backward calls": f"{cost.backward:,}",
        "time": f"{duration(run.seconds)}, of which {duration(cost.target_seconds)} in targets",
        "seed": str(run.seed),
        **{f"option {k}": one_line(str(v)) for k, v in policy.items() if k != "seed"},
        **{k: one_line(v) for k, v in run.environment.items()},
    }


def wrong(run: Run) -> list[Wrong]:
    """Return a line for each failing or undecided target."""
    telling = [(i, r) for i, r in enumerate(run.targets) if r.verdict is not Verdict.PASS]
    return [Wrong(f"t{i}", r.target, _said(r)) for i, r in telling]


def _said(result: TargetResult) -> str:
    found = result.failures or result.findings
    first = grouped(found)[:1]
    return _in_short(first[0][0]) if first else ""


def _in_short(finding: Finding) -> str:
    title = finding.causes[0].title if finding.causes else finding.message
    text = one_line(title)
    return text if len(text) <= 160 else text[:159] + "…"
