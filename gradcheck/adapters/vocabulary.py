"""What a constructor's or a function's argument probably wants, judged by its name.

A name is evidence and no more: what it suggests is tried, and a layer is only taken for what it
then does.
"""

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from .sizes import Sizes, shape_of

Make = Callable[[Sizes, np.random.Generator], Any]


@dataclass(frozen=True, slots=True)
class Guess:
    """A value for an argument, as a function of the sizes."""

    word: str
    """How to quote it: ``D``, ``2``, an array's layout."""
    make: Make
    """Return the value."""
    letter: str = ""
    """The axis whose length it is, if it is one."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is written in ``words.toml``."""

    names: Mapping[str, frozenset[str]]
    """Words by what they want."""
    values: Mapping[str, tuple[Any, ...]]
    """Values to try by word."""


@cache
def vocabulary() -> Vocabulary:
    """Return the words that are known, read once."""
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Vocabulary(
        names={kind: frozenset(words.split()) for kind, words in data["names"].items()},
        values={name: tuple(values) for name, values in data["values"].items()},
    )


def letter(*letters: str) -> list[Guess]:
    """Return guesses that are axis lengths."""
    return [Guess(x, lambda sizes, rng, x=x: sizes[x], x) for x in letters]  # type: ignore[misc]  # x is bound


def arrays(*layouts: str) -> list[Guess]:
    """Return guesses that are random arrays of these layouts."""
    return [Guess(x, lambda sizes, rng, x=x: _array(x, sizes, rng)) for x in layouts]  # type: ignore[misc]  # x is bound


def _array(layout: str, sizes: Sizes, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(0.5 * rng.normal(size=shape_of(layout, sizes)))


def constants(*values: Any) -> list[Guess]:
    """Return guesses that are the same at all sizes."""
    return [Guess(_quoted(v), lambda sizes, rng, v=v: v) for v in values]  # type: ignore[misc]  # v is bound


def _quoted(value: Any) -> str:
    return value if isinstance(value, str) else f"{value!r}"


def guesses(parameter: inspect.Parameter, *, images: bool = False) -> Sequence[Guess]:
    """Return values to try for an argument, likeliest first; none where the name says nothing.

    Parameters
    ----------
    images
        Other arguments speak of kernels or channels: W is a stack of filters.
    """
    name = parameter.name.lower().strip("_")
    annotated = str(parameter.annotation)
    if "Generator" in annotated or name in ("rng", "random_state", "generator", "random"):
        return [Guess("rng", lambda sizes, rng: np.random.default_rng(0))]
    found: list[Guess] = []
    known = vocabulary()
    for kind, options in _table(images=images):
        if name in known.names[kind]:
            found += options
    found += constants(*known.values.get(name, ()))
    return found or _by_annotation(annotated)


def _table(*, images: bool) -> list[tuple[str, list[Guess]]]:
    weights = arrays("FCKK", "DM", "MD") if images else arrays("DM", "MD", "FCKK")
    biases = arrays("F", "M") if images else arrays("M", "1M", "M1", "F")
    return [
        ("widths", [Guess("[D, 4, M]", lambda sizes, rng: [sizes["D"], 4, sizes["M"]])]),
        ("heads", constants(2, 3)),
        ("vocabulary", letter("V")),
        ("kernel", constants(3, 2, (3, 3), (2, 2))),
        ("pool", constants(2, (2, 2), 3)),
        ("in_channels", letter("C")),
        ("out_channels", letter("F")),
        ("even", letter("E")),
        ("inputs", letter("D")),
        ("outputs", letter("M")),
        ("rate", constants(0.4)),
        ("weights", weights),
        ("recurrent", arrays("MM")),
        ("biases", biases),
        ("gains", arrays("D", "1D", "C", "1C11")),
    ]


def _by_annotation(annotated: str) -> list[Guess]:
    """An integer without a telling name is a length, a number a small one, a flag is off."""
    if "int" in annotated:
        return letter("D", "M")
    if "float" in annotated:
        return constants(0.5)
    if "bool" in annotated:
        return constants(*(False, True))
    return []
