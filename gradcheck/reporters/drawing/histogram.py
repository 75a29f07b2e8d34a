"""Digits of agreement of all sampled entries, as a histogram."""

from collections import Counter
from collections.abc import Iterable, Mapping

from gradcheck.model import Agreement

from .axis import linear
from .entries import digits, entries, scale
from .frame import BOTTOM, LEFT, RIGHT, SIZE, TOP, Frame
from .svg import box, picture

#: Digits of a float64; exact agreement is counted there.
_MOST = 17


def counts(agreements: Iterable[Agreement]) -> Mapping[int, int]:
    """Return how many entries agree to so many whole digits."""
    found: Counter[int] = Counter()
    for agreement in agreements:
        size = scale(agreement)
        found.update(int(digits(entry, size)) for entry in entries(agreement))
    return dict(sorted(found.items()))


def histogram(name: str, found: Mapping[int, int]) -> str:
    """Return the plot; empty where nothing was compared."""
    if not found:
        return ""
    x = linear(0.0, _MOST + 1.0, LEFT, RIGHT)
    y = linear(0.0, float(max(found.values())), BOTTOM, TOP)
    frame = Frame(x, y, "digits of agreement", "entries")
    width = x.at(1.0) - x.at(0.0) - 1.5
    bars = [
        box(x.at(d) + 0.7, y.at(n), width, y.at(0.0) - y.at(n), "no" if d < 3 else "br")
        for d, n in found.items()
    ]
    total = sum(found.values())
    described = (
        f"{total} entries; the worst agrees to {min(found)} digits, the best to {max(found)}."
    )
    return picture(name, "Digits of agreement", described, SIZE, [*frame.parts(), *bars])
