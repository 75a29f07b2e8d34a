"""Claimed against reference: right gradients lie on the diagonal."""

import math
from collections.abc import Sequence

from gradcheck.model import Agreement

from .axis import linear
from .entries import Entry, entries, thinned
from .frame import BOTTOM, LEFT, RIGHT, SIZE, TOP, Frame
from .svg import crosses, dots, line, picture


def scatter(name: str, agreement: Agreement, points: int) -> str:
    """Return the plot with at most so many points of each kind; crosses are wrong."""
    known = [e for e in entries(agreement) if math.isfinite(e.claimed + e.reference)]
    if not known:
        return ""
    wrong = thinned([e for e in known if e.wrong], points)
    right = thinned([e for e in known if not e.wrong], points)
    frame = _frame(known)
    low, high = frame.x.low, frame.x.high  # type: ignore[attr-defined]
    start, end = max(low, frame.y.low), min(high, frame.y.high)  # type: ignore[attr-defined]
    parts = [
        *frame.parts(),
        line([frame.point(start, start), frame.point(end, end)], "dg"),
        dots((frame.point(e.reference, e.claimed) for e in right), "ok"),
        crosses((frame.point(e.reference, e.claimed) for e in wrong), "no"),
    ]
    title = f"Claimed against reference gradient of {agreement.tensor}"
    return picture(name, title, _described(agreement, known), SIZE, parts)


def _frame(known: Sequence[Entry]) -> Frame:
    """Return axes of equal range unless one side dwarfs the other."""
    across = [e.reference for e in known]
    up = [e.claimed for e in known]
    both = [*across, *up]
    x = linear(min(both), max(both), LEFT, RIGHT)
    y = linear(min(both), max(both), BOTTOM, TOP)
    return Frame(x, y, "reference (finite differences)", "claimed (backward)")


def _described(agreement: Agreement, known: Sequence[Entry]) -> str:
    wrong = sum(e.wrong for e in known)
    said = "all lie on the diagonal" if not wrong else f"{wrong} lie off the diagonal"
    return f"{len(known)} entries of {agreement.tensor} in case {agreement.case}: {said}."
