"""A small map of a tensor: one block an entry, the fuller the fewer digits agree."""

import math
from collections.abc import Iterator, Sequence

from rich.text import Text

from gradcheck.model import Agreement, Finding, TargetResult
from gradcheck.reporters.drawing.entries import digits, entries, scale

from .block import Block
from .look import Look
from .words import named

#: Digits from which on a block is drawn with each sign; the last one stands for none.
_SHADES = ((9.0, "·"), (6.0, "░"), (3.0, "▒"), (1.0, "▓"), (-math.inf, "█"))
_IN_ASCII = {"·": ".", "░": ":", "▒": "o", "▓": "X", "█": "#"}
_ROWS, _COLUMNS = 8, 48

Grid = Sequence[Sequence[float]]


def heat(result: TargetResult, finding: Finding, look: Look) -> Iterator[Block]:
    """Yield the map of the tensor of a finding; nothing where all of it is wrong, or none."""
    found = next(
        (a for a in result.agreements if (a.case, a.tensor) == (finding.case, finding.tensor)),
        None,
    )
    grid = _grid(found) if found is not None else ()
    if found is None or not grid:
        return
    small, down, across = _merged(grid)
    shape = " by ".join(map(str, found.shape))
    worst, best = _sign(0.0, look), _sign(17.0, look)
    key = f"{worst} no digit agrees, {best} nine or more"
    yield Block(Text(f"    {named(found.tensor)}, {shape}: {key}", style="dim"))
    wide = 2 if len(small[0]) * 2 <= _COLUMNS else 1
    for row in small:
        yield Block(Text("      " + "".join(_sign(value, look) * wide for value in row)))
    if down * across > 1:
        said = f"      a block is {down} by {across} entries, the worst of them counts"
        yield Block(Text(said, style="dim"))


def _grid(agreement: Agreement) -> Grid:
    """Return the digits of every entry in rows, where some are wrong and some are not."""
    found = entries(agreement)
    wrong = sum(entry.wrong for entry in found)
    whole = len(found) == math.prod(agreement.shape)
    if not whole or not 0 < wrong < len(found) or agreement.strategy.startswith("directional"):
        return ()
    size = scale(agreement)
    # What is not proved wrong is not drawn as such, however few digits of it agree.
    agreed = [digits(e, size) if e.wrong else max(1.0, digits(e, size)) for e in found]
    width = agreement.shape[-1] if agreement.shape[-1] > 1 else min(len(agreed), _COLUMNS)
    return [agreed[i : i + width] for i in range(0, len(agreed), width)]


def _merged(grid: Grid) -> tuple[Grid, int, int]:
    """Return a grid that fits, whose blocks hold the worst of so many rows and columns."""
    down, across = -(-len(grid) // _ROWS), -(-len(grid[0]) // _COLUMNS)
    rows = [grid[i : i + down] for i in range(0, len(grid), down)]
    return (
        [
            [min(v for row in band for v in row[j : j + across]) for j in _starts(band, across)]
            for band in rows
        ],
        down,
        across,
    )


def _starts(band: Grid, across: int) -> range:
    return range(0, len(band[0]), across)


def _sign(agreed: float, look: Look) -> str:
    sign = next(sign for least, sign in _SHADES if agreed >= least)
    return _IN_ASCII[sign] if look.ascii else sign
