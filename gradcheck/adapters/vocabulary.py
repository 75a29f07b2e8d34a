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
from .stand_ins import Smooth, tanh, tanh_slope, tanh_slope_of_output

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
    styles: frozenset[str] = frozenset()
    """Ways to lay out all arguments of a layer that it belongs to; empty where it suits all."""
    fixed: bool = False
    """A number, a word or a function, the same at all sizes."""


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


#: Which way to lay out a layer's arguments an array of such axes belongs to.
_STYLES: Mapping[str, frozenset[str]] = {
    "DM": frozenset(["rows"]), "MD": frozenset(["columns"]), "FCKK": frozenset(["images"]),
    "MM": frozenset(["rows", "columns"]), "M": frozenset(["rows", "columns"]),
    "1M": frozenset(["rows"]), "M1": frozenset(["columns"]), "F": frozenset(["images"]),
    "VD": frozenset(["table"]), "D": frozenset(["no weights"]), "1D": frozenset(["no weights"]),
    "DQ": frozenset(["four gates"]), "MQ": frozenset(["four gates"]),
    "Q": frozenset(["four gates"]), "DR": frozenset(["three gates"]),
    "MR": frozenset(["three gates"]), "R": frozenset(["three gates"]),
}  # fmt: skip


def arrays(*layouts: str) -> list[Guess]:
    """Return guesses that are random arrays of these layouts."""
    return [_random(layout) for layout in layouts]


def _random(layout: str) -> Guess:
    return Guess(
        layout,
        lambda sizes, rng: _array(layout, sizes, rng),
        styles=_STYLES.get(layout, frozenset()),
    )


def _array(layout: str, sizes: Sizes, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(0.5 * rng.normal(size=shape_of(layout, sizes)))


def constants(*values: Any) -> list[Guess]:
    """Return guesses that are the same at all sizes."""
    return [Guess(_quoted(v), lambda sizes, rng, v=v: v, fixed=True) for v in values]  # type: ignore[misc]  # v is bound


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
    if parameter.name == "G":  # groups, where a lower g is a gain; each channel its own
        return letter("C")
    found: list[Guess] = []
    known = vocabulary()
    for kind, options in _table(images=images):
        if name in known.names[kind]:
            found += options
    found += constants(*known.values.get(name, ()))
    found += _functions(name)
    return found or _by_annotation(annotated)


def _table(*, images: bool) -> list[tuple[str, list[Guess]]]:
    plain = ("FCKK", "DM", "MD") if images else ("DM", "MD", "FCKK")
    weights = arrays(*plain, "DQ", "DR", "VD")
    common = ("F", "M") if images else ("M", "1M", "M1", "D", "1D", "F")
    biases = arrays(*common, "Q", "R")
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
        ("recurrent", arrays("MM", "MQ", "MR")),
        ("biases", biases),
        ("gains", arrays("D", "1D", "C", "1C11")),
        ("shapes", _shapes()),
        ("new_shapes", _new_shapes()),
        ("corpus", [Guess("every word twice", lambda sizes, rng: _corpus(sizes))]),
    ]


def _corpus(sizes: Sizes) -> Any:
    return np.tile(np.arange(sizes["V"]), 2)


def _shapes() -> list[Guess]:
    """Shapes of one example: its length, or all its axes."""
    return [
        *letter("D"),
        Guess("(D,)", lambda sizes, rng: (sizes["D"],)),
        Guess("(C, H, W)", lambda sizes, rng: shape_of("CHW", sizes)),
    ]


def _new_shapes() -> list[Guess]:
    """Shapes that an example can be given."""
    return [
        *letter("M"),
        Guess("(D, 1)", lambda sizes, rng: (sizes["D"], 1)),
        Guess("(C*H*W, 1)", lambda sizes, rng: (int(np.prod(shape_of("CHW", sizes))), 1)),
    ]


def _functions(name: str) -> list[Guess]:
    """Functions, activations and layers, where a name speaks of one."""
    found, known = [], vocabulary().names
    if name in known["functions"]:
        found += [_made("tanh", lambda: tanh, "of input", "of output")]
    if name in known["slopes"]:
        found += [_made("1 - tanh(z)**2", lambda: tanh_slope, "of input")]
        found += [_made("1 - a**2", lambda: tanh_slope_of_output, "of output")]
    if name in known["functions"] or name in known["layer"]:
        found += [_made("a tanh layer", Smooth)]
    if name in known["list_of_layers"]:
        found += [_made("[a tanh layer, a tanh layer]", lambda: [Smooth(), Smooth()])]
    return found


def _made(word: str, make: Callable[[], Any], *styles: str) -> Guess:
    """Objects are made anew for each owner: they keep what they were called with."""
    return Guess(word, lambda sizes, rng: make(), styles=frozenset(styles), fixed=True)


def _by_annotation(annotated: str) -> list[Guess]:
    """An integer without a telling name is a length, a number a small one, a flag is off."""
    if "int" in annotated:
        return letter("D", "M")
    if "float" in annotated:
        return constants(0.5)
    if "bool" in annotated:
        return constants(*(False, True))
    return []
