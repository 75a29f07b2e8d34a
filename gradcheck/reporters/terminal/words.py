"""Numbers and foreign text as they are printed: honest roundings, harmless characters."""

import math
import re
import unicodedata

from gradcheck.model import Cost

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that move the cursor, reorder the line or cannot be shown."""


def clean(text: str) -> str:
    r"""Return text with control characters spelled out: no layer name can repaint the screen.

    >>> clean("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char == "\n" or unicodedata.category(char) not in _UNSEEN:
        return char
    return "    " if char == "\t" else ascii(char)[1:-1]


def named(text: str) -> str:
    r"""Return a name on one line, with every character that cannot be seen spelled out.

    >>> named("a\nb\x1b")
    'a\\nb\\x1b'
    """
    return clean(text).replace("\n", "\\n")


def one_line(text: str) -> str:
    """Return clean text without line breaks."""
    return re.sub(r"\s+", " ", clean(text)).strip()


def sentence(text: str) -> str:
    """Return the first sentence of a text, on one line."""
    return re.split(r"(?<=[.;!?])\s", one_line(text), maxsplit=1)[0].removesuffix(";")


def plural(count: int, noun: str) -> str:
    """Return count and noun.

    >>> plural(1, "target"), plural(2000, "target")
    ('1 target', '2,000 targets')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def calls(cost: Cost) -> str:
    """Return the forward calls of a check, those that explained a failure apart.

    >>> calls(Cost(forward=31)), calls(Cost(forward=109, explaining=1200))
    ('31 forward calls', '109 forward calls + 1,200 to explain')
    """
    told = plural(cost.forward, "forward call")
    return f"{told} + {cost.explaining:,} to explain" if cost.explaining else told


def digits(value: float | None) -> str:
    """Return digits of agreement, rounded down: no agreement looks better than it is.

    >>> digits(6.99), digits(17.0), digits(None)
    ('6.9', '17.0', '-')
    """
    if value is None or not abs(value) < 1e6:
        return "-"
    return f"{math.floor(value * 10) / 10:.1f}"


def resolution(value: float | None) -> str:
    """Return a resolution with one figure, rounded up: no check looks sharper than it is.

    >>> resolution(3.2e-10), resolution(3e-10), resolution(9.7e-8), resolution(0.0)
    ('4e-10', '3e-10', '1e-07', '0')
    """
    if value is None or math.isnan(value):
        return "-"
    if not 1e-300 <= value < math.inf:
        return f"{value:g}"
    exponent = math.floor(math.log10(value))
    # The subtrahend forgives the last bit of the division, so that 3e-10 stays 3e-10.
    figure = math.ceil(value / 10.0**exponent - 1e-9)
    return f"{figure * 10.0**exponent:.0e}"


def duration(seconds: float) -> str:
    """Return a duration in the unit that suits it.

    >>> duration(0.0004), duration(0.0123), duration(1.26), duration(75.2)
    ('<1 ms', '12 ms', '1.3 s', '1 min 15 s')
    """
    if seconds < 0.001:
        return "<1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def pair(claimed: float, reference: float, error: float | None) -> tuple[str, str]:
    """Return claimed and reference value with as many figures as the error bar vouches for.

    Where that would make two different numbers look equal, they get all their figures.

    >>> pair(0.8123456789, 0.4061728394501, 3e-11)
    ('0.81234567890', '0.40617283945')
    >>> pair(1.0, 1.0000001, 0.5)
    ('1', '1.0000001')
    """
    texts = tuple(_number(value, error) for value in (claimed, reference))
    if texts[0] == texts[1] and claimed != reference:
        return _whole(claimed), _whole(reference)
    return texts[0], texts[1]


def _whole(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _number(value: float, error: float | None) -> str:
    if not math.isfinite(value) or error is None or not 0.0 < error < math.inf:
        return f"{value:.10g}"
    places = max(0, min(14, -math.floor(math.log10(error))))
    if value == 0.0 or 1e-4 <= abs(value) < 1e7:
        return f"{value:.{places}f}"
    figures = math.floor(math.log10(abs(value))) + places
    return f"{value:.{max(1, min(16, figures))}e}"


def entry(tensor: str | None, index: tuple[int, ...] | None) -> str:
    """Return where in a tensor, as one would write it in Python.

    >>> entry("W", (0, 3)), entry("x", ()), entry("b", None), entry(None, None)
    ('W[0, 3]', 'x', 'b', '')
    """
    name = named(tensor or "")
    return f"{name}[{', '.join(map(str, index))}]" if index else name
