"""Axis sizes for trials: distinct primes, so that no factor and no transposition hides."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: N batch, D inputs, M outputs, T steps, C channels, F filters, H height, W width, V words,
#: K kernel, E even width (heads and groups must divide it).
Sizes = Mapping[str, int]

_FIRST = {
    "N": 3,
    "D": 5,
    "M": 7,
    "T": 4,
    "C": 2,
    "F": 3,
    "H": 6,
    "W": 8,
    "V": 11,
    "E": 6,
    "K": 3,
}
_SECOND = {
    "N": 5,
    "D": 3,
    "M": 11,
    "T": 7,
    "C": 3,
    "F": 5,
    "H": 8,
    "W": 6,
    "V": 13,
    "E": 4,
    "K": 2,
}
_ODD = {"N": 2, "D": 7, "M": 3, "T": 3, "C": 3, "F": 2, "H": 7, "W": 5, "V": 5, "E": 6, "K": 3}
#: As small as a layer goes: a failure is shown where it can be worked out by hand.
_TINY = {"N": 2, "D": 2, "M": 1, "T": 2, "C": 1, "F": 1, "H": 4, "W": 4, "V": 3, "E": 2, "K": 3}


_GATES = {"Q": 4, "R": 3}


@dataclass(frozen=True, slots=True)
class Trial:
    """Sizes with a word for their purpose."""

    sizes: Sizes
    """Length of each kind of axis."""
    word: str = ""
    """What is special about them."""


def trials() -> tuple[Trial, ...]:
    """Return the sizes that a layout is built with: four shapes, a batch of 1 and one of 0."""
    return (
        Trial(MappingProxyType(_FIRST)),
        Trial(MappingProxyType(_SECOND)),
        Trial(MappingProxyType(_ODD)),
        Trial(MappingProxyType(_TINY), "smallest"),
        Trial(MappingProxyType({**_FIRST, "N": 1}), "batch of 1"),
        Trial(MappingProxyType({**_FIRST, "N": 0}), "empty batch"),
    )


def shape_of(layout: str, sizes: Sizes) -> tuple[int, ...]:
    """Return the shape that a layout such as ``NCHW`` has with these sizes; ``1`` is one.

    ``Q`` and ``R`` are four and three times ``M``: the gates of recurrent cells side by side.
    """
    return tuple(length_of(letter, sizes) for letter in layout)


def axis_letter(letter: str) -> str:
    """Return the letter of the length that an axis is counted in."""
    return "M" if letter in _GATES else letter


def length_of(letter: str, sizes: Sizes) -> int:
    """Return the length of one axis; a digit is itself."""
    if letter in _GATES:
        return _GATES[letter] * sizes["M"]
    return int(letter) if letter.isdigit() else sizes[letter]
