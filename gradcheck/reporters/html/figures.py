"""The plots of one tensor, each with the numbers it shows.

Pictures are markup: `drawing.svg` has escaped whatever they hold.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from gradcheck.model import Agreement, Verdict
from gradcheck.reporters.drawing.entries import Entry, entries
from gradcheck.reporters.drawing.heatmap import HeatMap, heatmap
from gradcheck.reporters.drawing.histogram import counts, histogram
from gradcheck.reporters.drawing.ladder import Ladder, ladder, ladder_of
from gradcheck.reporters.drawing.scatter import scatter
from gradcheck.reporters.terminal.words import plural

from .detail import Detail

_TABLE = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """Plots of one tensor in one case."""

    agreement: Agreement
    """What was compared."""
    scatter: str
    """Claimed against reference."""
    entries: tuple[Entry, ...]
    """The entries that lie farthest off, for the table."""
    heat: HeatMap | None
    """Where the errors are."""
    ladder: str
    """Error against step."""
    climbed: Ladder | None
    """Its numbers."""
    rungs: tuple[tuple[str, ...], ...]
    """Its table: step, value, error, truncation, round-off; the limit comes last."""


def figures(name: str, agreement: Agreement, detail: Detail) -> Figures:
    """Return the plots of one agreement."""
    climbed = None if detail.crowded else ladder_of(agreement)
    # Of a tensor that is right the ladder tells more than dots on the diagonal do.
    scattered = detail.full or not climbed or agreement.verdict is not Verdict.PASS
    farthest = sorted(entries(agreement), key=lambda e: (not e.wrong, -e.gap))
    return Figures(
        agreement=agreement,
        scatter=scatter(f"{name}s", agreement, detail.points) if scattered else "",
        entries=tuple(farthest[: _TABLE if detail.full else 0]),
        heat=None if detail.crowded else heatmap(agreement),
        ladder=ladder(f"{name}l", climbed, agreement.tensor) if climbed else "",
        climbed=climbed,
        rungs=_rungs(climbed) if climbed and detail.full else (),
    )


def spread(name: str, agreements: Iterable[Agreement]) -> tuple[str, str]:
    """Return the histogram of digits and the same in words."""
    found = counts(a for a in agreements if a.precision == "float64")
    words = ", ".join(
        f"{d} digits: {plural(n, 'entry').replace('entrys', 'entries')}"
        for d, n in found.items()
    )
    return histogram(name, found), words


def _rungs(climbed: Ladder) -> tuple[tuple[str, ...], ...]:
    rows = zip(
        climbed.steps, climbed.values, climbed.errors, climbed.truncations, climbed.roundoff,
        strict=True,
    )  # fmt: skip
    told = [(f"{h:.1e}", f"{v:.12g}", *map(_size, errors)) for h, v, *errors in rows]
    step, *sizes = told[climbed.best]
    told[climbed.best] = (f"{step} best", *sizes)
    return (*told, ("limit", f"{climbed.reference:.12g}", _size(climbed.error), "", ""))


def _size(error: float) -> str:
    return f"{error:.0e}" if math.isfinite(error) else ""
