"""The step ladder: why a finite difference can be trusted, and how far."""

import math
from dataclasses import dataclass

from gradcheck.model import Agreement

from .axis import log
from .entries import Entry, entries
from .frame import BOTTOM, LEFT, RIGHT, SIZE, TOP, Frame
from .svg import box, dots, line, picture, text

#: A component whose value is that near to a rung's is the one that was climbed.
_NEAR = 1e-3
#: Steps whose squares are numbers.
_LEAST, _MOST = 1e-150, 1e150


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder of one component, with what came of it."""

    steps: tuple[float, ...]
    """Steps, coarse ones first."""
    values: tuple[float, ...]
    """Central difference at each step."""
    roundoff: tuple[float, ...]
    """Its round-off at each step."""
    reference: float
    """The value that was extrapolated."""
    error: float
    """Its error bar; NaN where it is not known."""
    claimed: float
    """What the backward pass says; NaN where it is not known."""
    place: str
    """Which entry it is of; empty where that is not known."""
    best: int
    """Which single step comes nearest, by truncation and round-off together."""

    @property
    def errors(self) -> tuple[float, ...]:
        """Distance of each central difference from the reference."""
        return tuple(abs(v - self.reference) for v in self.values)

    @property
    def truncation(self) -> float | None:
        """c of the truncation c h^2, read off the coarsest step; None where it drowns."""
        step, error, noise = self.steps[0], self.errors[0], self.roundoff[0]
        return error / step**2 if error > 10 * noise else None

    @property
    def truncations(self) -> tuple[float, ...]:
        """Truncation c h^2 at each step; NaN where it drowns in round-off."""
        c = math.nan if self.truncation is None else self.truncation
        return tuple(c * step**2 for step in self.steps)


def ladder_of(agreement: Agreement) -> Ladder | None:
    """Return the ladder that an agreement keeps; None without at least three finite rungs."""
    rungs = [r for r in agreement.rungs if all(map(math.isfinite, r)) and _LEAST < r[0] < _MOST]
    if len(rungs) < 3:
        return None
    steps, values, roundoff = zip(*rungs, strict=True)
    found = _climbed(agreement, values)
    reference = found.reference if found else values[_calmest(values, roundoff)]
    distance = [abs(v - reference) + e for v, e in zip(values, roundoff, strict=True)]
    return Ladder(
        steps, values, roundoff, reference,
        found.error if found else math.nan, found.claimed if found else math.nan,
        found.name if found else "",
        distance.index(min(distance)),
    )  # fmt: skip


def _calmest(values: tuple[float, ...], roundoff: tuple[float, ...]) -> int:
    moved = [abs(a - b) for a, b in zip(values[1:], values, strict=False)]
    cost = [m + e for m, e in zip(moved, roundoff[1:], strict=True)]
    return 1 + cost.index(min(cost))


def _climbed(agreement: Agreement, values: tuple[float, ...]) -> Entry | None:
    """Return the entry whose ladder was kept: the one whose value the rungs approach."""
    rows = agreement.rungs
    middle = values[_calmest(values, tuple(r[2] for r in rows)[: len(values)])]
    known = [e for e in entries(agreement) if math.isfinite(e.reference)]
    if not known:
        return None
    nearest = min(known, key=lambda e: abs(e.reference - middle))
    apart = abs(nearest.reference - middle)
    return nearest if apart <= _NEAR * abs(middle) + nearest.error else None


def ladder(name: str, climbed: Ladder, tensor: str) -> str:
    """Return the plot of error against step, both in decades."""
    floor = _floor(climbed)
    errors = [max(e, floor) for e in climbed.errors]
    gap = abs(climbed.claimed - climbed.reference)
    shown = [*errors, *(e for e in climbed.roundoff if e > 0), floor]
    far = math.isfinite(gap) and gap > 10 * max(climbed.error, floor)
    frame = Frame(
        log([*climbed.steps], LEFT, RIGHT),
        log([*shown, *([gap] if far else [])], BOTTOM, TOP),
        "step h", "error of the derivative",
    )  # fmt: skip
    parts = [*frame.parts(), *_lines(frame, climbed, errors)]
    if far:
        y = frame.y.at(gap)
        parts += [
            line([(LEFT, y), (RIGHT, y)], "cl"),
            text(RIGHT - 3, y + 12, "claim", "lr"),
        ]
    title = f"Step ladder of entry {climbed.place or 'unknown'} of {tensor}"
    return picture(name, title, _described(climbed), SIZE, parts)


def _floor(climbed: Ladder) -> float:
    """Where an error of zero is drawn: the error bar, or the last digit of the value."""
    least = abs(climbed.reference) * 1e-17 or 1e-20
    return climbed.error if math.isfinite(climbed.error) and climbed.error > least else least


def _lines(frame: Frame, climbed: Ladder, errors: list[float]) -> list[str]:
    steps, parts = climbed.steps, []
    if math.isfinite(climbed.error):
        top = frame.y.at(max(climbed.error, 1e-300))
        parts.append(box(LEFT, top, RIGHT - LEFT, BOTTOM - top, "bar"))
        parts.append(text(LEFT + 4, min(top + 12, BOTTOM - 3), "error bar", "lb"))
    if climbed.truncation is not None:
        ends = _falling(climbed.truncation, steps, min(errors))
        parts.append(line([frame.point(*end) for end in ends], "tr"))
    noise = [(h, e) for h, e in zip(steps, climbed.roundoff, strict=True) if e > 0]
    if noise:
        parts.append(line([frame.point(h, e) for h, e in noise], "ro"))
    pixels = [frame.point(h, e) for h, e in zip(steps, errors, strict=True)]
    parts += [line(pixels, "ln"), dots(pixels, "ok")]
    return [*parts, *_marked(climbed, pixels[climbed.best])]


def _marked(climbed: Ladder, pixel: tuple[float, float]) -> list[str]:
    """Return the ring round the step that was best, with its size."""
    x, y = pixel
    said = f"best step {climbed.steps[climbed.best]:.0e}"
    left = x > (LEFT + RIGHT) / 2
    # Above the ring the lines of truncation and round-off meet; below lies the error bar.
    beside = text(x - 9 if left else x + 9, y + 4, said, "bs e" if left else "bs")
    return [f'<circle class="best" cx="{x:.1f}" cy="{y:.1f}" r="6"/>', beside]


def _falling(c: float, steps: tuple[float, ...], least: float) -> list[tuple[float, float]]:
    """Return the ends of the line c h^2 down to the smallest error shown."""
    low = max(steps[-1], math.sqrt(least / c))
    return [(steps[0], c * steps[0] ** 2), (low, c * low**2)]


def _described(climbed: Ladder) -> str:
    best = climbed.best
    told = [
        f"{len(climbed.steps)} steps from {climbed.steps[0]:.1e} to {climbed.steps[-1]:.1e}.",
        "Coarse steps suffer from truncation, fine ones from round-off; the best single step "
        f"is {climbed.steps[best]:.1e} with an error of {climbed.errors[best]:.0e}, "
        f"{_part('truncation', climbed.truncations[best])} and "
        f"{_part('round-off', climbed.roundoff[best])}.",
    ]
    if math.isfinite(climbed.error):
        told.append(f"Extrapolation leaves an error bar of {climbed.error:.0e}.")
    gap = abs(climbed.claimed - climbed.reference)
    if math.isfinite(gap):
        told.append(f"The claim lies {gap:.0e} from the extrapolated value.")
    return " ".join(told)


def _part(name: str, size: float) -> str:
    return f"{name} {size:.0e}" if math.isfinite(size) else f"no visible {name}"
