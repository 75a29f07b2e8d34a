"""Build a class and feed it: the first guess that gets through, and no accident."""

from collections.abc import Iterator, Sequence

from gradcheck.errors import TargetError

from .built import Built, tried
from .construct import Puzzled, Recipe, constructor_parameters, recipes, speaks_of_images
from .doubt import may_be_accident, may_replace
from .feeding import IMAGES, SEQUENCES, VECTORS, Meal, index_meals, meals
from .help import not_fed, not_understood
from .methods import MODE_NAMES, OUTPUT_NAMES, Argument, Pair, asked, word
from .sizes import trials


def build(cls: type, pair: Pair) -> Built:
    """Return the first trial whose shapes all fit, else the best one that ran forward.

    A trial that may be an accident gives way to a later one that proves right.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass, with what was not understood.
    """
    best, last = _best(cls, pair)
    if best is None:
        raise not_fed(cls, pair, last)
    puzzling = _not_known(cls, best)
    if best.surveyed.score == 1 and puzzling:
        raise not_understood(cls, pair, puzzling, pair.backward)
    return best


def _best(cls: type, pair: Pair) -> tuple[Built | None, str]:
    """Return the best trial, and what the last one that failed said."""
    best: Built | None = None
    last = "its constructor takes nothing that was understood"
    attempts = _attempts(cls, pair)
    for found in attempts:
        if isinstance(found, TargetError):
            last = found.message
            continue
        known = -1 if best is None else best.surveyed.score
        if best is None or found.surveyed.score > known or found.surveyed.unsummed:
            best = found
        if best.surveyed.score == 3 or best.surveyed.unsummed:
            break
    if best is None or best.surveyed.score < 3 or not may_be_accident(best):
        return best, last
    rest = (found for found in attempts if isinstance(found, Built))
    return next((found for found in rest if may_replace(best, found)), best), last


def _not_known(cls: type, found: Built) -> str:
    """Return the first argument of backward that was only guessed to be the output."""
    call = found.surveyed.manner.call
    taken = [p.name for p in asked(cls, found.pair.backward)]
    guessed = [n for n, kind in zip(taken, call, strict=False) if kind is Argument.OUTPUT]
    return next((n for n in guessed if word(n) not in OUTPUT_NAMES), "")


def _attempts(cls: type, pair: Pair) -> Iterator[Built | TargetError]:
    """Yield what each recipe and each meal gives, likeliest first."""
    for recipe in recipes(cls):
        if isinstance(recipe, Puzzled):
            raise not_understood(cls, pair, recipe.name)
        for meal in _meals(cls, pair, recipe):
            try:
                yield tried(recipe, pair, meal, trials()[0])
            except TargetError as error:
                yield error


def _meals(cls: type, pair: Pair, recipe: Recipe) -> Iterator[Meal]:
    found = [p for p in asked(cls, pair.forward) if word(p.name) not in MODE_NAMES]
    names = [p.name for p in found if p.default is p.empty] or [p.name for p in found[:1]]
    names = names or ["x"]
    guesses = [guess for _, guess in recipe.arguments]
    letters = {guess.letter for guess in guesses}
    if "V" in letters:
        yield from index_meals(names[0])
    words = [p.name for p in constructor_parameters(cls)] + [cls.__name__]
    yield from meals(names, _layouts(letters, words))
    table = any(guess.word == "VD" for guess in guesses)
    if table and len(names) == 1:
        yield from index_meals(names[0])


def _layouts(letters: set[str], words: Sequence[str]) -> Sequence[str]:
    """Order the layouts by what the constructor speaks of."""
    images = speaks_of_images(words) or letters & {"C", "F"}
    steps = any(
        w in word.lower() for word in words for w in ("hidden", "rnn", "lstm", "gru", "seq")
    )
    plain = tuple(x.replace("D", "E") for x in VECTORS) if "E" in letters else VECTORS
    if images:
        return (*IMAGES, *plain)
    return (*SEQUENCES, *plain, *IMAGES) if steps else (*plain, *IMAGES)
