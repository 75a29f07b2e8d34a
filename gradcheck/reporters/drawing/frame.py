"""The frame that all plots share: axes, ticks and their names."""

from collections.abc import Iterator
from dataclasses import dataclass

from .axis import Axis
from .svg import group, line, short, text

#: Edges of the drawing area in a plot of 300 by 230 pixels.
SIZE = (300, 230)
LEFT, RIGHT, TOP, BOTTOM = 52.0, 292.0, 12.0, 190.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Two axes with names."""

    x: Axis
    """From left to right."""
    y: Axis
    """From bottom to top."""
    across: str
    """Name of the x axis."""
    up: str
    """Name of the y axis."""

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a pair of values."""
        return self.x.at(x), self.y.at(y)

    def parts(self) -> Iterator[str]:
        """Yield the grid, the ticks and the names."""
        xs, ys = self.x.ticks(), self.y.ticks()
        grid = "".join(f"M{short(LEFT)} {short(y)}H{short(RIGHT)}" for y, _ in ys)
        grid += "".join(f"M{short(x)} {short(TOP)}V{short(BOTTOM)}" for x, _ in xs)
        yield f'<path class="gr" d="{grid}"/>'
        yield line([(LEFT, TOP), (LEFT, BOTTOM), (RIGHT, BOTTOM)], "ax")
        yield group("tx", (text(x, BOTTOM + 14, label) for x, label in xs))
        yield group("ty", (text(LEFT - 5, y + 3.5, label) for y, label in ys))
        yield text((LEFT + RIGHT) / 2, BOTTOM + 33, self.across, "nm")
        yield f'<g transform="rotate(-90 11 {short((TOP + BOTTOM) / 2)})">'
        yield text(11, (TOP + BOTTOM) / 2, self.up, "nm") + "</g>"
