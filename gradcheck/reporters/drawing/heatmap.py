"""Where in a tensor the claim is off: one pixel an entry, dark is right and bright is wrong."""

import math
from dataclasses import dataclass

from gradcheck.model import Agreement

from .entries import digits, entries, scale
from .png import Colour, data_uri, png

#: From right (16 digits and more) to wrong (no digit): cividis, which colour-blind readers see
#: as everybody else does. Fixed, so that two maps can be compared.
_STOPS: tuple[Colour, ...] = (
    (0, 32, 77), (23, 51, 111), (65, 77, 107), (103, 104, 112), (124, 123, 120),
    (148, 142, 119), (178, 165, 108), (208, 190, 90), (255, 234, 70),
)  # fmt: skip
_WIDEST = 64
#: Larger side of the picture, in pixels on the screen.
_SIDE = 240


@dataclass(frozen=True, slots=True)
class HeatMap:
    """An image with what it shows."""

    address: str
    """Data URI of the PNG."""
    width: int
    """Width on the screen."""
    height: int
    """Height on the screen."""
    described: str
    """The text alternative."""
    whole: bool
    """Every entry of the tensor has its pixel."""


def heatmap(agreement: Agreement) -> HeatMap | None:
    """Return the map of one tensor; None where single entries were not compared."""
    found = entries(agreement)
    if len(found) < 2 or agreement.strategy.startswith("directional"):
        return None
    size = scale(agreement)
    levels = [_level(digits(entry, size)) for entry in found]
    whole = len(found) == math.prod(agreement.shape)
    width = _columns(agreement.shape, len(found)) if whole else min(_WIDEST, len(found))
    rows = [levels[i : i + width] for i in range(0, len(levels), width)]
    rows[-1] = rows[-1] + [len(_STOPS)] * (width - len(rows[-1]))
    zoom = max(1, min(24, _SIDE // max(width, len(rows))))
    image = data_uri(png(rows, [*_STOPS, (128, 128, 128)]))
    described = _described(agreement, width, len(rows), whole=whole)
    return HeatMap(image, width * zoom, len(rows) * zoom, described, whole)


def _columns(shape: tuple[int, ...], count: int) -> int:
    """The last axis, or where it is short all entries of an example."""
    last = shape[-1] if shape else 1
    return last if last > 1 else min(count, _WIDEST)


def _level(agreed: float) -> int:
    return round((1 - min(agreed, 16.0) / 16.0) * (len(_STOPS) - 1))


def _described(agreement: Agreement, width: int, height: int, *, whole: bool) -> str:
    wrong = [e.place for e in entries(agreement) if e.wrong]
    shape = " by ".join(map(str, agreement.shape)) or "a single number"
    seen = "" if whole else " (thinned evenly)"
    said = "no entry is wrong" if not wrong else _named(wrong, width)
    return f"{agreement.tensor}, {shape}, drawn as {height} rows of {width}{seen}: {said}."


def _named(wrong: list[int], width: int) -> str:
    first = ", ".join(f"row {i // width} column {i % width}" for i in wrong[:3])
    return f"{len(wrong)} entries are wrong, the first at {first}"
