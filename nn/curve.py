"""A learning curve as a picture: SVG, written by hand."""

import math
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from nn.history import Epoch

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 620, 50, 340
_LINES = (("loss", "training", "#1f5fa8"), ("validation", "validation", "#c05a00"))


def save_curve(path: str | Path, history: Sequence[Epoch], title: str) -> None:
    """Write the losses over the epochs, on a logarithmic scale, as an SVG file."""
    Path(path).write_text(curve(history, title), encoding="utf-8")


def curve(history: Sequence[Epoch], title: str) -> str:
    """The picture as text.

    Raises
    ------
    ValueError
        Without an epoch.
    """
    if not history:
        raise ValueError("curve: one epoch or more is needed")
    low, high = _range(history)
    ticks = "".join(_tick(value, low, high) for value in _ticks(low, high))
    lines = "".join(
        _line([getattr(epoch, field) for epoch in history], (low, high), number)
        for number, (field, _, _) in enumerate(_LINES)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="13" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>\n'
        f'<text x="{_LEFT}" y="28" font-size="16">{escape(title)}</text>\n'
        f"{ticks}{_epochs(len(history))}{lines}</svg>\n"
    )


def _range(history: Sequence[Epoch]) -> tuple[float, float]:
    """Logarithms of the least and the greatest loss, never equal."""
    values = [v for e in history for v in (e.loss, e.validation) if math.isfinite(v)]
    logs = [math.log10(max(v, 1e-12)) for v in values] or [0.0]
    return min(logs) - 0.05, max(logs) + 0.05


def _ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(low), math.ceil(high) + 1)
    steps = [m * 10.0**d for d in decades for m in (1, 2, 5)]
    inside = [v for v in steps if low <= math.log10(v) <= high]
    return inside or [10 ** ((low + high) / 2)]


def _height(log: float, low: float, high: float) -> float:
    return _BOTTOM - (log - low) / (high - low) * (_BOTTOM - _TOP)


def _place(index: int, count: int) -> float:
    return _LEFT + (index / (count - 1) if count > 1 else 0.5) * (_RIGHT - _LEFT)


def _tick(value: float, low: float, high: float) -> str:
    y = _height(math.log10(value), low, high)
    return (
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>\n'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>\n'
    )


def _epochs(count: int) -> str:
    step = max(1, math.ceil(count / 12))
    labels = "".join(
        f'<text x="{_place(i, count):.1f}" y="{_BOTTOM + 20}" text-anchor="middle">'
        f"{i + 1}</text>\n"
        for i in range(0, count, step)
    )
    middle = (_LEFT + _RIGHT) / 2
    return f'{labels}<text x="{middle}" y="{_HEIGHT - 16}" text-anchor="middle">epoch</text>\n'


def _line(values: Sequence[float], ends: tuple[float, float], number: int) -> str:
    """One curve with its name; nothing where there is no value."""
    _, name, colour = _LINES[number]
    points = [
        (_place(i, len(values)), _height(math.log10(max(v, 1e-12)), *ends))
        for i, v in enumerate(values)
        if math.isfinite(v)
    ]
    if not points:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n'
        f'<g fill="{colour}">{dots}</g>\n'
        f'<text x="{_RIGHT}" y="{_TOP + 18 * (number + 1)}" text-anchor="end" fill="{colour}">'
        f"{name} loss</text>\n"
    )
