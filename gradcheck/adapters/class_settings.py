"""The settings that a class is checked in: sizes, forms of labels, options."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from gradcheck.cases import copied, draw_inputs, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Leaf, Setting, UpstreamUse

from .built import Built, made, opener
from .calls import silent
from .construct import Recipe, variations
from .feeding import Dish, Meal, in_other_form, other_form
from .manner import Manner
from .sizes import Trial, axis_letter, trials
from .survey import survey

#: Options off their defaults that are tried, at most.
_OPTIONS = 8


def settings_of(built: Built) -> Iterator[Setting]:
    """Yield the plain recipe at several sizes, labels in their other form, then each option."""
    seen = set()
    for setting in _all_settings(built):
        if setting is not None and setting.label not in seen:
            seen.add(setting.label)
            yield setting


def _all_settings(built: Built) -> Iterator[Setting | None]:
    yield from (_setting(built, built.recipe, trial) for trial in trials())
    yield from (_setting_of(other, word) for other, word in _relabelled(built))
    options = islice(variations(built.recipe), _OPTIONS)
    yield from (_setting(built, recipe, trials()[0]) for recipe in options)


def _setting_of(built: Built, word: str) -> Setting | None:
    found = _setting(built, built.recipe, trials()[0])
    return None if found is None else replace(found, label=f"{found.label},{word}")


def _relabelled(built: Built) -> Iterator[tuple[Built, str]]:
    """Yield the same loss on the other form of labels, where it takes both."""
    for number, dish in enumerate(built.meal):
        other = other_form(dish)
        if other is None:
            continue
        meal = (*built.meal[:number], other, *built.meal[number + 1 :])
        moved = replace(built, meal=meal)
        if _agree_on_labels(built, moved, dish):
            yield moved, f"{other.name}={other.domain}"


def _agree_on_labels(first: Built, second: Built, labels: Dish) -> bool:
    """Whether a loss has the same value for both forms of the same labels."""
    trial = trials()[0]
    inputs = draw_inputs(leaves_at(first, trial), generator(0, "labels"))
    given = {**inputs, labels.name: in_other_form(inputs[labels.name], labels, trial.sizes)}
    values = []
    try:
        with quiet(), silent():
            for built, arrays in ((first, inputs), (second, given)):
                manner = replace(built.surveyed.manner, slots=())
                leaves = leaves_at(built, trial)
                session = opener(built.pair, built.recipe, trial.sizes, manner, leaves)()
                values.append([np.array(y) for y in session.forward(copied(arrays))])
    except TargetError:
        return False
    return all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(*values, strict=True))


def _setting(built: Built, recipe: Recipe, trial: Trial) -> Setting | None:
    """Return a setting, None where forward refuses them; backward's refusal is a finding."""
    label, leaves = label_of(built.meal, recipe, trial), leaves_at(built, trial)
    try:
        found = survey(lambda: made(recipe, trial.sizes, built.pair), built.pair, leaves)
    except TargetError:
        empty = any(0 in leaf.shape for leaf in leaves)
        return _opened(built, recipe, trial, leaves, label) if empty else None
    if found.score == 1:  # backward raised: keep what the first trial found out
        parameters_ = _parameters_at(built, recipe, trial)
        return _opened(built, recipe, trial, (*leaves, *parameters_), label)
    manner = carried(found.manner, built)
    return Setting(
        label,
        opener(built.pair, recipe, trial.sizes, manner, found.leaves),
        found.leaves,
        notes_of(built, recipe),
    )


def leaves_at(built: Built, trial: Trial) -> tuple[Leaf, ...]:
    """Return the arrays that forward is fed at some sizes, in the roles that were found."""
    roles = {leaf.name: leaf.role for leaf in built.surveyed.leaves}
    plain = (dish.leaf(trial.sizes) for dish in built.meal)
    leaves = tuple(replace(leaf, role=roles.get(leaf.name, leaf.role)) for leaf in plain)
    if built.surveyed.manner.upstream is UpstreamUse.HONOURED:
        return leaves
    # A mean over the batch cannot be told from its examples without an upstream gradient.
    return tuple(replace(leaf, batch_axis=None) for leaf in leaves)


def carried(manner: Manner, built: Built) -> Manner:
    """Return the manner of one setting with what was measured once for all of them."""
    known = built.surveyed.manner
    names = {slot.name for slot in manner.slots} | set(manner.arguments)
    return replace(
        manner,
        upstream=known.upstream,
        call=known.call,
        divided=tuple(name for name in known.divided if name in names),
        batch=known.batch,
        flush=known.flush,
        writes=known.writes,
        fused=known.fused,
        averaged=known.averaged,
        takes_output=known.takes_output,
    )


def _parameters_at(built: Built, recipe: Recipe, trial: Trial) -> tuple[Leaf, ...]:
    owner = made(recipe, trial.sizes, built.pair)
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
        label,
        opener(built.pair, recipe, trial.sizes, manner, leaves),
        leaves,
        notes_of(built, recipe),
    )


def label_of(meal: Meal, recipe: Recipe, trial: Trial) -> str:
    """Return sizes and constants: ``N=3,D=5,stride=2``."""
    axes = (axis_letter(x) for dish in meal for x in dish.layout if x != "1")
    letters = dict.fromkeys(axes)
    letters.update(dict.fromkeys(g.letter for _, g in recipe.arguments if g.letter))
    sizes = [f"{x}={trial.sizes[x]}" for x in letters]
    constants = [
        f"{n}={g.word}" for n, g in recipe.arguments if not g.letter and _plain(g.word)
    ]
    return ",".join([*sizes, *constants]).replace(" ", "")


def _plain(text: str) -> bool:
    return text != "rng" and not text.isupper()


def notes_of(built: Built, recipe: Recipe) -> tuple[str, ...]:
    """Return what was guessed, in words."""
    fed = ", ".join(f"{dish.name} as {dish.layout} ({dish.domain})" for dish in built.meal)
    return (f"guessed: {recipe.words}, fed {fed}",)
