"""Construct an object of a class: arguments by default, name, annotation and trial."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import numpy as np

from gradcheck.cases import generator

from .randomness import seeded
from .sizes import Sizes, trials
from .vocabulary import Guess, guesses

#: So many combinations of guesses are tried for one constructor.
_MOST = 24
#: So many are looked at to find those.
_CONSIDERED = 2000
_CHOICES = (
    "mode", "kind", "reduction", "pool_type", "pooling", "method", "activation", "act",
    "nonlinearity", "pool_mode", "type", "norm",
)  # fmt: skip
_MODES = ("train", "training", "test", "eval")
_IMAGES = ("kernel", "channel", "filter", "stride", "pool", "pad", "conv", "fh", "fw")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to call a constructor, at any sizes."""

    maker: type
    """The class."""
    arguments: tuple[tuple[str, Guess], ...]
    """Arguments by name."""
    positional: tuple[Guess, ...] = ()
    """Arguments that have no name of their own."""

    def make(self, sizes: Sizes) -> Any:
        """Return a new object; the same sizes give the same one."""
        rng = generator(0, self.maker.__name__)
        given = [guess.make(sizes, rng) for guess in self.positional]
        named = {name: guess.make(sizes, rng) for name, guess in self.arguments}
        with seeded(0):  # many a constructor draws its weights from the global generator
            return self.maker(*given, **named)

    @property
    def words(self) -> str:
        """The call as it would be written."""
        inside = ", ".join(f"{name}={guess.word}" for name, guess in self.arguments)
        return f"{self.maker.__name__}({inside})"

    def values(self, sizes: Sizes) -> Mapping[str, Any]:
        """Return the arguments that are no arrays, for a label."""
        rng = np.random.default_rng(0)
        made = {name: guess.make(sizes, rng) for name, guess in self.arguments}
        return {k: v for k, v in made.items() if isinstance(v, int | float | str | tuple)}


@dataclass(frozen=True, slots=True)
class Puzzled:
    """An argument that was not understood."""

    name: str
    """The argument."""


def constructor_parameters(cls: type) -> list[inspect.Parameter]:
    """Return the parameters of a class's constructor, empty where it takes none."""
    try:
        found = list(inspect.signature(cls).parameters.values())
    except (TypeError, ValueError):
        return []
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p for p in found if p.kind not in variadic]


def speaks_of_images(names: Sequence[str]) -> bool:
    """Return whether names speak of kernels, channels or windows."""
    return any(word in name.lower() for name in names for word in _IMAGES)


def recipes(cls: type) -> Iterator[Recipe | Puzzled]:
    """Yield ways to construct an object, likeliest first, or the argument that puzzled.

    After the plain ones, each option with a default is tried off its default.
    """
    found = constructor_parameters(cls)
    images = speaks_of_images([p.name for p in found] + [cls.__name__])
    needed = [p for p in found if p.default is p.empty]
    options = [(p.name, guesses(p, images=images)) for p in needed]
    for name, guess in options:
        if not guess:
            yield Puzzled(name)
            return
    rows = [[(name, g) for g in guess] for name, guess in options]
    together = sorted(islice(product(*rows), _CONSIDERED), key=_discord)
    for combination in together[:_MOST]:
        yield Recipe(cls, combination)


def _discord(combination: Sequence[tuple[str, Guess]]) -> int:
    """Count the arguments that do not follow the style that most of them share."""
    styles = [guess.styles for _, guess in combination if guess.styles]
    known = frozenset[str]().union(*styles)
    return min((sum(name not in s for s in styles) for name in known), default=0)


def variations(recipe: Recipe) -> Iterator[Recipe]:
    """Yield recipes with one option off its default."""
    found = constructor_parameters(recipe.maker)
    images = speaks_of_images([p.name for p in found])
    plain = trials()[0].sizes
    for p in found:
        if p.default is p.empty or p.name in dict(recipe.arguments):
            continue
        for guess in guesses(p, images=images):
            value = None if guess.letter else guess.make(plain, np.random.default_rng(0))
            if value is None or isinstance(value, np.ndarray | np.random.Generator):
                continue
            if isinstance(value, str) and not (_is_choice(p) and value not in _MODES):
                continue
            if type(value) is type(p.default) and value != p.default:
                yield Recipe(recipe.maker, (*recipe.arguments, (p.name, guess)))


def _is_choice(parameter: inspect.Parameter) -> bool:
    """Whether a word chooses a formula; modes of training and evaluation are not tried here."""
    named = parameter.name.lower().strip("_") in _CHOICES
    return named and parameter.default not in _MODES
