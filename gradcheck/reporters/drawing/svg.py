"""SVG elements as text; whatever comes from outside is escaped here and nowhere else."""

import re
from collections.abc import Iterable
from html import escape

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def visible(text: str) -> str:
    r"""Return text with characters spelled out that XML cannot hold or that turn lines round.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return _FORBIDDEN.sub(lambda match: ascii(match.group())[1:-1], text)


def safe(text: str) -> str:
    """Return text that may stand between tags and in attributes."""
    return escape(visible(text))


def short(value: float) -> str:
    """Return a coordinate with one decimal at most: a picture has no finer pixels.

    >>> short(12.04), short(3.25)
    ('12', '3.2')
    """
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, content: str, css: str = "") -> str:
    """Return a text; its class, or that of its group, says how it is aligned."""
    named = f' class="{css}"' if css else ""
    return f'<text x="{short(x)}" y="{short(y)}"{named}>{safe(content)}</text>'


def group(css: str, parts: Iterable[str]) -> str:
    """Return parts that share a class."""
    return f'<g class="{css}">{"".join(parts)}</g>'


def line(points: Iterable[tuple[float, float]], css: str) -> str:
    """Return a broken line through points."""
    return f'<path class="{css}" d="M{" ".join(f"{short(x)} {short(y)}" for x, y in points)}"/>'


def dots(points: Iterable[tuple[float, float]], css: str) -> str:
    """Return one path that puts a round dot at each point, a few bytes each."""
    drawn = "".join(f"M{short(x)} {short(y)}h0" for x, y in points)
    return f'<path class="{css}" d="{drawn}"/>' if drawn else ""


def crosses(points: Iterable[tuple[float, float]], css: str, arm: float = 3.5) -> str:
    """Return one path that puts a cross at each point: told apart without colour."""
    a, b = short(arm), short(2 * arm)
    drawn = "".join(
        f"M{short(x - arm)} {short(y - arm)}l{b} {b}m0-{b}l-{b} {b}" for x, y in points
    )
    return f'<path class="{css}" d="{drawn}"/>' if a and drawn else ""


def box(x: float, y: float, width: float, height: float, css: str) -> str:
    """Return a rectangle."""
    size = f'width="{short(width)}" height="{short(height)}"'
    return f'<rect x="{short(x)}" y="{short(y)}" {size} class="{css}"/>'


def picture(
    name: str,
    title: str,
    described: str,
    size: tuple[int, int],
    parts: Iterable[str],
    role: str = "img",
) -> str:
    """Return the whole picture, with a title and a description for those who cannot see it.

    Parameters
    ----------
    name
        Unique in the page.
    role
        ``group`` where it has parts that can be clicked.
    """
    width, height = size
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}" '
        f'aria-labelledby="{name}t {name}d"><title id="{name}t">{safe(title)}</title>'
        f'<desc id="{name}d">{safe(described)}</desc>{"".join(parts)}</svg>'
    )
