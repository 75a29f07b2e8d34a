"""Classes with a forward and a backward method: built by trial, fed by trial."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from gradcheck.cases import quiet
from gradcheck.errors import TargetError
from gradcheck.model import Facts, Leaf, Session, Setting, Source, Target, UpstreamUse

from .calls import silent
from .construct import (
    Puzzled,
    Recipe,
    constructor_parameters,
    recipes,
    speaks_of_images,
    variations,
)
from .conventions import conventions
from .feeding import IMAGES, SEQUENCES, VECTORS, Meal, index_meals, meals
from .methods import Pair, pair_of, parameters, required
from .probe import adds_up, divided_by, ratios
from .refine import refined
from .session import ObjectSession
from .sizes import Sizes, Trial, trials
from .survey import Surveyed, survey

#: Options off their defaults that are tried, at most.
_OPTIONS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A class that could be constructed and fed."""

    pair: Pair
    recipe: Recipe
    meal: Meal
    surveyed: Surveyed


def recognises(value: object) -> bool:
    """Return whether this is a class of layers: it has a forward and a backward method."""
    return (
        inspect.isclass(value)
        and not inspect.isabstract(value)
        and not getattr(value, "_is_protocol", False)
        and pair_of(value) is not None
    )


def target_of(name: str, cls: type) -> Target:
    """Return the target for a class.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass, with what was not understood.
    """
    pair = pair_of(cls)
    assert pair is not None  # recognised
    built = _measured(_refined(_build(cls, pair)))
    accumulates = _accumulates(built)
    facts = Facts(
        upstream=built.surveyed.manner.upstream,
        accumulates=accumulates,
        conventions=conventions(built.surveyed.manner, accumulates=accumulates),
    )

    @cache
    def settings(seed: int) -> Sequence[Setting]:
        return tuple(_settings(built))

    return Target(
        name=name,
        settings=settings,
        convention=f"class with {pair.forward} and {pair.backward}",
        facts=facts,
        source=source_of(cls, pair.backward),
        signature=_signature(cls, built),
    )


def _refined(built: Built) -> Built:
    """Settle by measurement what a loss takes and what a derivative is written in."""
    sizes, found = trials()[0].sizes, built.surveyed
    if found.score < 3:
        return built
    best = refined(
        found.manner,
        found.leaves,
        lambda manner, leaves: _opener(built.recipe, sizes, manner, leaves),
    )
    domains = {leaf.name: leaf.domain for leaf in best.leaves}
    meal = tuple(replace(d, domain=domains.get(d.name, d.domain)) for d in built.meal)
    surveyed = replace(found, manner=best.manner, leaves=best.leaves)
    return replace(built, meal=meal, surveyed=surveyed)


def _measured(built: Built) -> Built:
    """Measure, at two batch sizes, whether all parameter gradients are divided by the batch."""
    manner, names = built.surveyed.manner, [s.name for s in built.surveyed.manner.slots]
    if not names or built.meal[0].layout.find("N") < 0:
        return built
    with quiet(), silent():
        divided = all(_is_divided(built, trial, names) for trial in trials()[:2])
    surveyed = replace(built.surveyed, manner=replace(manner, divided_by_batch=divided))
    return replace(built, surveyed=surveyed)


def _is_divided(built: Built, trial: Trial, names: Sequence[str]) -> bool:
    try:
        found = _trial(built.recipe, built.pair, built.meal, trial).surveyed
        open_ = _opener(built.recipe, trial.sizes, found.manner, found.leaves)
        return divided_by(ratios(open_, found.leaves), names, trial.sizes["N"])
    except (TargetError, KeyError):
        return False


def _accumulates(built: Built) -> bool:
    found, sizes = built.surveyed, trials()[0].sizes
    names = [slot.name for slot in found.manner.slots if slot.gradient is not None]
    open_ = _opener(built.recipe, sizes, found.manner, found.leaves)
    with quiet(), silent():
        return adds_up(open_, found.leaves, names)


def source_of(owner: object, method: str) -> Source | None:
    """Return file and line of a method, None where there is no source."""
    try:
        function = inspect.unwrap(getattr(owner, method))
        file, line = inspect.getsourcefile(function), inspect.getsourcelines(function)[1]
        return Source(_as_typed(file or ""), line)
    except (OSError, TypeError, AttributeError):
        return None


def _as_typed(file: str) -> str:
    """Return a path from the current folder on, where it lies in there."""
    path, here = Path(file), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else file


def _signature(cls: type, built: Built) -> str:
    manner = built.surveyed.manner
    slots = ", ".join(slot.name for slot in manner.slots)
    call = ", ".join(manner.call)
    owns = f"; parameters {slots}" if slots else ""
    return f"{built.recipe.words}.{manner.pair.backward}({call}){owns}"


def _build(cls: type, pair: Pair) -> Built:
    """Return the first trial whose shapes all fit, else the best one that ran forward."""
    best: Built | None = None
    last = "its constructor takes nothing that was understood"
    for recipe in recipes(cls):
        if isinstance(recipe, Puzzled):
            raise TargetError(
                "build",
                f"argument {recipe.name!r} of {cls.__name__} was not understood; three lines "
                f"help:\n{_help(cls, recipe.name)}",
                kind="not-built",
            )
        for meal in _meals(cls, pair, recipe):
            try:
                found = _trial(recipe, pair, meal, trials()[0])
            except TargetError as error:
                last = error.message
                continue
            if best is None or found.surveyed.score > best.surveyed.score:
                best = found
            if best.surveyed.score == 3 or best.surveyed.unsummed:
                return best
    if best is None:
        raise TargetError("build", last, kind="not-built")
    return best


def _help(cls: type, argument: str) -> str:
    """The lines that an author can fill in where guessing ends."""
    return (
        "@gradcheck.given_cases\n"
        f"def {cls.__name__.lower()}_cases(rng):\n"
        f"    yield {cls.__name__}({argument}=...), (rng.normal(size=(3, 5)),)"
    )


def _trial(recipe: Recipe, pair: Pair, meal: Meal, trial: Trial) -> Built:
    leaves = tuple(dish.leaf(trial.sizes) for dish in meal)
    found = survey(lambda: made(recipe, trial.sizes), pair, leaves)
    return Built(pair, recipe, meal, found)


def made(recipe: Recipe, sizes: Sizes) -> object:
    """Return a new object.

    Raises
    ------
    TargetError
        Where the constructor raises.
    """
    from .calls import call

    return call("build", recipe.make, sizes)


def _meals(cls: type, pair: Pair, recipe: Recipe) -> Iterator[Meal]:
    forward = getattr(cls, pair.forward)
    names = required(forward)[1:] or [p.name for p in parameters(forward)[1:2]] or ["x"]
    guesses = [guess for _, guess in recipe.arguments]
    letters = {guess.letter for guess in guesses}
    if "V" in letters:
        yield from index_meals(names[0])
    words = [p.name for p in constructor_parameters(cls)] + [cls.__name__]
    yield from meals(names, _layouts(letters, words))


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


def _settings(built: Built) -> Iterator[Setting]:
    """Yield the plain recipe at several sizes, then each option off its default at one size."""
    seen = set()
    for trial in trials():
        setting = _setting(built, built.recipe, trial)
        if setting is not None and setting.label not in seen:
            seen.add(setting.label)
            yield setting
    for count, recipe in enumerate(variations(built.recipe)):
        if count >= _OPTIONS:
            return
        setting = _setting(built, recipe, trials()[0])
        if setting is not None and setting.label not in seen:
            seen.add(setting.label)
            yield setting


def _setting(built: Built, recipe: Recipe, trial: Trial) -> Setting | None:
    """Return a setting, None where forward refuses them; backward's refusal is a finding."""
    label = _label(built.meal, recipe, trial)
    roles = {leaf.name: leaf.role for leaf in built.surveyed.leaves}
    plain = (dish.leaf(trial.sizes) for dish in built.meal)
    leaves = tuple(replace(leaf, role=roles.get(leaf.name, leaf.role)) for leaf in plain)
    if built.surveyed.manner.upstream is not UpstreamUse.HONOURED:
        # A mean over the batch cannot be told from its examples without an upstream gradient.
        leaves = tuple(replace(leaf, batch_axis=None) for leaf in leaves)
    try:
        found = survey(lambda: made(recipe, trial.sizes), built.pair, leaves)
    except TargetError:
        empty = any(0 in leaf.shape for leaf in leaves)
        return _opened(built, recipe, trial, leaves, label) if empty else None
    if found.score == 1:  # backward raised: keep what the first trial found out
        parameters_ = _parameters_at(built, recipe, trial)
        return _opened(built, recipe, trial, (*leaves, *parameters_), label)
    manner = replace(
        found.manner,
        upstream=built.surveyed.manner.upstream,
        divided_by_batch=built.surveyed.manner.divided_by_batch,
        fused=built.surveyed.manner.fused,
        averaged=built.surveyed.manner.averaged,
        takes_output=built.surveyed.manner.takes_output,
    )
    return Setting(
        label,
        _opener(recipe, trial.sizes, manner, found.leaves),
        found.leaves,
        _notes(built, recipe),
    )


def _parameters_at(built: Built, recipe: Recipe, trial: Trial) -> tuple[Leaf, ...]:
    owner = made(recipe, trial.sizes)
    leaves = []
    for slot in built.surveyed.manner.slots:
        try:
            value = slot.value(owner)
        except (AttributeError, KeyError, IndexError, TypeError):
            continue
        leaves.append(replace(_leaf_named(built, slot.name), shape=value.shape, values=value))
    return tuple(leaves)


def _leaf_named(built: Built, name: str) -> Leaf:
    return next(leaf for leaf in built.surveyed.leaves if leaf.name == name)


def _opened(
    built: Built, recipe: Recipe, trial: Trial, leaves: tuple[Leaf, ...], label: str
) -> Setting:
    names = {leaf.name for leaf in leaves}
    slots = tuple(slot for slot in built.surveyed.manner.slots if slot.name in names)
    manner = replace(built.surveyed.manner, slots=slots)
    return Setting(
        label, _opener(recipe, trial.sizes, manner, leaves), leaves, _notes(built, recipe)
    )


def _opener(recipe: Recipe, sizes: Sizes, manner: "object", leaves: tuple[Leaf, ...]):  # type: ignore[no-untyped-def]
    def open_() -> Session:
        return ObjectSession(made(recipe, sizes), manner, leaves)  # type: ignore[arg-type]

    return open_


def _label(meal: Meal, recipe: Recipe, trial: Trial) -> str:
    letters = dict.fromkeys(x for dish in meal for x in dish.layout if x != "1")
    letters.update(dict.fromkeys(g.letter for _, g in recipe.arguments if g.letter))
    sizes = [f"{x}={trial.sizes[x]}" for x in letters]
    constants = [
        f"{n}={g.word}" for n, g in recipe.arguments if not g.letter and _plain(g.word)
    ]
    return ",".join([*sizes, *constants]).replace(" ", "")


def _plain(text: str) -> bool:
    return text != "rng" and not text.isupper()


def _notes(built: Built, recipe: Recipe) -> tuple[str, ...]:
    fed = ", ".join(f"{dish.name} as {dish.layout} ({dish.domain})" for dish in built.meal)
    return (f"guessed: {recipe.words}, fed {fed}",)
